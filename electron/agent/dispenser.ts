/** A terminal whose hall's queue runs on another machine: takes its numbers there, or from its reserve. */
import type { HallConfig, Queue } from '../../kiosk-config/index.ts';
import type { Audit } from '../audit/index.ts';
import type { Clock } from '../clock/index.ts';
import { createDispenserClient, createDispenserStore, createHallWire, hallTime, type DispenserClient } from '../queue/index.ts';
import type { Storage } from '../storage/index.ts';
import type { StaffDesk } from './staff-desk.ts';

export interface DispenserOptions {
  config: Pick<HallConfig, 'hall' | 'terminal' | 'items'>;
  /** Of queue.yaml; what the hall tells goes before it. */
  rules: Queue;
  /** Of the terminal's file: addresses of the hall's agents, and fingerprint of the authority that all their certificates come from. */
  queue: { at: string | readonly string[]; authority: string };
  /** Paper in doubt, which the hall's manager may settle. */
  desk: Pick<StaffDesk, 'doubts' | 'settlePaper'>;
  storage: Storage;
  clock: Clock;
  audit: Audit;
}

const placesOf = (at: string | readonly string[]): [string, ...string[]] => {
  const [first, ...others] = (typeof at === 'string' ? [at] : at).map((place) => place.replace(/\/+$/, ''));
  if (first === undefined) throw new Error('a terminal whose hall is elsewhere needs its address');
  return [first, ...others];
};

/** Not started yet. @throws when its memory cannot be read */
export const openDispenser = ({ config, rules, queue, desk, storage, clock, audit }: DispenserOptions): DispenserClient => {
  const { hall, terminal, items } = config;
  const store = createDispenserStore(storage, () => hallTime(clock, hall.timeZone, hall.businessDayStartsAt, null).day);
  return createDispenserClient({
    wire: createHallWire({ at: placesOf(queue.at), fingerprint: queue.authority, terminalId: terminal.id, identity: storage.identity, kept: store, now: () => clock.wall() }),
    store,
    clock,
    hall,
    rules,
    items,
    terminalId: terminal.id,
    papers: { open: () => desk.doubts(), settle: (decision) => desk.settlePaper(decision) },
    audit: {
      hallLost: () => audit.write('queue.hall-lost', {}),
      hallBack: (joined) => audit.write('queue.hall-back', { joined }),
      joinRefused: ({ day, class: classId, ordinal }, refusal) => audit.write('queue.join-refused', { day, class: classId, ordinal, refusal }),
      reserveBurned: (leases) => audit.write('queue.reserve-burned', { leases }),
      takeRefused: (by, refusal, times) => audit.write('queue.refused', { by, at: null, command: 'take-or-check-in', refusal, times }),
      paired: () => audit.write('queue.paired', {}),
    },
  });
};
