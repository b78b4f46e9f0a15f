/** The pick-up locker as the hall's people work it: what waits to be put in, the cells, and what became of each. */
import { z } from 'zod';
import { FINDINGS, LOCKER_REFUSALS, lockersView, type LockerOutcome, type Lockers } from '../../lockers/index.ts';
import { clerks, errors, nameOf, type HallServer } from './routes.ts';

const cell = z.string().regex(/^\d{1,4}$/);
export const CELL_ACTS = ['put', 'not-put', 'take-back', 'took-back', 'look', 'settle', 'close', 'use'] as const;
const originalParams = z.object({ document: z.string().regex(/^c[0-9a-f]{24}$/) });
const cellParams = z.object({ cell, act: z.enum(CELL_ACTS) });
/** Left out or null: the first cell that is free. */
const loadBody = z
  .strictObject({ cell: cell.nullable().optional() })
  .nullish()
  .transform((given) => given?.cell ?? null);
const cellBody = z
  .strictObject({ found: z.enum(FINDINGS).optional() })
  .nullish()
  .transform((given) => given?.found ?? null);
const worked = z.strictObject({ ok: z.literal(true), cell: z.string() });
export const lockerRefused = z.strictObject({ refusal: z.enum(LOCKER_REFUSALS) });
const answers = { 200: worked, ...errors, 409: lockerRefused };

/** @param lockers left out: this hall's own terminal has none */
export const lockersRoutes = (app: HallServer, lockers: Lockers | null): void => {
  const asked = { config: { ...clerks.config, asks: 'locker' } };
  app.get('/hall/lockers', { ...asked, schema: { summary: "The locker at the hall's own terminal: what waits to be put in, and every cell", response: { 200: lockersView, ...errors } } }, async () => ({ locker: lockers?.view() ?? null }));
  app.post(
    '/hall/lockers/originals/:document/load',
    {
      ...asked,
      schema: {
        summary: 'Opens a free cell for an original',
        description: 'The answer says which cell is being opened; GET /hall/lockers shows when its door is open and closed again. It counts as put in with `put`, once the door was seen closed.',
        params: originalParams,
        body: loadBody,
        response: answers,
      },
    },
    async (request, reply) => {
      const outcome: LockerOutcome = lockers?.load({ document: request.params.document, cell: request.body, by: nameOf(request) }) ?? { ok: false, refusal: 'no-locker' };
      return outcome.ok ? outcome : reply.code(409).send({ refusal: outcome.refusal });
    },
  );
  app.post(
    '/hall/lockers/cells/:cell/:act',
    {
      ...asked,
      schema: {
        summary: 'What somebody of the hall does at a cell',
        description:
          '`put`, `not-put`: of the original that a cell was opened for. `take-back`: opens a loaded cell; it is taken back when the door was seen closed (`took-back` says so where no door can be asked). `look`: opens a doubtful cell. `settle` with `found`: what lies there. `close`, `use`: out of use and into use again.',
        params: cellParams,
        body: cellBody,
        response: answers,
      },
    },
    async (request, reply) => {
      const by = nameOf(request);
      const { cell: name, act } = request.params;
      const found = request.body;
      const work = (desk: Lockers): LockerOutcome => {
        switch (act) {
          case 'put':
            return desk.put(name, by);
          case 'not-put':
            return desk.notPut(name, by);
          case 'take-back':
            return desk.takeBack(name, by);
          case 'took-back':
            return desk.tookBack(name, by);
          case 'look':
            return desk.look(name, by);
          case 'settle':
            return found === null ? { ok: false, refusal: 'not-now' } : desk.settle({ cell: name, found, by });
          case 'close':
            return desk.closeCell(name, by);
          case 'use':
            return desk.useCell(name, by);
        }
      };
      const outcome: LockerOutcome = lockers === null ? { ok: false, refusal: 'no-locker' } : work(lockers);
      return outcome.ok ? outcome : reply.code(409).send({ refusal: outcome.refusal });
    },
  );
};
