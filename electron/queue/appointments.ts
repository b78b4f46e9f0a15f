/** Agreed times as the platform tells them, kept so that a check-in needs no network. Nobody in them is named. */
import { z } from 'zod';
import type { Clock } from '../clock/index.ts';
import { appointmentsReply, verifyJson, WIRE, type PlatformLink } from '../platform/index.ts';
import type { Appointment } from './rules/decide.ts';

const ASK_EVERY_MS = 60_000;
const kept = z.array(z.strictObject({ id: z.string(), class: z.string(), item: z.string().nullable(), slot: z.number(), day: z.string(), hall: z.string() }));

export interface AppointmentBook {
  /** The agreed time under the id that somebody shows; null: none is known. */
  find(id: string): Appointment | null;
  /** All that are known, of today and of days to come. */
  list(): readonly Appointment[];
  start(): void;
  stop(): void;
}

export interface AppointmentBookOptions {
  /** Where they are kept; `onChange`: another agent of the hall was told newer ones. */
  file: { read(): unknown; write(value: unknown): unknown; onChange?(listener: () => void): void };
  link: PlatformLink;
  clock: Clock;
  hall: { id: string };
  /** YYYYMMDD: what is before it is over. */
  today: () => string;
}

export const createAppointmentBook = ({ file, link, clock, hall, today }: AppointmentBookOptions): AppointmentBook => {
  const load = () => {
    const read = kept.safeParse(file.read());
    return new Map((read.success ? read.data : []).map((one) => [one.id, one]));
  };
  let known = load();
  let listed: readonly Appointment[] = [...known.values()];
  file.onChange?.(() => {
    known = load();
    listed = [...known.values()];
  });
  const abort = new AbortController();
  let cancel: () => void = () => undefined;

  const ask = async (): Promise<void> => {
    if (!(await link.enrolled(abort.signal))) return;
    const answer = await link.request({ method: 'GET', path: `${WIRE.appointments}?hall=${encodeURIComponent(hall.id)}&from=${today()}`, signal: abort.signal });
    if (answer.kind !== 'answer') return;
    const reply = appointmentsReply.safeParse(answer.json);
    const key = link.platformKey();
    if (!reply.success || reply.data.hall !== hall.id || key === null || !verifyJson(key, answer.json as object)) return;
    const told = new Map(reply.data.appointments.map(({ id, day, class: classId, item, at }) => [id, { id, class: classId, item, slot: Date.parse(at), day, hall: hall.id }]));
    if (JSON.stringify([...told.values()]) === JSON.stringify([...known.values()])) return;
    await file.write([...told.values()]);
    known = told;
    listed = [...told.values()];
  };
  const again = (): void => {
    if (abort.signal.aborted) return;
    // What was known stays known while the platform is out of reach.
    void ask()
      .catch(() => undefined)
      .finally(() => {
        if (!abort.signal.aborted) cancel = clock.after(ASK_EVERY_MS, again);
      });
  };
  return {
    find: (id) => known.get(id.trim().toUpperCase()) ?? known.get(id.trim()) ?? null,
    list: () => listed,
    start: again,
    stop: () => {
      abort.abort();
      cancel();
    },
  };
};
