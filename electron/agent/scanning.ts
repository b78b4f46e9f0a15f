/** From the scanner, or from under the document camera, into sealed pages: straightened or cut out, looked at, kept, then shown; and from pages into the document that is sent. */
import type { FaultCode } from '../../drivers/contract.ts';
import type { Effect, ScanOrder, SessionEvent } from '../session/index.ts';
import type { Deps } from './deps.ts';

const SCAN_DEADLINE_MS = 120_000; // a feeder with 50 pages at 25 pages a minute

const FAULT_OF = { empty: 'media-empty', 'too-large': 'media-too-large', 'too-many': 'media-too-large', 'not-an-image': 'media-unreadable', 'no-card': 'no-media' } as const satisfies Readonly<Record<string, FaultCode>>;

/** What a page is of: the case, the material, and what the citizen was asked to put in. */
export interface Wanted {
  caseId: string;
  materialId: string;
  order: Pick<ScanOrder, 'color' | 'dpi' | 'side' | 'instead'>;
}

/** Pages of one go of the scanner: those with something on them, and those without. */
interface Stack {
  room: number;
  written: number;
  empty: number;
  /** Written pages for which there was no room. */
  over: boolean;
  firstEmpty: Straight | null;
}
interface Straight {
  jpeg: Uint8Array;
  findings: string[];
}

export class Scanning {
  private current: { abort: AbortController; done: Promise<void> } | null = null;
  private readonly deps: Deps;
  private readonly dispatch: (event: SessionEvent) => void;

  constructor(deps: Deps, dispatch: (event: SessionEvent) => void) {
    this.deps = deps;
    this.dispatch = dispatch;
  }

  start(wanted: Wanted & { order: ScanOrder }, maxPages: number): void {
    this.cancel();
    const before = this.current?.done;
    const abort = new AbortController();
    const done = (async (): Promise<void> => {
      await before;
      const { fault, dropped, over } = await this.scan(wanted, maxPages, abort);
      if (this.current?.abort === abort) this.current = null;
      if (fault !== 'cancelled') this.dispatch({ type: 'scan-ended', fault, dropped, over });
    })();
    this.current = { abort, done };
  }

  /**
   * A picture of a page that the citizen's page made: kept like a scanned one. One at a time.
   * @returns whether it was taken up
   */
  picture(wanted: Wanted, jpeg: Uint8Array): boolean {
    if (this.current !== null) return false;
    const abort = new AbortController();
    const done = (async (): Promise<void> => {
      const fault = await this.keepPicture(wanted, jpeg, abort.signal);
      if (this.current?.abort === abort) this.current = null;
      if (!abort.signal.aborted) this.dispatch({ type: 'camera-ended', fault });
    })();
    this.current = { abort, done };
    return true;
  }

  /** Makes what the citizen said yes to into the document that is sent. */
  bind(caseId: string, effect: Extract<Effect, { do: 'bind-material' }>): void {
    this.cancel();
    const before = this.current?.done;
    const abort = new AbortController();
    const done = (async (): Promise<void> => {
      await before;
      const event = await this.bound(caseId, effect, abort.signal);
      if (this.current?.abort === abort) this.current = null;
      if (!abort.signal.aborted) this.dispatch(event);
    })();
    this.current = { abort, done };
  }

  cancel(): void {
    this.current?.abort.abort();
  }

  async idle(): Promise<void> {
    await this.current?.done;
  }

  private async bound(caseId: string, { materialId, kind, pages }: Extract<Effect, { do: 'bind-material' }>, signal: AbortSignal): Promise<SessionEvent> {
    const { cases, printing, log } = this.deps;
    const failed = (fault: FaultCode): SessionEvent => ({ type: 'material-bound', materialId, document: null, fault });
    try {
      const pictures = pages.map((page) => cases.readPage(caseId, page));
      const [front, back] = pictures;
      if (kind === 'id-copy' && (front === undefined || back === undefined)) return failed('media-unreadable');
      const made = kind === 'id-copy' && front !== undefined && back !== undefined ? await printing.idCopy({ front, back }) : await printing.bindPages(pictures);
      if (signal.aborted) return failed('cancelled');
      if (!made.ok) return failed(FAULT_OF[made.reason]);
      const document = cases.keepDocument(caseId, materialId, pages, made.pdf);
      return document === null ? failed('media-unreadable') : { type: 'material-bound', materialId, document, fault: null };
    } catch (error) {
      log.error({ error: error instanceof Error ? error.message : String(error) }, 'pages could not be made into a document');
      return failed('device-fault');
    }
  }

  private async keepPicture(wanted: Wanted, jpeg: Uint8Array, signal: AbortSignal): Promise<FaultCode | null> {
    try {
      return await this.keep(wanted, { contentType: 'image/jpeg', data: jpeg, from: 'camera' }, signal);
    } catch (error) {
      this.deps.log.error({ error: error instanceof Error ? error.message : String(error) }, 'a picture could not be kept');
      return 'device-fault';
    }
  }

  /** Straightened or cut out, looked at, sealed, shown. @returns why it is no page, or null */
  private async keep(wanted: Wanted, page: { contentType: string; data: Uint8Array; from: 'scanner' | 'camera' }, signal: AbortSignal, stack: Stack | null = null): Promise<FaultCode | null> {
    if (signal.aborted) return null;
    const { color, dpi, side } = wanted.order;
    if (side !== null) {
      const card = await this.deps.printing.cardSide({ data: page.data, from: page.from, dpi, color, other: this.otherSide(wanted) });
      if (signal.aborted) return null;
      if (!card.ok) return FAULT_OF[card.reason];
      this.seal(wanted, card);
      return null;
    }
    const straight = await this.deps.printing.straighten({ contentType: page.contentType, data: page.data, kept: { dpi, color } });
    if (signal.aborted) return null;
    if (!straight.ok) return FAULT_OF[straight.reason];
    if (stack !== null) {
      if (straight.empty) {
        stack.empty += 1;
        stack.firstEmpty ??= straight;
        return null;
      }
      if (stack.written === stack.room) {
        stack.over = true;
        return null;
      }
      stack.written += 1;
    }
    this.seal(wanted, straight);
    return null;
  }

  /** The side of the card that is there already. */
  private otherSide({ caseId, materialId, order }: Wanted): Uint8Array | null {
    const { cases } = this.deps;
    const other = cases.get(caseId)?.materials.find(({ id }) => id === materialId)?.pages.find(({ side }) => side !== undefined && side !== order.side);
    return other === undefined ? null : cases.readPage(caseId, other.id);
  }

  private seal({ caseId, materialId, order: { side, instead } }: Wanted, { jpeg, findings }: Straight): void {
    const place = { ...(side === null ? {} : { side }), ...(instead === null ? {} : { instead }) };
    const kept = this.deps.cases.addPage(caseId, materialId, { contentType: 'image/jpeg', data: jpeg, findings, ...place });
    this.dispatch({ type: 'page-scanned', materialId, page: kept, ...(instead === null ? {} : { instead }) });
  }

  private async scan(wanted: Wanted & { order: ScanOrder }, room: number, abort: AbortController): Promise<{ fault: FaultCode | null; dropped: number; over: boolean }> {
    const { devices, log } = this.deps;
    const { source, color, dpi, side, instead } = wanted.order;
    const stack: Stack = { room, written: 0, empty: 0, over: false, firstEmpty: null };
    // One page anew, or one side, is one page. Of a stack every second may be an empty back, and one written page too many has to be seen to be told.
    const maxPages = side !== null || instead !== null ? 1 : room * 2 + 1;
    let refused: FaultCode | null = null;
    // Pages are worked on one after another in the order in which they came, while the scanner goes on.
    let work: Promise<void> = Promise.resolve();
    const take = async (data: Uint8Array, contentType: string): Promise<void> => {
      const fault = await this.keep(wanted, { contentType, data, from: 'scanner' }, abort.signal, stack);
      refused ??= fault;
      if (fault !== null || stack.over) abort.abort();
    };
    const result = await devices.command(
      'scanner',
      'scan',
      { source, color, resolution: dpi, maxPages },
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
    const fault = refused ?? (result.ok || stack.over ? null : result.fault.code);
    // Backs without print are left out of a stack. Where nothing else came, the citizen shall see what the scanner saw.
    if (stack.written > 0) return { fault, dropped: stack.empty, over: stack.over };
    if (stack.firstEmpty !== null && !abort.signal.aborted) this.seal(wanted, stack.firstEmpty);
    return { fault, dropped: 0, over: stack.over };
  }
}
