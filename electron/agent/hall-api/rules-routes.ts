/** The rules of the queue as a manager changes them: read, checked, tried on a day, then held from now on. */
import type { Item, Queue } from '../../../kiosk-config/index.ts';
import { assumedDay, overtakingBound, type Day, type DayLog, type TryDays } from '../../queue/index.ts';
import { isoWithOffset } from '../../clock/index.ts';
import { assumedView, rulesChange, rulesChecked, rulesDraft, rulesMoved, rulesRefused, rulesView, tooBusy, triedBody, triedView } from './manager-contract.ts';
import { errors, managers, nameOf, type HallServer } from './routes.ts';
import type { KeptRules, RulesBook } from './rules-book.ts';
import { clashesWithToday, readRules } from './rules-check.ts';

export interface RulesDeps {
  timeZone: string;
  book: RulesBook;
  /** The hall's items; null: they are not known here, and what classes say of them is not checked. */
  items: readonly Pick<Item, 'id' | 'name'>[] | null;
  /** The running business day, and the next one where numbers of it are out. */
  days: () => Day[];
  /** Logs of the last days that are over. */
  lastDays: () => Promise<DayLog[]>;
  /** People of a class in each hour of such a day of the week, as the hall has learned them. */
  usual: (classId: string, weekday: number) => readonly (number | null)[];
  /** 1 Monday to 7 Sunday, today in the hall. */
  weekday: () => number;
  tryDays: TryDays;
  /** A manager's rules hold from now on: on the record. */
  onKept: (by: string, version: number) => void;
  /** A manager's rules were refused: on the record. */
  onRefused: (by: string, mistakes: number) => void;
}

export const rulesRoutes = (app: HallServer, { timeZone, book, items, days, lastDays, usual, weekday, tryDays, onKept, onRefused }: RulesDeps): void => {
  const told = ({ version, rules, by, at }: KeptRules) => ({ version, rules, by, at: at === null ? null : isoWithOffset(at, timeZone), overtakingBoundMinutes: overtakingBound(rules), items: (items ?? []).map(({ id, name }) => ({ id, name })) });
  const itemIds = items === null ? null : items.map(({ id }) => id);
  const readable = (data: unknown): Queue | null => {
    const plain = readRules(data);
    return plain.ok ? plain.rules : null;
  };
  const clashes = (next: Queue) => days().flatMap((day) => clashesWithToday(day, book.current().rules, next));

  app.get('/hall/rules', { ...managers, schema: { summary: 'The rules that hold now', response: { 200: rulesView, ...errors } } }, async () => told(book.current()));
  app.post('/hall/rules/check', { ...managers, schema: { summary: 'What is wrong with a draft; nothing is kept', body: rulesDraft, response: { 200: rulesChecked, ...errors } } }, (request, reply) => {
    const read = readRules(request.body.rules, itemIds);
    void reply.send({ mistakes: read.ok ? clashes(read.rules) : read.mistakes, rules: read.ok ? read.rules : readable(request.body.rules) });
  });
  app.put('/hall/rules', { ...managers, schema: { summary: 'Rules that hold from now on; refused with every mistake at its place', body: rulesChange, response: { 200: rulesView, 401: errors[401], 403: errors[403], 409: rulesMoved, 422: rulesRefused } } }, async (request, reply) => {
    const read = readRules(request.body.rules, itemIds);
    const mistakes = read.ok ? clashes(read.rules) : read.mistakes;
    if (!read.ok || mistakes.length > 0) {
      onRefused(nameOf(request), mistakes.length);
      return reply.code(422).send({ mistakes });
    }
    const kept = await book.keep(read.rules, nameOf(request), request.body.basedOn);
    if (kept === null) return reply.code(409).send({ refusal: 'changed-meanwhile' as const, version: book.current().version });
    onKept(nameOf(request), kept.version);
    return told(kept);
  });
  app.get('/hall/rules/assumed-day', { ...managers, schema: { summary: 'A day like the last ones of this hall, to try rules on', response: { 200: assumedView, ...errors } } }, async () => assumedDay(await lastDays(), book.current().rules, timeZone, weekday(), usual));
  app.post('/hall/rules/simulate', { ...managers, schema: { summary: 'The same people under the rules that hold now and under a draft; nothing is kept', body: triedBody, response: { 200: triedView, ...errors, 422: rulesRefused, 503: tooBusy } } }, async (request, reply) => {
    const { rules, given, seed } = request.body;
    const read = readRules(rules, itemIds);
    if (!read.ok) return reply.code(422).send({ mistakes: read.mistakes });
    const tried = await tryDays([book.current().rules, read.rules].map((one) => ({ rules: one, given, seed })));
    const [now, draft] = tried ?? [];
    return now === undefined || draft === undefined ? reply.code(503).send({ title: 'the day took too long to try, or others try days too' }) : { now, draft };
  });
};
