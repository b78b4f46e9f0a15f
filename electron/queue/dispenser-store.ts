/** A dispenser's memory in its terminal's own database: what is kept here is on the disk before anybody sees a number that follows from it. */
import { z } from 'zod';
import { queue, type Queue } from '../../kiosk-config/index.ts';
import type { Storage } from '../storage/index.ts';
import { emptyDispenser, onLostMemory, type Dispenser } from './rules/dispenser.ts';
import { classView, ticketView, type ClassView, type TicketView } from './wire.ts';

const ordinal = z.number().int();
const given = z.strictObject({ day: z.string(), lease: z.string(), class: z.string(), ordinal, number: z.string(), ticket: z.string(), priority: z.string().nullable(), item: z.string().nullable(), takenAt: z.number() });
const memory = z.strictObject({
  /** The life of the database in which this was written: in another one nothing is given from these leases. */
  incarnation: z.string(),
  dispenser: z.strictObject({
    day: z.string(),
    leases: z.array(z.strictObject({ lease: z.string(), day: z.string(), class: z.string(), next: ordinal, last: ordinal })),
    given: z.array(given),
    abandoned: z.array(z.string()),
  }),
  /** The next business day, as the hall told it. */
  next: z.string().nullable(),
  /** Leases to be told as lost. */
  toBurn: z.array(z.strictObject({ lease: z.string(), day: z.string() })),
  /** Tickets whose paper is in doubt, to be told. */
  doubtful: z.array(z.string()),
  /** Given here, and not taken in by the hall: staff must look. */
  unjoined: z.array(z.strictObject({ given, refusal: z.string() })),
});
export type DispenserMemory = z.infer<typeof memory>;

/** What the hall told last; shown while it does not answer. */
export interface LastSight {
  rules: Queue | null;
  classes: ClassView[];
}

export interface DispenserStore {
  load(): DispenserMemory;
  /** @throws when it cannot be kept; the number may not be shown then */
  save(memory: DispenserMemory): void;
  /** Tickets of this terminal, newest last. */
  tickets(): TicketView[];
  saveTickets(tickets: readonly TicketView[]): void;
  sight(): LastSight;
  /** What changed of it. */
  saveSight(sight: Partial<LastSight>): void;
  /** The hall's authority (PEM) as it was fetched; null: not yet. */
  authority(): string | null;
  saveAuthority(pem: string): void;
  /** Several of these in one transaction. */
  together(work: () => void): void;
}

/** @param day the business day to begin with where nothing is kept */
export const createDispenserStore = (storage: Pick<Storage, 'prepare' | 'transaction' | 'incarnation'>, day: () => string): DispenserStore => {
  const get = (name: string): unknown => {
    const row = storage.prepare('SELECT value FROM dispenser WHERE name = ?').get(name) as { value: string } | undefined;
    return row === undefined ? null : (JSON.parse(row.value) as unknown);
  };
  const set = (name: string, value: unknown): void => {
    storage.transaction(() => storage.prepare('INSERT INTO dispenser (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value').run(name, JSON.stringify(value)));
  };
  const save = (kept: DispenserMemory): void => set('memory', kept);
  return {
    load: () => {
      const kept = memory.safeParse(get('memory'));
      if (!kept.success) return { incarnation: storage.incarnation, dispenser: emptyDispenser(day()), next: null, toBurn: [], doubtful: [], unjoined: [] };
      if (kept.data.incarnation === storage.incarnation) return kept.data;
      const { dispenser, toBurn } = kept.data;
      const lost: Dispenser = onLostMemory(dispenser);
      const after = { ...kept.data, incarnation: storage.incarnation, dispenser: lost, toBurn: [...toBurn, ...dispenser.leases.map(({ lease, day: of }) => ({ lease, day: of }))] };
      save(after);
      return after;
    },
    save,
    tickets: () => z.array(ticketView).catch([]).parse(get('tickets')),
    saveTickets: (tickets) => set('tickets', tickets),
    sight: () => {
      const rules = queue.safeParse(get('rules'));
      return { rules: rules.success ? rules.data : null, classes: z.array(classView).catch([]).parse(get('classes')) };
    },
    saveSight: ({ rules, classes }) =>
      storage.transaction(() => {
        if (rules !== undefined) set('rules', rules);
        if (classes !== undefined) set('classes', classes);
      }),
    authority: () => z.string().nullable().catch(null).parse(get('authority')),
    saveAuthority: (pem) => set('authority', pem),
    together: (work) => storage.transaction(work),
  };
};
