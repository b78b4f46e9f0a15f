/**
 * Runs the session machine: one event at a time, kept sealed after each, shown to the page, and its effects carried out.
 * The page is told of a step only after what the step needed is on disk (law 1).
 */
import type { Clock } from '../clock/index.ts';
import { isoWithOffset } from '../clock/index.ts';
import { next, nobody, viewOf, wantsCard, wantsCode, type Effect, type SessionEnv, type SessionEvent, type SessionState } from '../session/index.ts';
import type { CitizenEvent, PageDeviceReport, SessionView, SpokenKey } from '../session/index.ts';
import { isUsable, needsOf, pageAddress } from '../devices/index.ts';
import { BookingDesk } from './booking-desk.ts';
import { CardAlarm } from './card-alarm.ts';
import { CardReading } from './card-reading.ts';
import { createCodeRecord, PageCodes, type CodeReply } from './codes.ts';
import { CodeReading } from './code-reading.ts';
import type { Deps } from './deps.ts';
import { Mouth } from './mouth.ts';
import { NavPad } from './nav-pad.ts';
import { PadSigning } from './pad-signing.ts';
import { Papers } from './papers.ts';
import { keptAppointment, keptSession, keptTicket, restoreSession } from './resume.ts';
import { PickUpDesk } from './pick-up-desk.ts';
import { Presence } from './presence.ts';
import { Scanning } from './scanning.ts';
import { ticketInCode } from './shown-ticket.ts';
import { TicketDesk } from './ticket-desk.ts';
import { Voice } from './voice.ts';

/** Said at any time, whatever page they were said on. */
const ALWAYS = new Set<CitizenEvent['type']>(['touch', 'stay', 'set-language', 'set-elder', 'set-spoken', 'help', 'leave']);
const LOOK_UP_MS = 3_000; // the form is filled from what the platform holds, or without it: nobody waits longer
const ISSUE_MS = 20_000;
const TICK_MS = 1_000;
/** Who holds what the item under way will use up. */
const SESSION = 'session';
/** A reader that falls silent while a card lies on it is believed this many times, before the terminal serves without it. */
const UNANSWERED = 5;

export class SessionRunner {
  private state: SessionState;
  private revision = 0;
  /** Revision at which the page last became another one: what was said on an older page is dropped. */
  private pageRevision = 0;
  private shown = '';
  private last: SessionView | null = null;
  private queue: SessionEvent[] = [];
  private running = false;
  private stopTick: () => void = () => undefined;
  private abort = new AbortController();
  private askingCard = false;
  private readerUsable = true;
  private unanswered = 0;
  private readonly listeners = new Set<(view: SessionView) => void>();
  private readonly deps: Deps;
  private readonly clock: Clock;
  private readonly reading: CardReading;
  private readonly alarm: CardAlarm;
  private readonly codes: PageCodes;
  private readonly codeRecord: ReturnType<typeof createCodeRecord>;
  private readonly scanning: Scanning;
  private readonly papers: Papers;
  private readonly codeReading: CodeReading;
  private readonly pad: PadSigning;
  private readonly desk: TicketDesk;
  private readonly bookingDesk: BookingDesk;
  private readonly pickUp: PickUpDesk;
  private readonly mouth: Mouth;
  private readonly nearby: Presence;
  private readonly voice: Voice;
  private readonly navPad: NavPad;
  private readonly keyListeners = new Set<(key: SpokenKey) => void>();
  /** The pad turned the spoken mode on, not the page. */
  private byPad = false;

  constructor(deps: Deps) {
    this.deps = deps;
    this.clock = deps.clock;
    this.state = nobody(this.clock.monotonic());
    const dispatch = (event: SessionEvent): void => this.dispatch(event);
    this.reading = new CardReading(deps, dispatch);
    this.alarm = new CardAlarm(deps);
    this.codes = new PageCodes(deps, { touched: () => this.dispatch({ type: 'citizen', event: { type: 'touch' } }), wants: () => wantsCode(this.state), tell: dispatch });
    this.codeReading = new CodeReading(deps, dispatch);
    this.pad = new PadSigning(deps, { changed: () => void this.show(), touched: () => this.dispatch({ type: 'citizen', event: { type: 'touch' } }) });
    this.codeRecord = createCodeRecord(deps);
    this.mouth = new Mouth(deps);
    this.nearby = new Presence(deps.config.terminal, this.clock);
    this.voice = new Voice(deps);
    this.navPad = new NavPad(deps, (key) => this.keyPressed(key));
    this.desk = new TicketDesk(deps, dispatch, this.mouth);
    this.bookingDesk = new BookingDesk(deps, dispatch, this.mouth);
    this.pickUp = new PickUpDesk(deps, dispatch, () => this.state);
    this.scanning = new Scanning(deps, dispatch);
    this.papers = new Papers(deps, dispatch, this.mouth);
  }

  /** Takes up the session that a crash interrupted, if it is fresh enough, and begins to serve. */
  start(): void {
    const [ticket, agreed] = [keptTicket(this.deps), keptAppointment(this.deps)];
    const restored = restoreSession(this.deps, this.env());
    if (restored !== null) {
      this.state = restored.state;
      for (const event of restored.events) this.queue.push(event);
      this.keep();
    } else {
      this.deps.sessions.clear();
      this.reading.mayBeLeft('same');
    }
    this.desk.start(ticket, restored !== null, () => this.state, () => this.show());
    this.bookingDesk.start(agreed, restored !== null, () => this.state);
    this.papers.settleAfterCrash(restored?.state.open?.caseId ?? restored?.state.flow?.caseId ?? null);
    this.deps.devices.onChange(() => {
      this.noticeCamera();
      this.noticeReader();
      this.show();
    });
    this.deps.platform.onReachable(() => this.show());
    this.deps.cases.onChange((caseId) => {
      const record = this.deps.cases.get(caseId);
      const mine = this.state.cases.some((known) => known.caseId === caseId) || this.state.flow?.caseId === caseId || this.state.open?.caseId === caseId;
      if (record !== null && mine && record.state !== 'draft') this.dispatch({ type: 'case-changed', record });
    });
    this.navPad.start();
    this.pickUp.start(() => this.show());
    this.tick();
    this.pump();
    if (restored !== null) for (const effect of restored.effects) this.carryOut(effect);
    this.show();
    this.reading.want(wantsCard(this.state));
  }

  async stop(): Promise<void> {
    this.stopTick();
    this.pickUp.stop();
    this.alarm.set(false);
    this.abort.abort();
    this.reading.want(false);
    this.codeReading.want(false);
    this.pad.want(false);
    this.scanning.cancel();
    await Promise.all([this.reading.idle(), this.codeReading.idle(), this.pad.idle(), this.scanning.idle(), this.papers.idle(), this.desk.stop(), this.bookingDesk.stop(), this.mouth.stop(), this.navPad.stop(), this.voice.stop()]);
    this.codeRecord.flush();
  }

  view(): SessionView {
    return this.last ?? this.show();
  }

  /** Something beside the session became another: what is shown is made anew. */
  look(): void {
    this.show();
  }

  onView(listener: (view: SessionView) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** What the citizen's page said. */
  say(revision: number, event: CitizenEvent): { accepted: boolean; reason: 'dropped' | null } {
    if (!ALWAYS.has(event.type) && revision < this.pageRevision) return { accepted: false, reason: 'dropped' };
    if (event.type === 'clear-pad') this.pad.clear();
    this.dispatch({ type: 'citizen', event: event.type === 'sign-on-pad' ? (this.pad.signed() ?? event) : event });
    return { accepted: true, reason: null };
  }

  /** Keys of the navigation pad that are the page's to follow. */
  onKey(listener: (key: SpokenKey) => void): () => void {
    this.keyListeners.add(listener);
    return () => this.keyListeners.delete(listener);
  }

  /** Says what has the focus, in place of what is being said. @returns false: the spoken mode is off */
  speak(text: string): boolean {
    const { language, spoken } = this.state;
    if (!spoken || !this.voice.languages().includes(language)) return false;
    this.voice.say(text, language);
    return true;
  }

  /** A key of the navigation pad: moves the page's focus in spoken mode, else turns that on where nobody is in the middle of something. */
  private keyPressed(key: SpokenKey): void {
    const { page, spoken, askedAt, language } = this.state;
    if (spoken) {
      this.dispatch({ type: 'citizen', event: { type: 'touch' } });
      if (this.voice.languages().includes(language)) for (const listener of this.keyListeners) listener(key);
    } else if (page.at === 'home' || page.at === 'rest' || askedAt !== null) {
      this.byPad = true;
      this.dispatch({ type: 'citizen', event: { type: 'set-spoken', on: true } });
      this.byPad = false;
    }
  }

  /** What the sensor in front of the terminal says; null: nothing. */
  presence(near: boolean | null): void {
    if (this.nearby.say(near)) this.dispatch({ type: 'presence', near: near === true });
  }

  /** A code that a scanner typed into the page. */
  code(text: string): CodeReply {
    return this.codes.shown(text);
  }

  /** A page of the case that this session works on; null for anything else. */
  page(pageId: string): Uint8Array | null {
    const { flow } = this.state;
    if (flow === null || !flow.materials.some((material) => material.pages.some((page) => page.id === pageId))) return null;
    return this.deps.cases.readPage(flow.caseId, pageId);
  }

  /** Devices that the page itself opens, and whether the agent has its word on them. */
  private pageDevices(): SessionView['terminal']['pageDevices'] {
    const health = this.deps.devices.health();
    return this.deps.config.terminal.devices.flatMap(({ id, class: device, transport }) => {
      const address = pageAddress(transport);
      return address === null ? [] : [{ device, ...address, heard: health.some((one) => one.id === id && one.status.component !== 'unknown') }];
    });
  }

  /** What the page says of a device of its own. */
  heardFromPage(report: PageDeviceReport): boolean {
    return this.deps.devices.heardFromPage(report.device, { state: report.state, name: report.name });
  }

  /** Does the page show the camera now, so that a picture may come? */
  takesPicture(revision: number): boolean {
    const { page, flow } = this.state;
    return flow !== null && page.at === 'materials' && page.phase === 'camera' && revision >= this.pageRevision;
  }

  /** A picture of a page. @returns whether it was taken up; what becomes of it, the next views tell */
  picture(revision: number, jpeg: Uint8Array): boolean {
    const { page, flow } = this.state;
    if (!this.takesPicture(revision) || flow === null || page.at !== 'materials') return false;
    const material = this.deps.config.items.find(({ id }) => id === flow.itemId)?.materials.find(({ id }) => id === page.materialId);
    if (material === undefined) return false;
    return this.scanning.picture({ caseId: flow.caseId, materialId: material.id, order: { ...material.scan, side: page.side ?? null, instead: page.instead ?? null } }, jpeg);
  }

  /** A reader that is back is told at once: the read that waits at it may hear of no card for half a minute. */
  private noticeReader(): void {
    const before = this.readerUsable;
    this.readerUsable = this.deps.devices.health().some((device) => device.deviceClass === 'id-card' && isUsable(device));
    if (this.readerUsable && !before) this.dispatch({ type: 'reader-back' });
  }

  /** A camera that goes while it is used ends its page, with the reason. */
  private noticeCamera(): void {
    const { page } = this.state;
    if (page.at !== 'materials' || page.phase !== 'camera') return;
    const camera = this.deps.devices.health().find(({ deviceClass }) => deviceClass === 'document-camera');
    if (camera === undefined || isUsable(camera) || camera.status.component === 'unknown') return;
    this.dispatch({ type: 'camera-ended', fault: camera.status.conditions.find(({ severity }) => severity === 'error')?.code ?? 'not-responding' });
  }

  private env(): SessionEnv {
    const { config, devices, platform, tickets, queue } = this.deps;
    const known = this.clock.known();
    return {
      now: this.clock.monotonic(),
      today: known ? isoWithOffset(this.clock.wall(), config.hall.timeZone).slice(0, 10) : null,
      hall: config.hall,
      terminal: config.terminal,
      items: config.items,
      readiness: (itemId) => {
        const item = config.items.find((candidate) => candidate.id === itemId);
        // The home page asks without an item: what matters there is the reader alone.
        return devices.readiness(item ?? needing(config.items, ['id-card'], 0), platform.reachable(), [SESSION]);
      },
      usable: (deviceClass) => devices.health().some((device) => device.deviceClass === deviceClass && isUsable(device)),
      speaks: this.voice.languages(),
      alone: this.nearby.alone(),
      paperReadiness: () => {
        const item = config.items.find((candidate) => candidate.id === this.state.open?.itemId);
        return devices.readiness({ ...needing(config.items, ['document-printer'], Math.max(1, item?.requires.a4Sheets ?? 1)), certificate: item?.certificate }, platform.reachable(), [SESSION]);
      },
      pickUp: this.pickUp.offered(() => devices.readiness(needing(config.items, ['locker'], 0), 'unknown', [SESSION]).reasons),
      numbers: tickets === null ? null : { classes: tickets.classes(), priorities: queue?.priorities ?? [], appointments: queue?.appointments !== undefined, booking: queue?.appointments !== undefined && platform.reachable() === true, ticketIn: (code) => ticketInCode(tickets, code) },
    };
  }

  private dispatch(event: SessionEvent): void {
    this.queue.push(event);
    this.pump();
  }

  private pump(): void {
    if (this.running) return;
    this.running = true;
    try {
      for (;;) {
        const event = this.queue.shift();
        if (event === undefined) break;
        const before = this.state;
        if (event.type === 'citizen') this.nearby.touched();
        const step = next(before, event, this.env());
        this.state = step.state;
        if (step.state !== before) this.codeRecord.saw(event, step.state.page);
        // A submission kept its own step in the same transaction; every other step is kept here, before anyone sees it.
        // That paper moves is not either: what comes after a crash is the same before and while it does.
        const passing = event.type === 'tick' || (event.type === 'ticket-paper' && event.paper.state === 'printing');
        if (step.state !== before && !passing && event.type !== 'submitted') {
          if (step.effects.some((effect) => effect.do === 'print-ticket')) this.desk.keepAndIntend(this.state.page, () => this.keep());
          else this.keep();
        }
        if (before.id === null && step.state.id !== null) {
          this.deps.audit.write('session.started', { item: itemOfState(step.state) });
          this.mouth.nextBegins();
        }
        if (!before.spoken && step.state.spoken) this.deps.audit.write('spoken-mode.on', { by: this.byPad ? 'nav-pad' : 'page' });
        if (before.spoken && !step.state.spoken) this.voice.hush();
        for (const effect of step.effects) this.carryOut(effect);
        if (before.page.at !== 'sign' && this.state.page.at === 'sign' && this.state.flow !== null) this.deps.cases.prepareSubmission(this.state.flow.caseId);
        this.show();
      }
    } finally {
      this.running = false;
    }
    this.reserve();
    this.alarm.set(this.state.page.at === 'take-card');
    this.reading.want(wantsCard(this.state));
    this.codeReading.want(wantsCode(this.state));
    this.pad.want(this.state.page.at === 'sign');
  }

  /** What the item under way will use up is kept for it from its start until the session leaves it; taken up again with a session that a crash interrupted. */
  private reserve(): void {
    const item = this.deps.config.items.find((candidate) => candidate.id === this.state.flow?.itemId);
    this.deps.devices.reserve(SESSION, item === undefined ? null : needsOf(item));
  }

  private keep(): void {
    if (this.state.id === null) return;
    this.deps.sessions.save(keptSession(this.state, this.clock));
  }

  private show(): SessionView {
    const { config } = this.deps;
    const env = this.env();
    const nowText = isoWithOffset(this.clock.wall(), config.hall.timeZone);
    const view = viewOf(this.state, { ...env, nowText, clockKnown: this.clock.known(), pageDevices: this.pageDevices(), pad: this.pad.view() }, this.revision);
    const body = JSON.stringify({ ...view, revision: 0, now: nowText.slice(0, 16) });
    if (body === this.shown && this.last !== null) return this.last;
    const pageBefore = this.last === null ? '' : pageKey(this.last);
    this.revision += 1;
    if (pageKey(view) !== pageBefore) this.pageRevision = this.revision;
    this.shown = body;
    this.last = { ...view, revision: this.revision };
    for (const listener of this.listeners) listener(this.last);
    return this.last;
  }

  private tick(): void {
    this.stopTick = this.clock.after(TICK_MS, () => {
      this.dispatch({ type: 'tick' });
      this.tick();
    });
  }

  private carryOut(effect: Effect): void {
    const { deps, state } = this;
    const { cases, audit } = deps;
    switch (effect.do) {
      case 'list-cases':
        if (state.person !== null) {
          const { idNumber } = state.person;
          // Whole records: the page says whether a certificate still waits to be printed.
          this.queue.push({ type: 'cases-listed', cases: cases.ofPerson(idNumber).flatMap((summary) => cases.get(summary.caseId) ?? []) });
        }
        return;
      case 'open-case': {
        const record = cases.byNumber(effect.caseNumber);
        if (record !== null && record.person.idNumber === state.person?.idNumber) this.queue.push({ type: 'case-opened', record });
        return;
      }
      case 'open-draft':
        if (state.person !== null) this.queue.push({ type: 'draft-opened', record: cases.openDraft(effect.itemId, state.person) });
        return;
      case 'reopen-case':
        this.queue.push({ type: 'draft-opened', record: cases.reopenForCorrection(effect.caseId) });
        return;
      case 'look-up':
        void this.lookUp(effect.itemId);
        return;
      case 'save-answers':
        if (state.flow !== null) cases.saveAnswers(state.flow.caseId, state.flow.answers);
        return;
      case 'set-material':
        if (state.flow !== null) {
          cases.setMaterial(state.flow.caseId, effect.materialId, effect.how);
          this.materialsChanged(state.flow.caseId);
        }
        return;
      case 'scan':
        if (state.flow !== null) this.scanning.start({ caseId: state.flow.caseId, materialId: effect.materialId, order: effect.order }, effect.maxPages);
        return;
      case 'bind-material':
        if (state.flow !== null) this.scanning.bind(state.flow.caseId, effect);
        return;
      case 'drop-material':
        if (state.flow !== null) {
          cases.dropMaterial(state.flow.caseId, effect.materialId);
          this.materialsChanged(state.flow.caseId);
        }
        return;
      case 'cancel-scan':
        this.scanning.cancel();
        return;
      case 'remove-page':
      case 'move-page':
        if (state.flow !== null) {
          if (effect.do === 'remove-page') cases.removePage(state.flow.caseId, effect.page);
          else cases.movePage(state.flow.caseId, effect.page, effect.by);
          this.materialsChanged(state.flow.caseId);
        }
        return;
      case 'submit':
        this.submit(effect.signature);
        return;
      case 'issue':
        void this.issue();
        return;
      case 'print-slip':
        this.papers.printSlip(this.state);
        return;
      case 'print-certificate':
        this.papers.printCertificate(effect.caseId, this.state);
        return;
      case 'print-doubt-slip':
        this.papers.printDoubtSlip(this.state);
        return;
      case 'print-places':
        this.papers.printPlaces(effect.itemId, this.state.language);
        return;
      case 'rate':
        cases.rate(effect.caseId, effect.score);
        return;
      case 'help-asked':
        audit.write('help.asked', { item: itemOfState(state) });
        return;
      case 'take-number':
        this.desk.take(effect.wish, effect.identified, effect.holder === undefined ? state.person : { holder: effect.holder });
        return;
      case 'check-code':
        this.desk.checkCode(effect.code);
        return;
      case 'check-in':
        this.desk.checkIn(effect.code, effect.priority);
        return;
      case 'give-back':
        this.desk.giveBack(effect.ticket, effect.unseen);
        return;
      case 'print-ticket':
        this.desk.print(this.state.page);
        return;
      case 'find-times':
        this.bookingDesk.findTimes(effect.ticket, effect.classId);
        return;
      case 'book-time':
        this.bookingDesk.book(effect.ticket, effect.classId, effect.time);
        return;
      case 'print-appointment':
        this.bookingDesk.print(this.state);
        return;
      case 'list-originals':
        this.pickUp.list(state.person);
        return;
      case 'find-original':
        this.pickUp.find(effect.code);
        return;
      case 'hand-over':
        this.pickUp.handOver(effect.document);
        return;
      case 'follow-original':
        this.pickUp.follow();
        return;
      case 'original-taken':
        this.pickUp.taken(effect.document);
        return;
      case 'ask-card-left':
        void this.askCardLeft();
        return;
      case 'end':
        this.abort.abort();
        this.abort = new AbortController();
        deps.sessions.clear();
        cases.letGo();
        audit.write('session.ended', { reason: effect.reason });
        this.mouth.ownerLeft(effect.reason);
        return;
    }
  }

  private materialsChanged(caseId: string): void {
    this.queue.push({ type: 'materials-changed', materials: this.deps.cases.get(caseId)?.materials ?? [] });
  }

  private async lookUp(itemId: string): Promise<void> {
    const { person } = this.state;
    const item = this.deps.config.items.find((candidate) => candidate.id === itemId);
    if (person === null || item === undefined) return;
    const result = await this.deps.platform.lookUp(item.code, person, AbortSignal.any([this.abort.signal, AbortSignal.timeout(LOOK_UP_MS)]));
    this.dispatch({ type: 'looked-up', ...(result.ok ? result.value : { values: {}, licences: [] }) });
  }

  private submit(signature: Extract<Effect, { do: 'submit' }>['signature']): void {
    const { cases, sessions, ledger, config, log } = this.deps;
    const { flow } = this.state;
    if (flow === null) return;
    const item = config.items.find((candidate) => candidate.id === flow.itemId);
    try {
      const submission = cases.submit(flow.caseId, {
        signature,
        promisedWorkingDays: item?.guide.promisedWorkingDays ?? null,
        also: (made) => {
          ledger.intend({ caseId: flow.caseId, kind: 'receipt-slip', numbered: false, number: made.caseNumber, sheets: 1 });
          const after = next(this.state, { type: 'submitted', submission: made, promisedBy: made.promisedBy }, this.env());
          sessions.save(keptSession(after.state, this.clock));
        },
      });
      this.queue.push({ type: 'submitted', submission, promisedBy: submission.promisedBy });
    } catch (error) {
      // Nothing was committed: the citizen is told so, and the draft is still there.
      log.error({ error: error instanceof Error ? error.message : String(error) }, 'a case could not be stored');
      this.queue.push({ type: 'store-failed', fault: 'device-fault' });
    }
  }

  private async issue(): Promise<void> {
    const { flow, person } = this.state;
    const item = this.deps.config.items.find((candidate) => candidate.id === flow?.itemId);
    if (flow === null || person === null || item === undefined) return;
    const result = await this.deps.platform.issue(flow.caseId, item.code, person, AbortSignal.any([this.abort.signal, AbortSignal.timeout(ISSUE_MS)]));
    if (!result.ok) {
      this.dispatch({ type: 'issue-failed', refused: result.kind === 'refused' });
      return;
    }
    this.deps.cases.keepIssued(flow.caseId, result.value);
    this.dispatch({ type: 'issued', certificate: result.value });
  }

  private async askCardLeft(): Promise<void> {
    if (this.askingCard) return;
    this.askingCard = true;
    try {
      await this.reading.idle();
      const result = await this.deps.devices.command('id-card', 'present', undefined, { deadlineMs: 1_500 });
      if (result.ok) {
        this.unanswered = 0;
        this.dispatch({ type: 'card-left', present: result.value.present });
        return;
      }
      // A card that lies on a silent reader is not gone. Without the reader nobody begins with it either; before it reads the next one, it is asked again.
      this.unanswered += 1;
      if (this.state.page.at === 'take-card' && this.unanswered < UNANSWERED) return;
      this.unanswered = 0;
      this.reading.mayBeLeft('any');
      this.dispatch({ type: 'card-left', present: false });
    } finally {
      this.askingCard = false;
    }
  }
}

const itemOfState = (state: SessionState): string | null => state.flow?.itemId ?? (state.page.at === 'card' ? state.page.itemId : null);

/** Pages that differ only in what they count (seconds, sheets, readiness) are the same page to a finger. */
const pageKey = (view: SessionView): string => {
  const { screen } = view;
  switch (screen.kind) {
    case 'question':
      return `question ${screen.question.field}`;
    case 'materials':
      return `materials ${screen.material.id} ${screen.phase} ${screen.side ?? ''}`;
    default:
      return screen.kind;
  }
};

/** The least item there is: its readiness is that of these devices alone. */
const needing = (items: SessionEnv['items'], devices: SessionEnv['items'][number]['requires']['devices'], a4Sheets: number): SessionEnv['items'][number] => {
  const [first] = items;
  if (first === undefined) throw new Error('a terminal without items serves nobody');
  return { ...first, id: '', certificate: undefined, hours: undefined, requires: { devices, a4Sheets, platform: 'can-wait' } };
};
