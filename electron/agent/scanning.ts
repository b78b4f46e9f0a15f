/** From the scanner into sealed pages: straightened, looked at, kept, then shown. */
import type { FaultCode } from '../../drivers/contract.ts';
import type { SessionEvent } from '../session/index.ts';
import type { Deps } from './deps.ts';

const SCAN_DEADLINE_MS = 120_000; // a feeder with 50 pages at 25 pages a minute
const RESOLUTION = 200; // dpi: smallest type of a contract stays legible, a page stays under half a megabyte

const FAULT_OF: Readonly<Record<'empty' | 'too-large' | 'not-an-image', FaultCode>> = { empty: 'media-empty', 'too-large': 'media-too-large', 'not-an-image': 'media-unreadable' };

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
      const fault = await this.scan(caseId, materialId, maxPages, abort);
      if (this.current?.abort === abort) this.current = null;
      if (fault !== 'cancelled') this.dispatch({ type: 'scan-ended', fault });
    })();
    this.current = { abort, done };
  }

  cancel(): void {
    this.current?.abort.abort();
  }

  async idle(): Promise<void> {
    await this.current?.done;
  }

  private async scan(caseId: string, materialId: string, maxPages: number, abort: AbortController): Promise<FaultCode | null> {
    const { devices, printing, cases, log } = this.deps;
    let refused: FaultCode | null = null;
    // Pages are worked on one after another in the order in which they came, while the scanner goes on.
    let work: Promise<void> = Promise.resolve();
    const take = async (data: Uint8Array, contentType: string): Promise<void> => {
      if (abort.signal.aborted) return;
      const straight = await printing.straighten({ contentType, data });
      if (abort.signal.aborted) return;
      if (!straight.ok) {
        refused = FAULT_OF[straight.reason];
        abort.abort();
        return;
      }
      const page = cases.addPage(caseId, materialId, { contentType: 'image/jpeg', data: straight.jpeg, findings: straight.findings });
      this.dispatch({ type: 'page-scanned', materialId, page });
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
    if (refused !== null) return refused;
    return result.ok ? null : result.fault.code;
  }
}
