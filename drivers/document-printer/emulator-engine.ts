/** The paper path of the emulated printer: jobs in a queue, sheets that take time, faults that stop them and end again. */
import { PDFiumLibrary } from '@hyzyla/pdfium';
import type { JobState } from '../contract.ts';

/** What each fault makes the printer say. `blocks`: no sheet moves while it lasts. */
export const PAPER_FAULTS = {
  'paper-out': { reason: 'media-empty-error', blocks: true },
  'paper-low': { reason: 'media-low-warning', blocks: false },
  jam: { reason: 'media-jam-error', blocks: true },
  'cover-open': { reason: 'cover-open-error', blocks: true },
  'toner-low': { reason: 'toner-low-warning', blocks: false },
  'toner-out': { reason: 'toner-empty-error', blocks: true },
  stopped: { reason: 'paused', blocks: true },
  'output-full': { reason: 'output-area-full-error', blocks: true },
} as const;
export type PaperFault = keyof typeof PAPER_FAULTS;
const isPaperFault = (name: string): name is PaperFault => Object.hasOwn(PAPER_FAULTS, name);

export const TRAY_SHEETS = 250;
export interface EngineTray {
  /** PWG media source. */
  readonly source: string;
  readonly media: string;
  readonly capacity: number;
  sheets: number;
  /** Pushed in. */
  present: boolean;
}
export const MAIN_TRAY: Omit<EngineTray, 'sheets' | 'present'> = { source: 'main', media: 'iso_a4_210x297mm', capacity: TRAY_SHEETS };
/** Seconds after which a job without a document is given up (multiple-operation-time-out). */
export const DOCUMENT_SECONDS = 120;
/** Documents kept for whoever looks at what was printed; older ones are let go. */
const KEPT_DOCUMENTS = 200;

export interface EngineJob {
  readonly jobId: number;
  readonly name: string;
  readonly user: string;
  readonly copies: number;
  readonly sides: string;
  readonly media: string;
  /** The tray that was asked for, null: the first. */
  readonly source: string | null;
  state: JobState;
  reasons: string[];
  pdf: Uint8Array | null;
  /** Pages in the PDF, counted. */
  pages: number;
  impressions: number;
  sheets: number;
  /** Seconds of printer up-time. */
  createdAt: number;
  processingAt: number | null;
  completedAt: number | null;
  stopAsked: boolean;
  held: boolean;
}

export const isOver = (job: EngineJob): boolean => job.state === 'canceled' || job.state === 'aborted' || job.state === 'completed';

let library: Promise<PDFiumLibrary> | null = null;

/** Pages of a PDF, null when it is none (or is locked). */
async function countPages(pdf: Uint8Array): Promise<number | null> {
  library ??= PDFiumLibrary.init();
  const pdfium = await library;
  try {
    const document = await pdfium.loadDocument(pdf);
    const pages = document.getPageCount();
    document.destroy();
    return pages;
  } catch {
    return null;
  }
}

export interface Engine {
  readonly jobs: EngineJob[];
  create(spec: Pick<EngineJob, 'name' | 'user' | 'copies' | 'sides' | 'media' | 'source' | 'held'>): EngineJob;
  /** Gives a job its document; a document that is no PDF aborts it. */
  feed(job: EngineJob, pdf: Uint8Array): Promise<void>;
  /** False when the job is over already. */
  cancel(job: EngineJob): boolean;
  /** False for a job that is being printed or over. */
  hold(job: EngineJob): boolean;
  release(job: EngineJob): boolean;
  setFault(fault: string | null): void;
  /** Keywords for printer-state-reasons, `none` when all is well. */
  reasons(): string[];
  state(): 'idle' | 'processing' | 'stopped';
  readonly trays: readonly EngineTray[];
  /** Fills a tray, pulls it out (null) or pushes it in. */
  setTray(source: string, sheets: number | null): void;
  tonerPercent(): number;
  /** Seconds since power-on, from 1. */
  upTime(): number;
  close(): void;
}

/**
 * @param msPerSheet what one sheet takes, both sides; a quick office printer needs about 2 s
 * @param more trays beside the main one, full
 */
export function createEngine(msPerSheet: number, more: readonly Omit<EngineTray, 'sheets' | 'present'>[]): Engine {
  const started = Date.now();
  const jobs: EngineJob[] = [];
  let fault: string | null = null;
  /** Set when `jam-mid-job` has struck. */
  let jammed = false;
  const main: EngineTray = { ...MAIN_TRAY, sheets: TRAY_SHEETS, present: true };
  const trays: EngineTray[] = [main, ...more.map((tray) => ({ ...tray, sheets: tray.capacity, present: true }))];
  let current: EngineJob | null = null;
  const power = new AbortController();
  let working = false;
  let wake: () => void = () => undefined;

  const upTime = (): number => Math.floor((Date.now() - started) / 1000) + 1;
  const trayOf = (job: EngineJob | null): EngineTray => trays.find(({ source }) => source === job?.source) ?? main;
  const feeding = (): boolean => trayOf(current).sheets > 0 && trayOf(current).present;
  const active = (): PaperFault | null => (jammed ? 'jam' : fault !== null && isPaperFault(fault) && (fault !== 'paper-out' || !feeding()) ? fault : !feeding() ? 'paper-out' : null);
  const blocked = (): boolean => {
    const now = active();
    return now !== null && PAPER_FAULTS[now].blocks;
  };
  const sheetsOf = (job: EngineJob): number => (job.sides === 'one-sided' ? job.pages : Math.ceil(job.pages / 2)) * job.copies;
  const finish = (job: EngineJob, state: JobState, reason: string): void => {
    job.state = state;
    job.reasons = [reason];
    job.completedAt = upTime();
  };
  const changed = (ms: number | null): Promise<void> =>
    new Promise((resolve) => {
      const timer = ms === null ? null : setTimeout(resolve, ms);
      wake = () => {
        if (timer !== null) clearTimeout(timer);
        resolve();
      };
    });

  async function print(job: EngineJob): Promise<void> {
    job.processingAt ??= upTime();
    current = job;
    const total = sheetsOf(job);
    while (!power.signal.aborted && !isOver(job)) {
      if (job.stopAsked) finish(job, 'canceled', 'job-canceled-by-user');
      else if (fault === 'aborts') finish(job, 'aborted', 'aborted-by-system');
      else if (job.sheets >= total) finish(job, 'completed', 'job-completed-successfully');
      else if (fault === 'jam-mid-job' && !jammed && (job.sheets > 0 || total === 1)) {
        jammed = true;
        // The front is printed when the sheet sticks on its way to the back: an impression more, and no sheet.
        if (job.sides !== 'one-sided') job.impressions = Math.min(job.pages * job.copies, job.sheets * 2 + 1);
      }
      else if (blocked()) {
        job.state = 'stopped';
        job.reasons = ['printer-stopped'];
        await changed(null);
      } else {
        job.state = 'processing';
        job.reasons = ['job-printing'];
        const begun = Date.now();
        await changed(msPerSheet);
        while (!power.signal.aborted && !blocked() && Date.now() - begun < msPerSheet - 1) await changed(msPerSheet - (Date.now() - begun));
        // A sheet that was under way when a cover opened is printed again afterwards, as printers do.
        if (power.signal.aborted || blocked() || fault === 'aborts') continue;
        trayOf(job).sheets = Math.max(0, trayOf(job).sheets - 1);
        job.sheets += 1;
        job.impressions = job.sides === 'one-sided' ? job.sheets : Math.min(job.pages * job.copies, job.sheets * 2);
      }
    }
    current = null;
  }

  async function work(): Promise<void> {
    if (working) return;
    working = true;
    for (;;) {
      const next = jobs.find((job) => !power.signal.aborted && job.pdf !== null && !isOver(job) && !job.held);
      if (next === undefined) break;
      await print(next);
    }
    working = false;
  }

  return {
    jobs,
    create(spec) {
      const job: EngineJob = {
        ...spec,
        jobId: jobs.length + 1,
        state: spec.held ? 'held' : 'pending',
        reasons: ['job-incoming'],
        pdf: null,
        pages: 0,
        impressions: 0,
        sheets: 0,
        createdAt: upTime(),
        processingAt: null,
        completedAt: null,
        stopAsked: false,
      };
      jobs.push(job);
      const old = jobs.at(-1 - KEPT_DOCUMENTS);
      if (old !== undefined && isOver(old)) old.pdf = null;
      setTimeout(() => {
        if (job.pdf === null && !isOver(job)) finish(job, 'aborted', 'aborted-by-system');
      }, DOCUMENT_SECONDS * 1000).unref();
      return job;
    },
    async feed(job, pdf) {
      const pages = await countPages(pdf);
      job.pdf = pdf;
      if (pages === null) {
        finish(job, 'aborted', 'document-format-error');
        return;
      }
      job.pages = pages;
      job.reasons = [job.held ? 'job-hold-until-specified' : 'none'];
      void work();
    },
    cancel(job) {
      if (isOver(job)) return false;
      job.stopAsked = true;
      if (job.state === 'processing') job.reasons = ['processing-to-stop-point'];
      // A job that does not move is gone at once; a sheet under way comes out first.
      else finish(job, 'canceled', 'job-canceled-by-user');
      if (job.state !== 'processing') wake();
      return true;
    },
    hold(job) {
      if (isOver(job) || current === job) return false;
      job.held = true;
      job.state = 'held';
      job.reasons = ['job-hold-until-specified'];
      return true;
    },
    release(job) {
      if (!job.held || isOver(job)) return false;
      job.held = false;
      job.state = 'pending';
      job.reasons = ['none'];
      void work();
      return true;
    },
    trays,
    setTray(source, sheets) {
      const tray = trays.find((one) => one.source === source);
      if (tray === undefined) throw new RangeError(`no tray "${source}"; there are ${trays.map((one) => one.source).join(', ')}`);
      tray.present = sheets !== null;
      tray.sheets = sheets ?? 0;
      wake();
    },
    setFault(next) {
      fault = next;
      jammed = false;
      main.sheets = next === 'paper-out' ? 0 : next === 'paper-low' ? 10 : next === null ? TRAY_SHEETS : main.sheets;
      if (next === null) for (const tray of trays.slice(1)) Object.assign(tray, { sheets: tray.present && tray.sheets > 0 ? tray.sheets : tray.capacity, present: true });
      wake();
    },
    reasons() {
      const now = active();
      return [now === null ? 'none' : PAPER_FAULTS[now].reason];
    },
    state: () => (blocked() ? 'stopped' : jobs.some((job) => job.pdf !== null && !isOver(job) && !job.held) ? 'processing' : 'idle'),
    tonerPercent: () => (fault === 'toner-out' ? 0 : fault === 'toner-low' ? 8 : 74),
    upTime,
    close() {
      power.abort();
      wake();
    },
  };
}
