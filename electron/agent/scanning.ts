/** From the scanner, or from under the document camera, into sealed pages: straightened, looked at, kept, then shown. */
import type { FaultCode } from '../../drivers/contract.ts';
import type { SessionEvent } from '../session/index.ts';
import type { Deps } from './deps.ts';

const SCAN_DEADLINE_MS = 120_000; // a feeder with 50 pages at 25 pages a minute
const RESOLUTION = 200; // dpi: smallest type of a contract stays legible, a page stays under half a megabyte

const FAULT_OF: Readonly<Record<'empty' | 'too-large' | 'not-an-image', FaultCode>> = { empty: 'media-empty', 'too-large': 'media-too-large', 'not-an-image': 'media-unreadable' };

/** Pages of one go of the scanner: those with something on them, and those without. */
interface Stack {
  written: number;
  empty: number;
  firstEmpty: { jpeg: Uint8Array; findings: string[] } | null;
}

export class Scanning {
  private current: { abort: AbortController; done: Promise<void> } | null = null;
  private readonly deps: Deps;
  private readonly dispatch: (event: SessionEvent) => void;

  constructor(deps: Deps, dispatch: (event: SessionEvent) => void) {
    this.deps = deps;
    this.dispatch = dispatch;
  }

  start(caseId: string, materialId: string, maxPages: number): void {
    this.cancel();
    const before = this.current?.done;
    const abort = new AbortController();
    const done = (async (): Promise<void> => {
      await before;
      const { fault, dropped } = await this.scan(caseId, materialId, maxPages, abort);
      if (this.current?.abort === abort) this.current = null;
      if (fault !== 'cancelled') this.dispatch({ type: 'scan-ended', fault, dropped });
    })();
    this.current = { abort, done };
  }

  /**
   * A picture of a page that the citizen's page made: kept like a scanned one. One at a time.
   * @returns whether it was taken up
   */
  picture(caseId: string, materialId: string, jpeg: Uint8Array): boolean {
    if (this.current !== null) return false;
    const abort = new AbortController();
    const done = (async (): Promise<void> => {
      const fault = await this.keepPicture(caseId, materialId, jpeg, abort.signal);
      if (this.current?.abort === abort) this.current = null;
      if (!abort.signal.aborted) this.dispatch({ type: 'camera-ended', fault });
    })();
    this.current = { abort, done };
    return true;
  }

  cancel(): void {
    this.current?.abort.abort();
  }

  async idle(): Promise<void> {
    await this.current?.done;
  }

  private async keepPicture(caseId: string, materialId: string, jpeg: Uint8Array, signal: AbortSignal): Promise<FaultCode | null> {
    try {
      return await this.keep(caseId, materialId, { contentType: 'image/jpeg', data: jpeg }, signal);
    } catch (error) {
      this.deps.log.error({ error: error instanceof Error ? error.message : String(error) }, 'a picture could not be kept');
      return 'device-fault';
    }
  }

  /** Straightened, looked at, sealed, shown. @returns why it is no page, or null */
  private async keep(caseId: string, materialId: string, page: { contentType: string; data: Uint8Array }, signal: AbortSignal, stack: Stack | null = null): Promise<FaultCode | null> {
    if (signal.aborted) return null;
    const straight = await this.deps.printing.straighten(page);
    if (signal.aborted) return null;
    if (!straight.ok) return FAULT_OF[straight.reason];
    if (stack !== null) {
      if (straight.empty) {
        stack.empty += 1;
        stack.firstEmpty ??= straight;
        return null;
      }
      stack.written += 1;
    }
    this.seal(caseId, materialId, straight);
    return null;
  }

  private seal(caseId: string, materialId: string, straight: { jpeg: Uint8Array; findings: string[] }): void {
    const kept = this.deps.cases.addPage(caseId, materialId, { contentType: 'image/jpeg', data: straight.jpeg, findings: straight.findings });
    this.dispatch({ type: 'page-scanned', materialId, page: kept });
  }

  private async scan(caseId: string, materialId: string, maxPages: number, abort: AbortController): Promise<{ fault: FaultCode | null; dropped: number }> {
    const { devices, log } = this.deps;
    const stack: Stack = { written: 0, empty: 0, firstEmpty: null };
    let refused: FaultCode | null = null;
    // Pages are worked on one after another in the order in which they came, while the scanner goes on.
    let work: Promise<void> = Promise.resolve();
    const take = async (data: Uint8Array, contentType: string): Promise<void> => {
      const fault = await this.keep(caseId, materialId, { contentType, data }, abort.signal, stack);
      if (fault === null) return;
      refused = fault;
      abort.abort();
    };
    const result = await devices.command(
      'scanner',
      'scan',
      { source: 'auto', color: 'color', resolution: RESOLUTION, maxPages },
      {
        deadlineMs: SCAN_DEADLINE_MS,
        signal: abort.signal,
        onProgress: (page) => {
          work = work.then(() => take(page.data, page.contentType)).catch((error: unknown) => {
            log.error({ error: error instanceof Error ? error.message : String(error) }, 'a scanned page could not be kept');
            refused = 'device-fault';
            abort.abort();
          });
        },
      },
    );
    await work;
    const fault = refused ?? (result.ok ? null : result.fault.code);
    // Backs without print are left out of a stack. Where nothing else came, the citizen shall see what the scanner saw.
    if (stack.written > 0) return { fault, dropped: stack.empty };
    if (stack.firstEmpty !== null && !abort.signal.aborted) this.seal(caseId, materialId, stack.firstEmpty);
    return { fault, dropped: 0 };
  }
}
