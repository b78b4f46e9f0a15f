/** One slip out of the printer of tickets, as a transaction: kept as sent before the first byte leaves, and as what was proved when it ended. */
import type { FaultCode, SlipDocument } from '../../drivers/contract.ts';
import type { PaperRow, TicketEnd, TicketPaper } from '../printing/index.ts';
import type { Paper } from '../session/index.ts';
import type { Deps } from './deps.ts';
import type { Mouth, Presenting, Turn } from './mouth.ts';
import { kindsOn } from './outlets.ts';

const PRINT_DEADLINE_MS = 20_000;

/** What the page says of paper that ended so. */
export const paperOf = (end: TicketEnd, fault: FaultCode | null): Paper => {
  switch (end) {
    case 'taken':
      return { state: 'confirmed', fault: null, copies: 1 };
    case 'given':
    case 'waiting':
      return { state: 'take', fault: null, copies: 1 };
    case 'retracted':
      return { state: 'failed', fault: 'media-left', copies: 1 };
    case 'not-printed':
      return { state: 'failed', fault, copies: 1 };
    case 'void':
      return { state: 'doubt', fault, copies: 1 };
  }
};

interface Out {
  device: Presenting;
  /** In the ledger already, and nothing of it sent. */
  row: PaperRow;
  slip: SlipDocument;
  /** Nobody else may find it. */
  named: boolean;
  tell: (paper: Paper) => void;
  /** Of when it was asked for. */
  turn: Turn;
}

/** Tells what became of it, also later of what lies in the mouth. */
export const printOut = (deps: Pick<Deps, 'config' | 'devices' | 'ledger'>, mouth: Mouth, paper: TicketPaper, { device, row, slip, named, tell, turn }: Out): Promise<TicketEnd> =>
  turn(async (lies) => {
    const { config, devices, ledger } = deps;
    await mouth.clear(device);
    const document = ledger.mayHang(kindsOn(config, device)) ? { ...slip, cutFirst: true } : slip;
    paper.sent(row.id);
    let sent = false;
    const result = await devices.command(device, 'print', document, {
      deadlineMs: PRINT_DEADLINE_MS,
      onProgress: () => {
        sent = true;
      },
    });
    const end = paper.ended(row.id, result, sent);
    tell(paperOf(end, result.ok ? null : result.fault.code));
    if (end === 'waiting') lies(named, (how) => tell(paperOf(paper.left(row.id, { delivery: how }), null)));
    return end;
  });
