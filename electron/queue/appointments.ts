/** Agreed times as the platform tells them, kept so that a check-in needs no network. Nobody in them is named. */
import { z } from 'zod';
import type { Clock } from '../clock/index.ts';
import { appointmentReply, appointmentsReply, verifyJson, WIRE, type PlatformLink } from '../platform/index.ts';
import type { Appointment } from './rules/decide.ts';

const ASK_EVERY_MS = 60_000;
/** Somebody stands there meanwhile, and a terminal gives up on its hall after a second and a half. */
const LOOK_UP_MS = 1_000;
/** Whoever tries codes out is not helped by this hall, and the platform is left in peace. */
const LOOK_UPS_A_MINUTE = 120;
const MINUTE_MS = 60_000;
/** What a code of an appointment looks like; anything else is none, and nobody is asked. */
const CODE = /^[0-9A-Za-z-]{6,40}$/;
const NO_SUCH = 'no-such-appointment';
const kept = z.array(z.strictObject({ id: z.string(), class: z.string(), item: z.string().nullable(), slot: z.number(), day: z.string(), hall: z.string() }));

export interface AppointmentBook {
  /** The agreed time under the id that somebody shows; null: none is known. */
  find(id: string): Appointment | null;
  /**
   * The same, and what the book does not hold is asked of the platform: it may be of another hall, of a day that is over, or agreed a moment ago. Answers within
   * {@link LOOK_UP_MS} or a little more. @returns why there is none: nobody ever agreed on it, or the platform cannot be asked now
   */
  lookUp(id: string): Promise<Appointment | 'unknown-appointment' | 'appointment-unchecked'>;
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
  const find = (id: string): Appointment | null => known.get(id.trim().toUpperCase()) ?? known.get(id.trim()) ?? null;
  let lately: number[] = [];
  const askFor = async (code: string): Promise<Appointment | 'unknown-appointment' | 'appointment-unchecked'> => {
    const now = clock.monotonic();
    lately = lately.filter((at) => at > now - MINUTE_MS);
    if (lately.length >= LOOK_UPS_A_MINUTE) return 'appointment-unchecked';
    lately.push(now);
    const answer = await link.request({ method: 'GET', path: WIRE.appointment(code), signal: AbortSignal.any([abort.signal, AbortSignal.timeout(LOOK_UP_MS)]) });
    if (answer.kind === 'refused') return answer.reason === NO_SUCH ? 'unknown-appointment' : 'appointment-unchecked';
    if (answer.kind !== 'answer') return 'appointment-unchecked';
    const reply = appointmentReply.safeParse(answer.json);
    const key = link.platformKey();
    if (!reply.success || reply.data.appointment.id.toUpperCase() !== code.toUpperCase() || key === null || !verifyJson(key, answer.json as object)) return 'appointment-unchecked';
    const { hall: at, hallName, appointment } = reply.data;
    return { id: appointment.id, class: appointment.class, item: appointment.item, slot: Date.parse(appointment.at), day: appointment.day, hall: at, hallName };
  };
  return {
    find,
    lookUp: async (id) => {
      const code = id.trim();
      const held = find(code);
      if (held !== null) return held;
      if (!CODE.test(code)) return 'unknown-appointment';
      let timer: () => void = () => undefined;
      // A name server or an enrolment that hangs keeps nobody waiting either.
      const late = new Promise<'appointment-unchecked'>((resolve) => (timer = clock.after(LOOK_UP_MS, () => resolve('appointment-unchecked'))));
      return Promise.race([askFor(code).catch(() => 'appointment-unchecked' as const), late]).finally(() => timer());
    },
    list: () => listed,
    start: again,
    stop: () => {
      abort.abort();
      cancel();
    },
  };
};
