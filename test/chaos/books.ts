/** What a run was told, and sums over samples: pure, so that what finds violations is itself tested. */

export interface ToldCase {
  caseNumber: string;
  item: string;
}
export interface ToldTicket {
  day: string;
  number: string;
  ticket: string;
  by: string;
}

export interface ToldBooks {
  case(told: ToldCase): void;
  /** @returns what is wrong with it: another ticket of that day bears this number */
  ticket(told: ToldTicket): string | null;
  cases(): ToldCase[];
  tickets(): ToldTicket[];
}

/** Everything that people were told, by the terminal or by a clerk; it outlives every database. */
export const toldBooks = (): ToldBooks => {
  const cases = new Map<string, ToldCase>();
  const numbers = new Map<string, ToldTicket>();
  return {
    case: (told) => void cases.set(told.caseNumber, told),
    ticket: (told) => {
      const key = `${told.day} ${told.number}`;
      const before = numbers.get(key);
      if (before !== undefined && before.ticket !== told.ticket) return `${key} was given to two people: ticket ${before.ticket} by ${before.by}, ticket ${told.ticket} by ${told.by}`;
      numbers.set(key, told);
      return null;
    },
    cases: () => [...cases.values()],
    tickets: () => [...numbers.values()],
  };
};

export interface PaperLine {
  id: string;
  kind: string;
  numbered: number;
  number: string | null;
  state: string;
  outcome: string | null;
}

/** Paper exists, or may exist, for a row in this state. */
const mayBePaper = ({ state, outcome }: PaperLine): boolean => ['sent', 'confirmed', 'taken', 'doubt'].includes(state) || (state === 'settled' && outcome !== 'not-printed');

/** @param rows every row ever seen, by id, also of databases that were replaced @returns numbered sheets that may exist twice */
export const numberedTwice = (rows: Iterable<PaperLine>): string[] => {
  const seen = new Map<string, string>();
  const wrong: string[] = [];
  for (const row of rows) {
    if (row.numbered !== 1 || row.number === null || !mayBePaper(row)) continue;
    const key = `${row.kind} ${row.number}`;
    const before = seen.get(key);
    if (before !== undefined) wrong.push(`numbered paper ${key} stands in the ledger twice: ${before} and ${row.id}`);
    seen.set(key, row.id);
  }
  return wrong;
};

/** What lies in somebody's hand, as far as its code tells. */
export interface Slip {
  ticket: string | null;
  caseNumber: string | null;
}

/** @param slips everything that came out @param rows every ledger row ever seen @param numberOf of a ticket's id: `day number` */
export const paperWithoutRow = (slips: readonly Slip[], rows: Iterable<PaperLine>, numberOf: (ticket: string) => string | null): string[] => {
  const wrong: string[] = [];
  const able = new Map<string, number>();
  for (const row of rows) if (row.number !== null && mayBePaper(row)) able.set(`${row.kind} ${row.number}`, (able.get(`${row.kind} ${row.number}`) ?? 0) + 1);
  const out = new Map<string, number>();
  for (const { ticket, caseNumber } of slips) {
    const number = ticket === null ? caseNumber : numberOf(ticket);
    if (number === null) {
      if (ticket !== null) wrong.push(`the ticket ${ticket} came out of the printer and stands in no queue`);
      continue;
    }
    const key = `${ticket === null ? 'receipt-slip' : 'ticket'} ${number}`;
    out.set(key, (out.get(key) ?? 0) + 1);
  }
  for (const [key, count] of out) {
    const rowsOf = able.get(key) ?? 0;
    if (count > rowsOf) wrong.push(`${key} came out ${count} times and has ${rowsOf} rows in the ledger`);
  }
  return wrong;
};

/** The entries of `now` that were not there before, when a list keeps only its newest entries. */
export const newlyListed = (before: readonly string[], now: readonly string[]): string[] => {
  for (let kept = Math.min(before.length, now.length); kept > 0; kept -= 1) {
    const tail = before.slice(before.length - kept);
    if (tail.every((one, at) => one === now[at])) return now.slice(kept);
  }
  return [...now];
};

export interface Sample {
  /** Milliseconds. */
  at: number;
  value: number;
}

/** Least squares. @returns growth an hour, null with less than two minutes of samples */
export const slopePerHour = (samples: readonly Sample[]): number | null => {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.at - first.at < 120_000) return null;
  const n = samples.length;
  const meanAt = samples.reduce((sum, { at }) => sum + at, 0) / n;
  const meanValue = samples.reduce((sum, { value }) => sum + value, 0) / n;
  const over = samples.reduce((sum, { at, value }) => sum + (at - meanAt) * (value - meanValue), 0);
  const under = samples.reduce((sum, { at }) => sum + (at - meanAt) ** 2, 0);
  return (over / under) * 3_600_000;
};
