/**
 * Paper as a transaction: every sheet has its ledger row before the first byte leaves, and ends confirmed, failed
 * (certainly nothing came out) or in doubt (staff decide, the citizen gets a number and a way on).
 */
import type { CommandProgress, DeviceClass, FaultCode, PrintJob, Result, SlipDocument, SlipOutcome } from '../../drivers/contract.ts';
import { isoWithOffset } from '../clock/index.ts';
import { materialsOf, paperCount, type SessionEvent, type SessionState } from '../session/index.ts';
import type { CaseRecord } from '../cases/types.ts';
import { createInTurn } from '../devices/index.ts';
import { mayHaveLeft, sheetsOf, sheetsOut, type JobShape } from '../printing/index.ts';
import type { PaperRow } from '../printing/types.ts';
import type { Deps } from './deps.ts';
import { Mouth, type Gone, type Lies, type Presenting, type Turn } from './mouth.ts';
import { kindsOn } from './outlets.ts';
import { decodePhoto } from './photo.ts';

const SLIP_DEADLINE_MS = 20_000; // 226 mm at 75 mm/s, with the status before and after
const JOB_DEADLINE_MS = 60_000; // a sheet takes seconds, one after a long sleep of the printer half a minute
const STOPPED_MS = 20_000; // a jam, a cover or an empty tray: who stands before it is given a way on while staff may not be there
const ASK_DEADLINE_MS = 4_000;

/** After these nothing can have left the printer, when it counted no sheet. */
const NOTHING_CAME_OUT = new Set<FaultCode>(['paper-out', 'cover-open', 'tray-missing', 'toner-out', 'offline', 'paused', 'refused', 'busy-elsewhere', 'output-full', 'bad-input']);

type SlipStep = CommandProgress<'receipt-printer', 'print'>['step'];

/** Whose it is stands on it, in a way, or it is his who has it: nobody else may find it in the mouth. */
const isNamed = ({ kind }: PaperRow): boolean => kind === 'receipt-slip' || kind === 'doubt-slip' || kind === 'appointment-slip';

export class Papers {
  private readonly deps: Deps;
  private readonly dispatch: (event: SessionEvent) => void;
  private readonly underWay = new Set<Promise<void>>();
  private readonly mouth: Mouth;
  /** A job is several commands: nobody's is broken into by the next one's, and no one is refused for it. */
  private readonly inTurn = createInTurn();
  /** What stands on the slip that was printed last. */
  private lastSlip: { row: string; lines: string[] } | null = null;
  /** What a crash left in the printers is asked for first: no slip comes before that. */
  private afterCrash: Promise<void> = Promise.resolve();
  /** Cases whose slip was on its way in the crash, and was found in the mouth: it is not printed again. */
  private readonly found = new Set<string>();

  constructor(deps: Deps, dispatch: (event: SessionEvent) => void, mouth: Mouth = new Mouth(deps)) {
    this.deps = deps;
    this.dispatch = dispatch;
    this.mouth = mouth;
  }

  /** Resolves when nothing is being printed. */
  async idle(): Promise<void> {
    await Promise.all(this.underWay);
  }

  private run(work: Promise<void>): void {
    const guarded = work
      .catch((error: unknown) => {
        this.deps.log.error({ error: error instanceof Error ? error.message : String(error) }, 'paper work ended by an error');
      })
      .finally(() => this.underWay.delete(guarded));
    this.underWay.add(guarded);
  }

  private now(): string {
    return isoWithOffset(this.deps.clock.wall(), this.deps.config.hall.timeZone);
  }

  // ------------------------------------------------------------------------------------------- slips

  printSlip(state: SessionState): void {
    if (state.page.at !== 'done' || state.flow === null) return;
    this.run(this.receiptSlip(state.flow.caseId, state.language));
  }

  private async receiptSlip(caseId: string, language: 'zh' | 'en'): Promise<void> {
    const { cases, ledger, printing, config } = this.deps;
    const turn = this.mouth.turnAt('receipt-printer');
    const record = cases.get(caseId);
    const submission = cases.submissionOf(caseId);
    if (record === null || submission === null) return;
    await this.afterCrash;
    if (this.found.delete(caseId)) return;
    const waiting = ledger.ofCase(caseId).find((row) => row.kind === 'receipt-slip' && row.state === 'intended');
    const row = waiting ?? ledger.intend({ caseId, kind: 'receipt-slip', numbered: false, number: submission.caseNumber, sheets: 1 });
    this.dispatch({ type: 'slip-changed', caseId: row.caseId, paper: { state: 'printing', fault: null, copies: row.copy } });
    const item = config.items.find((candidate) => candidate.id === record.itemId);
    if (item === undefined) return;
    const made = await printing.receiptSlip({
      hall: config.hall,
      terminal: config.terminal,
      item,
      submission,
      promisedBy: record.promisedBy,
      materials: materialsOf(item, record).map((material) => {
        const given = record.materials.find((candidate) => candidate.id === material.id);
        return { name: material.name, how: given?.how ?? 'scan', pages: paperCount(material, given?.pages ?? []) };
      }),
      // Said only when it is so: a moment after the submission the platform has not answered yet, though the line is fine.
      offline: record.state === 'stored' && this.deps.platform.reachable() !== true,
      copy: row.copy,
      language,
    });
    await this.slip(row, made, turn);
  }

  printDoubtSlip(state: SessionState): void {
    const { page } = state;
    const itemId = state.flow?.itemId ?? state.open?.itemId;
    if (page.at !== 'fault' || page.doubt === null || itemId === undefined) return;
    const { config, printing, ledger } = this.deps;
    const item = config.items.find((candidate) => candidate.id === itemId);
    if (item === undefined) return;
    const { doubt, sheets } = page;
    const turn = this.mouth.turnAt('receipt-printer');
    const caseId = state.open?.caseId ?? state.flow?.caseId ?? null;
    const row = ledger.intend({ caseId, kind: 'doubt-slip', numbered: false, number: doubt.number, sheets: 1 });
    this.dispatch({ type: 'slip-changed', caseId: row.caseId, paper: { state: 'printing', fault: null, copies: row.copy } });
    this.run(
      (async (): Promise<void> => {
        const made = await printing.doubtSlip({ hall: config.hall, terminal: config.terminal, item, doubtNumber: doubt.number, doubtQr: doubt.qr, at: this.now(), sheets: sheets ?? { printed: null, total: 1 }, language: state.language });
        await this.slip(row, made, turn);
      })(),
    );
  }

  printPlaces(itemId: string, language: 'zh' | 'en'): void {
    const { config, printing, ledger } = this.deps;
    const item = config.items.find((candidate) => candidate.id === itemId);
    if (item === undefined) return;
    const turn = this.mouth.turnAt('receipt-printer');
    this.run(
      (async (): Promise<void> => {
        const row = ledger.intend({ caseId: null, kind: 'places-slip', numbered: false, number: null, sheets: 1 });
        const places = config.hall.otherPlaces.filter((place) => place.items === undefined || place.items.includes(itemId));
        await this.slip(row, await printing.placesSlip({ hall: config.hall, terminal: config.terminal, item, at: this.now(), places, language }), turn);
      })(),
    );
  }

  /** Unnumbered paper: when it failed it may be printed again, and the copy count on it says so. */
  private async slip(row: PaperRow, made: Awaited<ReturnType<Deps['printing']['placesSlip']>>, turn: Turn): Promise<void> {
    const { ledger, log } = this.deps;
    if (!made.ok) {
      log.error({ missing: made.missing }, 'a slip was refused: characters without a glyph');
      ledger.failed(row.id, 'bad-input');
      this.dispatch({ type: 'slip-changed', caseId: row.caseId, paper: { state: 'failed', fault: 'bad-input', copies: row.copy } });
      return;
    }
    await this.afterCrash;
    await turn(async (lies) => {
      this.lastSlip = made.lines === undefined ? null : { row: row.id, lines: made.lines };
      const { result, steps } = await this.sendSlip(row, made.value);
      if (!result.ok) return this.slipFailed(row, result.fault.code, steps);
      const { delivery } = result.value;
      if (delivery === 'taken' || delivery === 'retracted') return this.slipGone(row, delivery);
      if (delivery === 'presented') return this.slipLies(row, lies);
      ledger.confirmed(row.id, { proof: 'none', taken: false, sheetsDone: 1 });
      this.dispatch({ type: 'slip-changed', caseId: row.caseId, paper: { state: 'take', fault: null, copies: row.copy, ...this.linesOn(row) } });
    });
  }

  /** None of a slip that was found in the mouth after a crash. */
  private linesOn({ id }: PaperRow): { lines?: string[] } {
    return this.lastSlip?.row === id ? { lines: this.lastSlip.lines } : {};
  }

  private slipLies(row: PaperRow, lies: Lies): void {
    this.deps.ledger.confirmed(row.id, { proof: 'sensor', taken: false, sheetsDone: 1 });
    this.dispatch({ type: 'slip-changed', caseId: row.caseId, paper: { state: 'take', fault: null, copies: row.copy, ...this.linesOn(row) } });
    lies(isNamed(row), (how) => this.slipGone(row, how));
  }

  /** Certainly nothing came out, or something may hang there: that is in doubt until staff looked, and is cut off before the next slip. */
  private slipFailed(row: PaperRow, fault: FaultCode, steps: ReadonlySet<SlipStep>): void {
    const { ledger } = this.deps;
    const left = mayHaveLeft(fault, steps.size > 0);
    if (!left) ledger.failed(row.id, fault);
    // A slip of addresses proves nothing to anybody: no number for staff to look it up by.
    else if (row.kind === 'places-slip') ledger.voided(row.id, fault);
    else ledger.doubt(row.id, fault, steps.has('uncut') ? row.sheets : null);
    this.dispatch({ type: 'slip-changed', caseId: row.caseId, paper: { state: left ? 'doubt' : 'failed', fault, copies: row.copy } });
  }

  /** A hand has it, or it lies in the printer's box: a slip that nobody took is out of the ledger's hands for good, and the page says so. */
  private slipGone(row: PaperRow, how: Gone): void {
    const { ledger } = this.deps;
    if (how === 'retracted') ledger.retracted(row.id);
    else ledger.confirmed(row.id, { proof: 'sensor', taken: true, sheetsDone: 1 });
    this.dispatch({ type: 'slip-changed', caseId: row.caseId, paper: how === 'taken' ? { state: 'confirmed', fault: null, copies: row.copy, ...this.linesOn(row) } : { state: 'failed', fault: 'media-left', copies: row.copy } });
  }

  /** @returns with the result what was told on the way: whether bytes of it left, and whether it hangs there whole */
  private async sendSlip(row: PaperRow, slip: SlipDocument): Promise<{ result: Result<SlipOutcome>; steps: ReadonlySet<SlipStep> }> {
    const { config, ledger, devices } = this.deps;
    await this.mouth.clear('receipt-printer');
    const document = ledger.mayHang(kindsOn(config, 'receipt-printer')) ? { ...slip, cutFirst: true } : slip;
    ledger.sent(row.id, null);
    const steps = new Set<SlipStep>();
    const result = await devices.command('receipt-printer', 'print', document, { deadlineMs: SLIP_DEADLINE_MS, onProgress: ({ step }) => steps.add(step) });
    return { result, steps };
  }

  // ------------------------------------------------------------------------------------ certificates

  printCertificate(caseId: string, state: SessionState): void {
    this.run(this.certificate(caseId, state.photo));
  }

  private async certificate(caseId: string, photo: string | null): Promise<void> {
    const { cases, ledger, printing, config } = this.deps;
    const record = cases.get(caseId);
    if (record === null || record.certificate === null) return;
    const layout = config.items.find((candidate) => candidate.id === record.itemId)?.certificate;
    if (layout === undefined) return;
    const earlier = ledger.ofCase(caseId).filter((row) => row.kind === 'certificate' && row.number === record.certificate?.number);
    if (earlier.some((row) => row.state === 'confirmed' || row.state === 'taken')) return this.printed(record);
    const doubtful = earlier.find((row) => row.state === 'doubt');
    if (doubtful !== undefined) return this.tellDoubt(record, doubtful, (doubtful.fault ?? 'job-lost') as FaultCode, doubtful.doubtNumber ?? '');
    const sent = earlier.find((row) => row.state === 'sent');
    const jobId = sent?.jobId ?? null;
    if (sent !== undefined && jobId !== null) return this.holding(sent, layout.stock ?? 'plain', () => this.followAgain(record, sent, jobId));
    this.dispatch({ type: 'certificate-making' });
    const decoder = config.terminal.devices.find((device) => device.class === 'id-card')?.options['photoDecoder'];
    const picture = await decodePhoto(typeof decoder === 'string' ? decoder : null, photo === null ? null : Buffer.from(photo, 'base64'));
    const made = await printing.certificate({ hall: config.hall, terminal: config.terminal, layout, certificate: record.certificate, photo: picture });
    if (!made.ok) {
      this.deps.log.error({ missing: made.missing }, 'a certificate was refused: not every character can be painted');
      this.fail(record, 'bad-input', null, { printed: 0, total: 1 });
      return;
    }
    const shape: JobShape = { pages: made.value.sheets, sides: layout.sides ?? 'one-sided', copies: 1 };
    const row = ledger.intend({ caseId, kind: 'certificate', numbered: layout.numbered, number: record.certificate.number, sheets: sheetsOf(shape) });
    await this.holding(row, layout.stock ?? 'plain', () => this.job(record, row, made.value.pdf, shape, layout.stock ?? 'plain'));
  }

  /** Sheets on their way out are nobody else's, also when their session has ended before them. */
  private async holding(row: PaperRow, stock: 'plain' | 'numbered', work: () => Promise<void>): Promise<void> {
    const { devices } = this.deps;
    // Whole until the end: what a printer counts may lag behind what came out, and a sheet too many is only kept for a while.
    devices.reserve(row.id, { sheets: row.sheets, stock, slips: 0 });
    try {
      await this.inTurn('document-printer', work);
    } finally {
      devices.reserve(row.id, null);
    }
  }

  private async job(record: CaseRecord, row: PaperRow, pdf: Uint8Array, shape: JobShape, stock: 'plain' | 'numbered'): Promise<void> {
    const { devices, ledger } = this.deps;
    const created = await devices.command(
      'document-printer',
      'createJob',
      { jobName: `hall24-${row.id.slice(0, 8)}`, copies: shape.copies, media: 'iso_a4_210x297mm', sides: shape.sides, stock, sheets: row.sheets },
      { deadlineMs: ASK_DEADLINE_MS },
    );
    if (!created.ok) {
      ledger.failed(row.id, created.fault.code);
      return this.fail(record, created.fault.code, 'document-printer', { printed: 0, total: row.sheets });
    }
    const { jobId, tray, trayLeft } = created.value;
    this.deps.transaction(() => {
      ledger.sent(row.id, jobId);
      if (stock === 'numbered' && tray !== null && trayLeft !== null) ledger.drew(row.id, tray, trayLeft);
    });
    this.dispatch({ type: 'certificate-printing', done: 0, total: row.sheets });
    const sent = await devices.command('document-printer', 'sendDocument', { jobId, pdf }, { deadlineMs: JOB_DEADLINE_MS });
    if (!sent.ok) return this.endJob(record, row, jobId, shape, sent.fault.code);
    const followed = await this.follow(row, jobId, shape);
    if (followed.ok && followed.value.state === 'completed') return this.confirm(record, row, followed.value, shape);
    return this.endJob(record, row, jobId, shape, followed.ok ? faultOf(followed.value) : followed.fault.code);
  }

  /** Each sheet that the printer counts is in the ledger before it is on the screen. */
  private follow(row: PaperRow, jobId: number, shape: JobShape): Promise<Result<PrintJob>> {
    return this.deps.devices.command(
      'document-printer',
      'followJob',
      { jobId, mostStillMs: STOPPED_MS },
      {
        deadlineMs: JOB_DEADLINE_MS,
        onProgress: (job) => {
          const done = sheetsOut(job, shape) ?? 0;
          if (done > 0) this.deps.ledger.progress(row.id, done);
          this.dispatch({ type: 'certificate-printing', done, total: row.sheets });
        },
      },
    );
  }

  /** A job that a crash of the agent left with the printer: followed to its end as if nothing had happened. */
  private async followAgain(record: CaseRecord, row: PaperRow, jobId: number): Promise<void> {
    const shape = this.shapeOf(row);
    this.dispatch({ type: 'certificate-printing', done: row.sheetsDone ?? 0, total: row.sheets });
    const followed = await this.follow(row, jobId, shape);
    if (followed.ok && followed.value.state === 'completed') return this.confirm(record, row, followed.value, shape);
    return this.endJob(record, row, jobId, shape, followed.ok ? faultOf(followed.value) : followed.fault.code);
  }

  /** After a crash the document is gone and its last page may have been alone on its sheet: the most pages that these sheets hold. */
  private shapeOf(row: PaperRow): JobShape {
    const itemId = row.caseId === null ? null : this.deps.cases.get(row.caseId)?.itemId;
    const sides = this.deps.config.items.find((item) => item.id === itemId)?.certificate?.sides ?? 'one-sided';
    return { pages: sides === 'one-sided' ? row.sheets : row.sheets * 2, sides, copies: 1 };
  }

  private confirm(record: CaseRecord, row: PaperRow, job: PrintJob, shape: JobShape): Promise<void> {
    this.deps.transaction(() => {
      this.deps.ledger.confirmed(row.id, { proof: 'none', taken: false, sheetsDone: job.sheetsCompleted === null ? row.sheets : (sheetsOut(job, shape) ?? row.sheets) });
      this.deps.cases.markCertificatePrinted(record.caseId);
    });
    this.printed(record);
    return this.countStock(row.id);
  }

  /** What the tray of numbered stock holds after a job, as the printer counts it: before the next one draws from it. */
  private async countStock(id: string): Promise<void> {
    const tray = this.deps.ledger.get(id)?.tray ?? null;
    if (tray === null) return;
    const status = await this.deps.devices.command('document-printer', 'status', undefined, { deadlineMs: ASK_DEADLINE_MS });
    const left = status.ok ? (status.value.trays?.find(({ source }) => source === tray)?.left ?? null) : null;
    if (left !== null) this.deps.ledger.counted(id, left);
  }

  private printed(record: CaseRecord): void {
    const { caseNumber, at, caseId } = record;
    if (caseNumber === null) return;
    // What was done on the spot has no signed statement: it was kept when the certificate came.
    const stored = this.deps.cases.submissionOf(caseId) ?? { caseNumber, storedAt: at, clockKnown: this.deps.clock.known() };
    this.dispatch({ type: 'certificate-printed', caseId, stored: { caseNumber, storedAt: stored.storedAt, clockKnown: stored.clockKnown } });
  }

  /** The job did not complete: it is cancelled, so that it cannot come out later into a stranger's hands, and then asked about. */
  private async endJob(record: CaseRecord, row: PaperRow, jobId: number, shape: JobShape, fault: FaultCode): Promise<void> {
    const { devices, ledger } = this.deps;
    await devices.command('document-printer', 'cancelJob', { jobId }, { deadlineMs: ASK_DEADLINE_MS });
    const asked = await devices.command('document-printer', 'followJob', { jobId }, { deadlineMs: ASK_DEADLINE_MS });
    const job = asked.ok ? asked.value : null;
    if (job?.state === 'completed') return this.confirm(record, row, job, shape);
    const sheets = this.sheetsKnown(row, job, shape);
    const over = job?.state === 'canceled' || job?.state === 'aborted';
    if (over && sheets === 0 && NOTHING_CAME_OUT.has(fault)) {
      ledger.failed(row.id, fault);
      return this.fail(record, fault, 'document-printer', { printed: 0, total: row.sheets });
    }
    this.tellDoubt(record, { ...row, sheetsDone: sheets }, fault, ledger.doubt(row.id, fault, sheets));
    await this.countStock(row.id);
  }

  /** The last word on the sheets: the job's own, else what the ledger heard while it printed; null: nobody counted. */
  private sheetsKnown(row: PaperRow, job: PrintJob | null, shape: JobShape): number | null {
    const [told, heard] = [job === null ? null : sheetsOut(job, shape), this.deps.ledger.get(row.id)?.sheetsDone ?? null];
    return told === null ? heard : Math.max(told, heard ?? 0);
  }

  private fail(record: CaseRecord, fault: FaultCode, device: DeviceClass | null, sheets: { printed: number | null; total: number }): void {
    this.dispatch({ type: 'certificate-failed', caseId: record.caseId, fault, device, sheets, doubt: null, caseNumber: record.caseNumber });
  }

  private tellDoubt(record: CaseRecord, row: PaperRow, fault: FaultCode, number: string): void {
    this.dispatch({
      type: 'certificate-failed',
      caseId: record.caseId,
      fault,
      device: 'document-printer',
      sheets: { printed: row.sheetsDone, total: row.sheets },
      doubt: { number, qr: `HALL24-DOUBT ${this.deps.config.hall.id} ${this.deps.config.terminal.id} ${number}` },
      caseNumber: record.caseNumber,
    });
  }

  // ------------------------------------------------------------------------------------- after a crash

  /**
   * Rows that a crash left open, but for tickets and slips of agreed times (ticket-desk.ts) and those of the case whose session goes on: the printer is asked about each job;
   * what it cannot answer goes to staff.
   */
  settleAfterCrash(resumedCaseId: string | null): void {
    for (const device of ['receipt-printer', 'ticket-dispenser'] as const) this.takeUp(device, resumedCaseId);
    for (const row of this.deps.ledger.unsettled()) {
      if (row.kind === 'ticket' || row.kind === 'appointment-slip') continue;
      const resumed = row.caseId !== null && row.caseId === resumedCaseId;
      if (row.kind !== 'certificate') {
        // A slip that was only intended is printed by its session; what may have left the printer is asked for.
        if (row.state === 'sent') this.askForSlip(row, resumed);
        else if (!resumed) this.deps.ledger.failed(row.id, 'host-crashed');
      } else if (row.state === 'intended' || row.jobId === null) {
        this.deps.ledger.failed(row.id, 'host-crashed');
      } else if (!resumed) {
        const itemId = row.caseId === null ? null : this.deps.cases.get(row.caseId)?.itemId;
        const stock = this.deps.config.items.find((item) => item.id === itemId)?.certificate?.stock ?? 'plain';
        const { jobId } = row;
        this.run(this.holding(row, stock, () => this.settleJob(row, jobId)));
      }
    }
  }

  /** Paper that lay in the mouth when the agent ended may lie there still: it is followed on, and goes back at once where its owner's session is over. */
  private takeUp(device: Presenting, resumedCaseId: string | null): void {
    const row = this.deps.ledger.lastOut(kindsOn(this.deps.config, device));
    if (row === null || row.state !== 'confirmed' || row.proof !== 'sensor') return;
    this.mouth.watch(device, isNamed(row), (how) => this.slipGone(row, how));
    if (isNamed(row) && row.caseId !== resumedCaseId) this.run(this.mouth.clear(device));
  }

  /** A slip that was on its way: one that lies in the mouth came out; of any other nobody can say. */
  private askForSlip(row: PaperRow, resumed: boolean): void {
    const asking = this.mouth.turnAt('receipt-printer')(async (lies) => {
      const found = await this.deps.devices.command('receipt-printer', 'present', undefined, { deadlineMs: ASK_DEADLINE_MS });
      if (!found.ok) return this.slipFailed(row, 'host-crashed', new Set());
      if (resumed && row.kind === 'receipt-slip' && row.caseId !== null) this.found.add(row.caseId);
      const { delivery } = found.value;
      if (delivery === 'taken' || delivery === 'retracted') return this.slipGone(row, delivery);
      this.slipLies(row, lies);
      if (isNamed(row) && !resumed) await this.mouth.clear('receipt-printer');
    });
    this.run(asking);
    this.afterCrash = asking.catch(() => undefined);
  }

  private async settleJob(row: PaperRow, jobId: number): Promise<void> {
    const { ledger, devices, cases } = this.deps;
    const followed = await devices.command('document-printer', 'followJob', { jobId, mostStillMs: STOPPED_MS }, { deadlineMs: JOB_DEADLINE_MS });
    if (followed.ok && followed.value.state === 'completed') {
      const done = followed.value;
      this.deps.transaction(() => {
        ledger.confirmed(row.id, { proof: 'none', taken: false, sheetsDone: done.sheetsCompleted ?? row.sheets });
        if (row.caseId !== null && cases.get(row.caseId) !== null) cases.markCertificatePrinted(row.caseId);
      });
      return;
    }
    await devices.command('document-printer', 'cancelJob', { jobId }, { deadlineMs: ASK_DEADLINE_MS });
    ledger.doubt(row.id, followed.ok ? faultOf(followed.value) : followed.fault.code, this.sheetsKnown(row, followed.ok ? followed.value : null, this.shapeOf(row)));
  }
}

/** What stopped a job, from its state reasons. */
const faultOf = (job: PrintJob): FaultCode => {
  const reasons = job.stateReasons.join(' ');
  if (reasons.includes('jam')) return 'paper-jam';
  if (reasons.includes('media-empty') || reasons.includes('media-needed')) return 'paper-out';
  if (reasons.includes('cover') || reasons.includes('door')) return 'cover-open';
  return job.state === 'canceled' || job.state === 'aborted' ? 'job-lost' : 'timed-out';
};
