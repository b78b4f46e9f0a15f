/**
 * Invented halls: who comes, how long it takes, who sits at the counters. Drawn from a seed; nothing here is known to the product, whose configuration
 * says something else about service times than what really happens.
 */
import { queue, type Queue } from '../../kiosk-config/index.ts';
import { chanceOf } from '../../electron/queue/chance.ts';

export interface ClassModel {
  id: string;
  /** People on a day of average, bursts not counted. */
  perDay: number;
  serviceMinutes: number;
  /** Standard deviation as a share of the mean. */
  spread: number;
  law: 'lognormal' | 'gamma';
}

export interface CounterModel {
  id: string;
  clerk: string;
  /** Times everybody's service. */
  speed: number;
  /** Seconds between two people. */
  reaction: number;
  lunch: 'early' | 'late';
  /** Helps out in the peaks alone. */
  peaksOnly: boolean;
}

export interface HallModel {
  rules: Queue;
  classes: ClassModel[];
  counters: CounterModel[];
  noShow: number;
  priorities: Record<string, number>;
  booked: number;
  /** Everything that happens at a counter takes so many times what is usual. */
  pace: number;
  /** Busier and quieter days of the week, Monday first. */
  weekdays: number[];
}

const ALWAYS = [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '23:59' }];
const CLASS_IDS = ['insurance', 'estate', 'general', 'company', 'tax', 'police'];
/** Hours that a counter is worked at on average, lunch, rests and absence taken off. */
const WORKED_MINUTES = 6.6 * 60;

/** @param size counters and people a day, where a test wants a certain hall; the counters work as fast as they must. null: drawn */
export const hallModel = (seed: number, size: { counters: number; perDay: number } | null = null): HallModel => {
  const chance = chanceOf(seed * 7_919 + 17);
  const classCount = Math.floor(chance.between(3, 6.99));
  const counterCount = size?.counters ?? Math.max(classCount + 2, Math.floor(chance.between(5, 15)));
  const ids = CLASS_IDS.slice(0, classCount);
  const skills = Array.from({ length: counterCount }, (_, at) => {
    const own = ids[at % classCount] as string;
    const other = ids[Math.floor(chance.next() * classCount)] as string;
    return other !== own && chance.happens(0.45) ? [{ class: own, weight: chance.happens(0.4) ? 2 : 1 }, { class: other }] : [{ class: own }];
  });
  const usual = ids.map(() => Math.round(chance.between(4, 14)));
  const rules = queue.parse({
    classes: ids.map((id, at) => ({ id, name: { zh: id, en: id }, prefix: 'ABCDEF'[at], where: { zh: '一楼', en: 'Here' }, way: { zh: '直走', en: 'Straight on' }, usualServiceMinutes: usual[at], hours: ALWAYS })),
    counters: skills.map((one, at) => ({ id: String(at + 1), name: { zh: '窗口', en: 'Counter' }, skills: one })),
    priorities: [
      { id: 'elder', name: { zh: '长者', en: 'Elder' }, headStartMinutes: 15 },
      { id: 'disabled', name: { zh: '残障', en: 'Disabled' }, headStartMinutes: 20 },
    ],
    appointments: { prefix: 'Y' },
    ticketsPerMinute: 600,
  });
  const classes = ids.map((id, at): ClassModel => {
    const serviceMinutes = (usual[at] as number) * chance.between(0.6, 1.6);
    const share = skills.reduce((sum, one) => sum + (one.some((skill) => skill.class === id) ? 1 / one.length : 0), 0);
    return {
      id,
      serviceMinutes,
      perDay: (share * WORKED_MINUTES * chance.between(0.62, 0.94)) / (serviceMinutes + 0.8),
      spread: chance.between(0.4, 0.9),
      law: chance.happens(0.5) ? 'lognormal' : 'gamma',
    };
  });
  const drawn = classes.reduce((sum, { perDay }) => sum + perDay, 0);
  const scale = size === null ? 1 : size.perDay / drawn;
  for (const one of classes) one.perDay *= scale;
  return {
    rules,
    classes,
    counters: rules.counters.map(({ id }, at) => ({
      id,
      clerk: `clerk-${at + 1}`,
      speed: chance.lognormal(1, 0.15),
      reaction: chance.between(5, 25),
      lunch: at % 2 === 0 ? 'early' : 'late',
      peaksOnly: at >= classCount && chance.happens(0.2),
    })),
    pace: 1 / scale,
    noShow: chance.between(0.02, 0.08),
    priorities: { elder: chance.between(0.03, 0.12), disabled: 0.015 },
    booked: chance.between(0, 0.18),
    weekdays: [1.15, 1.02, 0.97, 0.95, 1.03, 0.6, 0.4],
  };
};
