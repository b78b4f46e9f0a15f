/** The rules of the queue as a manager changes them: read, checked, tried on a day, then held from now on. */
import type { Day } from '../../queue/index.ts';
import { overtakingBound } from '../../queue/index.ts';
import { isoWithOffset } from '../../clock/index.ts';
import { rulesChange, rulesChecked, rulesDraft, rulesMoved, rulesRefused, rulesView } from './manager-contract.ts';
import { errors, managers, nameOf, type HallServer } from './routes.ts';
import type { KeptRules, RulesBook } from './rules-book.ts';
import { clashesWithToday, readRules } from './rules-check.ts';

export interface RulesDeps {
  timeZone: string;
  book: RulesBook;
  day: () => Day;
  /** A manager's rules hold from now on: on the record. */
  onKept: (by: string, version: number) => void;
}

export const rulesRoutes = (app: HallServer, { timeZone, book, day, onKept }: RulesDeps): void => {
  const told = ({ version, rules, by, at }: KeptRules) => ({ version, rules, by, at: at === null ? null : isoWithOffset(at, timeZone), overtakingBoundMinutes: overtakingBound(rules) });

  app.get('/hall/rules', { ...managers, schema: { summary: 'The rules that hold now', response: { 200: rulesView, ...errors } } }, async () => told(book.current()));
  app.post('/hall/rules/check', { ...managers, schema: { summary: 'What is wrong with a draft; nothing is kept', body: rulesDraft, response: { 200: rulesChecked, ...errors } } }, (request, reply) => {
    const read = readRules(request.body.rules);
    void reply.send({ mistakes: read.ok ? clashesWithToday(day(), book.current().rules, read.rules) : read.mistakes });
  });
  app.put('/hall/rules', { ...managers, schema: { summary: 'Rules that hold from now on; refused with every mistake at its place', body: rulesChange, response: { 200: rulesView, 401: errors[401], 403: errors[403], 409: rulesMoved, 422: rulesRefused } } }, async (request, reply) => {
    const read = readRules(request.body.rules);
    if (!read.ok) return reply.code(422).send({ mistakes: read.mistakes });
    const mistakes = clashesWithToday(day(), book.current().rules, read.rules);
    if (mistakes.length > 0) return reply.code(422).send({ mistakes });
    const kept = book.keep(read.rules, nameOf(request), request.body.basedOn);
    if (kept === null) return reply.code(409).send({ refusal: 'changed-meanwhile' as const, version: book.current().version });
    onKept(nameOf(request), kept.version);
    return told(kept);
  });
};
