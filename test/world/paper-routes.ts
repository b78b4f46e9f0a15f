/** What came out of the printers, to be held and looked at. */
import { z } from 'zod';
import { interpret, paperPng } from '../../drivers/receipt-printer/interpreter.ts';
import { Problem, problem, type App } from './app.ts';
import { codeOn } from './codes-on-paper.ts';
import { pageCount, pdfPagePng } from './pdf-picture.ts';
import { slipsOf, type World } from './context.ts';

const paper = z.object({ n: z.number().int().describe('from 1'), at: z.string().describe('when the bench first saw it, ISO 8601 UTC'), png: z.string() });
const slip = paper.extend({ printer: z.string(), lines: z.array(z.string()).describe('text as the printer set it; large or rare characters come as pictures, and are no lines'), qrCodes: z.array(z.string()).describe('codes that the printer drew itself; one sent as a picture is read by /slips/{n}/code') });
const sheet = paper.extend({ pdf: z.string(), jobId: z.number().int(), name: z.string(), state: z.string(), sheets: z.number().int(), pages: z.number().int() });
const which = z.object({ n: z.coerce.number().int().min(1) });
const binary = (type: string, means: string) => ({ description: means, content: { [type]: { schema: z.any().meta({ type: 'string', format: 'binary' }) } } });
/** Small print can be read, and a picture comes at once. */
const DPI = 120;

export const paperRoutes = (app: App, world: World): void => {
  const seen = new Map<string, string>();
  const seenAt = (name: string): string => {
    const at = seen.get(name) ?? new Date().toISOString();
    seen.set(name, at);
    return at;
  };
  const printed = () => world.devices['document-printer'].jobs().flatMap(({ pdf, ...job }) => (pdf === null ? [] : [{ ...job, pdf }]));
  const sheetOf = (n: number) => {
    const found = printed()[n - 1];
    if (found === undefined) throw new Problem(404, `no sheet ${n}`);
    return found;
  };

  app.get('/slips', { schema: { summary: 'Slips and tickets that came out', tags: ['paper'], response: { 200: z.array(slip) } } }, () =>
    slipsOf(world).map(({ bytes, printer }, index) => {
      const { lines, qrCodes } = interpret(bytes);
      return { n: index + 1, at: seenAt(`slip ${index}`), png: `/slips/${index + 1}.png`, printer, lines, qrCodes };
    }),
  );
  app.get('/slips/:n.png', { schema: { summary: 'Picture of a slip', tags: ['paper'], params: which, response: { 200: binary('image/png', 'the paper'), 404: problem } } }, async (request, reply) => {
    const found = slipsOf(world)[request.params.n - 1];
    if (found === undefined) throw new Problem(404, `no slip ${request.params.n}`);
    return reply.type('image/png').send(await paperPng(found.bytes));
  });

  app.get('/slips/:n/code', { schema: { summary: 'What the code on a slip says, read from its picture', tags: ['paper'], params: which, response: { 200: z.object({ text: z.string().nullable() }), 404: problem } } }, async (request, reply) => {
    const found = slipsOf(world)[request.params.n - 1];
    if (found === undefined) throw new Problem(404, `no slip ${request.params.n}`);
    return reply.code(200).send({ text: await codeOn(await paperPng(found.bytes)) });
  });

  app.get('/sheets', { schema: { summary: 'Print jobs with a document', tags: ['paper'], response: { 200: z.array(sheet) } } }, () =>
    Promise.all(
      printed().map(async ({ jobId, name, state, sheets, pdf }, index) => ({
        n: index + 1,
        at: seenAt(`sheet ${index}`),
        png: `/sheets/${index + 1}.png`,
        pdf: `/sheets/${index + 1}.pdf`,
        jobId,
        name,
        state,
        sheets,
        // What is no PDF was sent all the same, and is worth seeing in the list.
        pages: await pageCount(pdf).catch(() => 0),
      })),
    ),
  );
  app.get('/sheets/:n.pdf', { schema: { summary: 'The document as the printer got it', tags: ['paper'], params: which, response: { 200: binary('application/pdf', 'the document'), 404: problem } } }, async (request, reply) =>
    reply.type('application/pdf').send(Buffer.from(sheetOf(request.params.n).pdf)),
  );
  app.get(
    '/sheets/:n.png',
    { schema: { summary: 'Picture of a printed page', tags: ['paper'], params: which, querystring: z.object({ page: z.coerce.number().int().min(1).default(1) }), response: { 200: binary('image/png', 'the page at 120 dpi'), 404: problem } } },
    async (request, reply) => {
      const picture = await pdfPagePng(sheetOf(request.params.n).pdf, request.query.page, DPI).catch(() => null);
      if (picture === null) throw new Problem(404, `sheet ${request.params.n} has no page ${request.query.page} that can be shown`);
      return reply.type('image/png').send(picture);
    },
  );
};
