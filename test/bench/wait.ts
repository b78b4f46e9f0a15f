/** wait-*: the estimate on invented halls, each on days after a week that it learned from. Every hall is drawn from the seed of the run. */
import { evaluate, qualityOf, type Case } from '../queue/evaluation.ts';
import { hallModel } from '../queue/hall-model.ts';
import { round, type Effort, type Figure } from './figures.ts';

const HALLS = 12;
const HISTORY_DAYS = 5;
const DAYS = 10;
const COVERAGE = [0.75, 0.85] as const;

export const measureWait = async ({ random }: Effort): Promise<Figure[]> => {
  const counted: Case[][] = [];
  let untold = 0;
  for (let hall = 0; hall < HALLS; hall += 1) {
    const seed = 10_000 + Math.floor(random() * 1_000_000);
    const found = evaluate(hall, hallModel(seed), seed, DAYS);
    counted.push(found.cases.filter(({ day }) => day >= HISTORY_DAYS));
    untold += found.untold;
  }
  const cases = counted.flat();
  const all = qualityOf(cases);
  const waiting = qualityOf(cases.filter(({ range }) => range.to > 1));
  const halls = counted.map((some) => qualityOf(some)).sort((a, b) => a.coverage - b.coverage);
  const worse = (than: 'naive' | 'mmc'): number => halls.filter((one) => one.error >= one[than]).length;
  const about = `${all.cases} tickets of ${HALLS} halls, days ${HISTORY_DAYS + 1} to ${DAYS}; mean wait ${round(all.wait)} min, mean error ${round(all.error, 2)} min`;
  return [
    {
      name: 'wait-coverage',
      value: round(all.coverage, 3),
      unit: '',
      against: `share of real waits within the range told with the ticket, goal ${COVERAGE.join(' to ')}; ${about}, mean width ${round(all.width)} min; without those called at once ${round(waiting.coverage, 3)}; hall by hall ${round(halls[0]?.coverage ?? 0, 3)} to ${round(halls.at(-1)?.coverage ?? 0, 3)}; ${untold} tickets of all days were told nothing as no counter was open`,
      goal: { between: COVERAGE },
    },
    {
      name: 'wait-error-against-naive',
      value: round(all.error / all.naive, 3),
      unit: '×',
      against: `mean error of the range's middle, to that of people ahead × mean ÷ counters (${round(all.naive, 2)} min), goal below 1; ${about}; not better in ${worse('naive')} halls`,
      goal: { atMost: 0.999 },
    },
    {
      name: 'wait-error-against-mmc',
      value: round(all.error / all.mmc, 3),
      unit: '×',
      against: `the same to M/M/c in the state of that moment (${round(all.mmc, 2)} min), goal below 1; not better in ${worse('mmc')} halls`,
      goal: { atMost: 0.999 },
    },
  ];
};
