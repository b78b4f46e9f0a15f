/** What a day may be like, for trying rules on it: as the hall's last days were, and where there were none as the configuration says. Pure. */
import type { Queue } from '../../kiosk-config/index.ts';
import type { DayLog } from './figures.ts';
import { localTimeIn } from './local-time.ts';
import type { Assumptions } from './simulate.ts';

/** People of a class in an hour where nobody has counted yet: so many as one counter that serves it can do. */
const usualPerHour = (rules: Queue, classId: string, serviceMinutes: number): number => {
  const servers = rules.counters.filter(({ skills }) => skills.some((skill) => skill.class === classId)).reduce((sum, { skills }) => sum + 1 / skills.length, 0);
  return Math.round((0.85 * servers * 600) / serviceMinutes) / 10;
};
const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
const USUAL = { from: '09:00', to: '17:00' };

const opens = (hour: number): boolean => hour * 60 >= minutesOf(USUAL.from) && hour * 60 < minutesOf(USUAL.to);

/**
 * @param days logs of days that are over, any order; those without a ticket do not count
 * @param learned people of a class in each hour of such a day of the week, by newer days more than by older ones; null: unknown, the logs' mean counts
 * @returns the assumptions and on how many days they rest; 0: on none, only on what is usual
 */
export const assumedDay = (days: readonly DayLog[], rules: Queue, timeZone: string, weekday: number, learned: (classId: string, weekday: number) => readonly (number | null)[] = () => []): { given: Assumptions; days: number } => {
  const local = localTimeIn(timeZone);
  const counted = days.filter(({ events }) => events.some(({ type }) => type === 'taken' || type === 'checked-in'));
  const perHour = new Map<string, number[]>(rules.classes.map(({ id }) => [id, Array.from({ length: 24 }, () => 0)]));
  const services = new Map<string, number[]>();
  const helped = new Map<string, number>();
  let people = 0;
  let booked = 0;
  let missed = 0;
  let calls = 0;
  for (const { events } of counted) {
    const classOf = new Map<string, string>();
    const began = new Map<string, number>();
    for (const event of events) {
      switch (event.type) {
        case 'taken':
        case 'checked-in': {
          const hour = Math.floor(local(event.type === 'taken' ? event.takenAt : event.at).minutes / 60);
          const hours = perHour.get(event.class);
          if (hours !== undefined) hours[hour] = (hours[hour] ?? 0) + 1;
          classOf.set(event.number, event.class);
          people += 1;
          if (event.type === 'checked-in') booked += 1;
          if (event.priority !== null) helped.set(event.priority, (helped.get(event.priority) ?? 0) + 1);
          break;
        }
        case 'called':
        case 'started':
          if (event.type === 'called') calls += 1;
          began.set(event.number, event.at);
          break;
        case 'missed':
          missed += 1;
          break;
        case 'finished': {
          const from = began.get(event.number);
          const name = classOf.get(event.number);
          if (from !== undefined && name !== undefined) services.set(name, [...(services.get(name) ?? []), (event.at - from) / 60_000]);
          break;
        }
        default:
          break;
      }
    }
  }
  const round = (value: number): number => Math.round(value * 100) / 100;
  const classes = rules.classes.map(({ id, usualServiceMinutes }) => {
    const own = services.get(id) ?? [];
    const serviceMinutes = own.length < 10 ? usualServiceMinutes : Math.min(240, Math.max(0.1, round(own.reduce((sum, one) => sum + one, 0) / own.length)));
    const usual = usualPerHour(rules, id, serviceMinutes);
    const hours = counted.length === 0 ? Array.from({ length: 24 }, (_, hour) => (opens(hour) ? usual : 0)) : (perHour.get(id) ?? []).map((sum) => round(sum / counted.length));
    const known = learned(id, weekday);
    return { class: id, perHour: hours.map((mean, hour) => round(known[hour] ?? mean)), serviceMinutes, spread: 0.6 };
  });
  return {
    days: counted.length,
    given: {
      weekday,
      classes,
      counters: rules.counters.map(({ id }) => ({ counter: id, open: [USUAL] })),
      priorities: Object.fromEntries(rules.priorities.flatMap(({ id }) => (people === 0 ? [[id, round(0.1 / rules.priorities.length)]] : helped.has(id) ? [[id, round((helped.get(id) ?? 0) / people)]] : []))),
      bookedShare: people === 0 ? 0 : round(booked / people),
      noShowShare: calls === 0 ? 0.05 : round(missed / calls),
      secondsBetween: 20,
    },
  };
};
