/** The back office: cases to review, each decided on one page. */
import type { FastifyRequest } from 'fastify';
import { createReadStream } from 'node:fs';
import { z } from 'zod';
import { Problem, type App, type Platform } from '../context.ts';
import { materialPath } from '../wire/materials.ts';
import { casePage, stateTag } from './case-page.ts';
import { allCases, decide, decisionForm, findCase, submittedOf, type OfficeCase } from './decide.ts';
import { grouped, html, moment, sendPage, type Html } from './html.ts';
import { tellOriginal } from './originals.ts';
import { pageCount, pagePicture } from './pdf-pages.ts';
import { STYLE } from './style.ts';

const caseParams = z.object({ number: z.string().max(40) });

/** A form of another site must not decide cases here. */
const sameSite = (request: FastifyRequest): void => {
  const site = request.headers['sec-fetch-site'];
  const { origin } = request.headers;
  const foreign = (typeof site === 'string' && site !== 'same-origin' && site !== 'none') || (origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== request.host));
  if (foreign) throw new Problem(403, 'foreign-form', 'this form was sent from another site');
};

const listPage = (platform: Platform, cases: readonly OfficeCase[]): Html => {
  const waiting = cases.filter((one) => one.state === 'received').length;
  return html`<h1>审核 <span lang="en">Review</span></h1><p class="lead">${waiting} 件等着审核，共 ${cases.length} 件。 <span lang="en">${waiting} to review, ${cases.length} in all.</span></p>${
    cases.length === 0
      ? html`<div class="empty">还没有收到办件。<br><span lang="en">No case has come in yet.</span></div>`
      : html`<table><tr><th>受理号 Case</th><th>事项 Item</th><th>申请人 Applicant</th><th>收到 Received</th><th>终端 Terminal</th><th>状态 State</th></tr>${cases.map((one) => {
          const item = platform.catalogue.byCode(one.item_code);
          return html`<tr><td><a class="case" href="/office/cases/${encodeURIComponent(one.case_number)}">${grouped(one.case_number)}</a></td><td>${item?.name.zh ?? one.item_id}<small lang="en">${item?.name.en ?? ''}</small></td><td class="strong">${submittedOf(one)?.applicant.name ?? '—'}</td><td>${moment(one.received_at)}</td><td>${one.terminal}</td><td>${stateTag(one.state)}</td></tr>`;
        })}</table>`
  }`;
};

export const officeRoutes = (app: App, platform: Platform): void => {
  const hidden = { hide: true } as const;

  app.get('/', { schema: hidden }, (_request, reply) => reply.redirect('/office'));
  app.get('/favicon.ico', { schema: hidden }, (_request, reply) => reply.code(204).send());
  app.get('/office/style.css', { schema: hidden }, (_request, reply) => reply.type('text/css; charset=utf-8').send(STYLE));
  app.get('/office', { schema: hidden }, (_request, reply) => sendPage(reply, 200, { title: '审核', here: 'office', body: listPage(platform, allCases(platform)) }));

  const found = (number: string): OfficeCase => {
    const one = findCase(platform, number);
    if (one === undefined) throw new Problem(404, 'unknown-case', 'no case has this number');
    return one;
  };

  /** Pages of each document among a case's materials. */
  const documentsOf = async (one: OfficeCase): Promise<Map<string, number>> => {
    const sent = submittedOf(one)?.materials.flatMap(({ pages }) => pages.filter(({ contentType }) => contentType === 'application/pdf')) ?? [];
    const counted = new Map<string, number>();
    for (const { digest } of sent) counted.set(digest, await pageCount(materialPath(platform, digest)));
    return counted;
  };

  app.get('/office/cases/:number', { schema: { ...hidden, params: caseParams } }, async (request, reply) => {
    const one = found(request.params.number);
    return sendPage(reply, 200, { title: one.case_number, here: 'office', body: casePage(platform, one, { complaints: [], form: {}, documents: await documentsOf(one) }) });
  });

  for (const kind of ['approve', 'return', 'refuse'] as const) {
    app.post(
      `/office/cases/:number/${kind}`,
      {
        schema: {
          summary: { approve: 'Approve a case', return: 'Return a case for correction', refuse: 'Refuse a case' }[kind],
          description: {
            approve: 'Form fields: round (as shown on the page), note (may be empty).',
            return: 'Form fields: round; point=field:NAME or material:ID for each thing to correct, with note:field:NAME / note:material:ID; whole for the case as a whole.',
            refuse: 'Form fields: round, reason.',
          }[kind],
          tags: ['office'],
          consumes: ['application/x-www-form-urlencoded'],
          params: caseParams,
          body: decisionForm,
        },
      },
      async (request, reply) => {
        sameSite(request);
        const { number } = request.params;
        found(number);
        const decided = decide(platform, number, kind, request.body);
        if (decided.ok) return reply.redirect(`/office/cases/${encodeURIComponent(number)}`, 303);
        return sendPage(reply, decided.status, { title: number, here: 'office', body: casePage(platform, found(number), { complaints: decided.complaints, form: request.body, documents: await documentsOf(found(number)) }) });
      },
    );
  }

  app.post('/office/cases/:number/original', { schema: { ...hidden, params: caseParams } }, (request, reply) => {
    sameSite(request);
    const { number } = request.params;
    // Pressed twice, it is told once.
    tellOriginal(platform, found(number));
    return reply.redirect(`/office/cases/${encodeURIComponent(number)}`, 303);
  });

  app.get('/office/materials/:digest/pages/:page', { schema: { ...hidden, params: z.object({ digest: z.string().regex(/^[0-9a-f]{64}$/), page: z.coerce.number().int().min(0).max(499) }) } }, async (request, reply) => {
    const { digest, page } = request.params;
    const picture = platform.db.prepare("SELECT 1 FROM materials WHERE digest = ? AND content_type = 'application/pdf'").get(digest) === undefined ? null : await pagePicture(materialPath(platform, digest), page);
    if (picture === null) throw new Problem(404, 'unknown-material', 'there is no such page');
    return reply.type('image/png').header('x-content-type-options', 'nosniff').header('cache-control', 'no-store').send(picture);
  });

  app.get('/office/materials/:digest', { schema: { ...hidden, params: z.object({ digest: z.string().regex(/^[0-9a-f]{64}$/) }) } }, (request, reply) => {
    const { digest } = request.params;
    const row = platform.db.prepare('SELECT content_type FROM materials WHERE digest = ?').get(digest) as { content_type: string } | undefined;
    if (row === undefined) throw new Problem(404, 'unknown-material', 'this material is not here');
    // Only what a browser shows as a picture or a page; anything else is handed over as bytes.
    const type = /^(image\/(jpeg|png|webp)|application\/pdf)$/.test(row.content_type) ? row.content_type : 'application/octet-stream';
    return reply.type(type).header('x-content-type-options', 'nosniff').header('content-security-policy', "default-src 'none'; sandbox").header('cache-control', 'no-store').send(createReadStream(materialPath(platform, digest)));
  });
};
