import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomBytes, randomUUID, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { exportPublicKey, importPublicKey, verifyJson } from '../../electron/platform/canonical.ts';
import { signRequest } from '../../electron/platform/http-signature.ts';
import { signStatement } from '../../electron/platform/statement.ts';
import { changes as changesSchema, issueReply, receipt as receiptSchema, WIRE, type Receipt } from '../../electron/platform/wire.ts';
import { bindPages } from '../../electron/printing/pages/bind.ts';
import { loadHall } from '../../kiosk-config/index.ts';
import { HOUSING_CODE, INSURANCE_CODE, PERSON, sha256, TestTerminal } from './terminal.fixture.ts';

const dir = mkdtempSync(join(tmpdir(), 'hall24-platform-'));
let child: ChildProcess;
let url = '';
let platformKey: KeyObject;
let terminal: TestTerminal;

const start = async (...more: string[]): Promise<void> => {
  child = spawn(process.execPath, ['--enable-source-maps', join(import.meta.dirname, '..', '..', 'dist', 'platform.js'), '--db', dir, '--control', ...more], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  url = (JSON.parse(line) as { url: string }).url;
};
const stop = async (how: 'SIGTERM' | 'SIGKILL'): Promise<number | null> => {
  const ended = once(child, 'exit');
  child.kill(how);
  return ((await ended) as [number | null])[0];
};
const mode = (name: string, delayMs?: number): Promise<Response> => fetch(`${url}/control/mode`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ mode: name, ...(delayMs === undefined ? {} : { delayMs }) }) });
const counts = async (caseNumber: string): Promise<Record<string, unknown> | undefined> => ((await (await fetch(`${url}/control/cases`)).json()) as { cases: Record<string, Record<string, unknown>> }).cases[caseNumber];
const problemOf = async (response: Response): Promise<[number, unknown]> => [response.status, ((await response.json()) as { type?: unknown }).type];
const receiptOf = async (response: Response): Promise<Receipt> => receiptSchema.parse(await response.json());

let serial = 0;
const freshCase = (): { caseId: string; caseNumber: string } => {
  serial += 1;
  return { caseId: randomUUID(), caseNumber: `202611220005${String(serial).padStart(4, '0')}` };
};

beforeAll(async () => {
  await start();
  terminal = new TestTerminal(url);
  const reply = (await (await terminal.enrol()).json()) as { platformKey: string };
  platformKey = importPublicKey(reply.platformKey);
});
afterEach(async () => {
  await mode('normal');
});
afterAll(async () => {
  await stop('SIGTERM');
  rmSync(dir, { recursive: true });
});

describe('enrolment', () => {
  it('takes a terminal with the hall\'s code, and changes nothing when it is repeated', async () => {
    const other = new TestTerminal(url);
    expect((await other.enrol()).status).toBe(201);
    expect((await other.enrol()).status).toBe(200);
  });
  it('refuses another code and a key that is none', async () => {
    const other = new TestTerminal(url);
    expect(await problemOf(await other.enrol('GUESS'))).toEqual([403, 'wrong-code']);
    const reply = await fetch(`${url}${WIRE.enrol}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ terminal: 't', hall: 'h', enrolmentCode: 'DEMO-2026-QINGXI', publicKey: 'AAAA', incarnation: 'i' }) });
    expect(await problemOf(reply)).toEqual([422, 'not-a-key']);
  });
});

describe('signed requests', () => {
  it('refuses who is not enrolled, who signs with another key, and a body changed on the way', async () => {
    expect(await problemOf(await new TestTerminal(url).request('GET', WIRE.changes))).toEqual([401, 'not-enrolled']);
    expect(await problemOf(await fetch(`${url}${WIRE.changes}`))).toEqual([401, 'no-signature']);
    expect(await problemOf(await terminal.request('GET', WIRE.changes, { signAs: generateKeyPairSync('ed25519').privateKey }))).toEqual([401, 'wrong-signature']);
    const meant = Buffer.from(JSON.stringify({ itemCode: HOUSING_CODE, person: PERSON }));
    const signature = await signRequest({ key: terminal.privateKey, keyId: terminal.id, method: 'POST', url: WIRE.lookUp, body: meant });
    const send = (body: string): Promise<Response> => fetch(`${url}${WIRE.lookUp}`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...signature } });
    expect((await send(meant.toString())).status).toBe(200);
    expect(await problemOf(await send(meant.toString().replace('X"', '1"')))).toEqual([401, 'wrong-digest']);
  });
});

describe('messages', () => {
  it('are stored once: 201, then 200 with the very same receipt, signed by the platform', async () => {
    const { caseId, caseNumber } = freshCase();
    const first = await terminal.tell(caseId, 1, terminal.submitted(caseNumber));
    const again = await terminal.tell(caseId, 1, terminal.submitted(caseNumber));
    expect([first.status, again.status]).toEqual([201, 200]);
    const given = await receiptOf(first);
    expect(await receiptOf(again)).toEqual(given);
    expect(verifyJson(platformKey, given)).toBe(true);
    const body = JSON.stringify({ incarnation: terminal.incarnation, terminal: terminal.id, caseId, sequence: 1, body: terminal.submitted(caseNumber) });
    expect(given.digest).toBe(sha256(body));
    expect(await counts(caseNumber)).toMatchObject({ state: 'received', messages: 1, receipts: 1 });
    expect(await receiptOf(await terminal.request('GET', WIRE.message(given.key)))).toEqual(given);
  });
  it('under a key used for another body are refused for good', async () => {
    const { caseId, caseNumber } = freshCase();
    await terminal.tell(caseId, 1, terminal.submitted(caseNumber));
    expect(await problemOf(await terminal.tell(caseId, 1, terminal.submitted(caseNumber, { clockKnown: false })))).toEqual([422, 'key-reused']);
    expect(await problemOf(await terminal.tell(caseId, 1, terminal.submitted(caseNumber), 'some.other.key.1'))).toEqual([422, 'key-mismatch']);
  });
  it('wait for the one before them in their case', async () => {
    const { caseId, caseNumber } = freshCase();
    const rated = { kind: 'rated', caseNumber, at: '2026-11-22T03:25:00+08:00', score: 5 } as const;
    expect(await problemOf(await terminal.tell(caseId, 2, rated))).toEqual([409, 'sequence-gap']);
    expect((await terminal.tell(caseId, 1, terminal.submitted(caseNumber))).status).toBe(201);
    expect((await terminal.tell(caseId, 2, rated)).status).toBe(201);
    expect(await counts(caseNumber)).toMatchObject({ messages: 2, kinds: { submitted: 1, rated: 1 } });
  });
  it('meet themselves with 409 while they are being stored', async () => {
    const { caseId, caseNumber } = freshCase();
    await mode('slow', 1_500);
    const first = terminal.tell(caseId, 1, terminal.submitted(caseNumber));
    // The second may arrive before the first: exactly one of the two is stored first, the other one meets it.
    const second = terminal.tell(caseId, 1, terminal.submitted(caseNumber));
    expect((await Promise.all([first, second])).map((reply) => reply.status).sort((a, b) => a - b)).toEqual([201, 409]);
    expect(await counts(caseNumber)).toMatchObject({ messages: 1 });
  });
  it('of a restored terminal go on where the platform stands, and tell nothing twice', async () => {
    const { caseId, caseNumber } = freshCase();
    await terminal.tell(caseId, 1, terminal.submitted(caseNumber));
    const restored = Object.assign(Object.create(TestTerminal.prototype) as TestTerminal, terminal, { incarnation: randomUUID() });
    expect((await restored.tell(caseId, 1, restored.submitted(caseNumber))).status).toBe(201);
    expect((await restored.tell(caseId, 2, { kind: 'rated', caseNumber, at: '2026-11-22T03:25:00+08:00', score: 4 })).status).toBe(201);
    expect(await counts(caseNumber)).toMatchObject({ state: 'received', round: 1 });
  });
  it('never take over a case number of somebody else', async () => {
    const { caseId, caseNumber } = freshCase();
    await terminal.tell(caseId, 1, terminal.submitted(caseNumber));
    expect(await problemOf(await terminal.tell(randomUUID(), 1, terminal.submitted(caseNumber)))).toEqual([422, 'case-number-taken']);
  });
  it('wait for their materials', async () => {
    const { caseId, caseNumber } = freshCase();
    const page = randomBytes(400);
    const body = terminal.submitted(caseNumber, { materials: [{ id: 'income-statement', how: 'scan', pages: [{ digest: sha256(page), bytes: 400, contentType: 'image/jpeg' }] }] });
    expect(await problemOf(await terminal.tell(caseId, 1, body))).toEqual([409, 'materials-missing']);
    const location = (await terminal.createUpload(page)).headers.get('location')!;
    expect((await terminal.patch(location, page, 0)).status).toBe(204);
    expect((await terminal.tell(caseId, 1, body)).status).toBe(201);
  });
});

describe('materials', () => {
  it('go on where a cut left off, and are confirmed by digest', async () => {
    const page = randomBytes(300_000);
    const created = await terminal.createUpload(page);
    expect(created.status).toBe(201);
    const location = created.headers.get('location')!;
    expect((await terminal.patch(location, page.subarray(0, 120_000), 0)).status).toBe(204);
    expect((await terminal.request('GET', WIRE.material(sha256(page)))).status).toBe(404);
    await stop('SIGKILL');
    await start('--port', new URL(url).port);
    const resumed = Number((await terminal.head(location)).headers.get('upload-offset'));
    expect(resumed).toBe(120_000);
    expect((await terminal.patch(location, page.subarray(resumed), resumed)).status).toBe(204);
    expect(await (await terminal.request('GET', WIRE.material(sha256(page)))).json()).toEqual({ confirmed: true, digest: sha256(page) });
    expect(Buffer.from(await (await fetch(`${url}/office/materials/${sha256(page)}`)).arrayBuffer()).equals(page)).toBe(true);
  });
  it('of several pages in one document are shown to the reviewer page by page', async () => {
    const picture = await sharp({ create: { width: 165, height: 234, channels: 3, background: '#fff' } }).jpeg().toBuffer();
    const bound = await bindPages([picture, picture]);
    if (!bound.ok) throw new Error(bound.reason);
    const { caseId, caseNumber } = freshCase();
    const created = await terminal.createUpload(bound.pdf, sha256(bound.pdf), 'application/pdf');
    expect((await terminal.patch(created.headers.get('location')!, bound.pdf, 0)).status).toBe(204);
    await terminal.tell(caseId, 1, terminal.submitted(caseNumber, { materials: [{ id: 'labour-contract', how: 'scan', pages: [{ digest: sha256(bound.pdf), bytes: bound.pdf.byteLength, contentType: 'application/pdf' }] }] }));
    const shown = await (await fetch(`${url}/office/cases/${caseNumber}`)).text();
    expect(shown).toContain('2 页，一份 PDF');
    const pages = [...shown.matchAll(/src="([^"]+)"/g)].map(([, path]) => path ?? '');
    expect(pages).toHaveLength(2);
    for (const path of pages) {
      const answer = await fetch(`${url}${path}`);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/png']);
      expect(await sharp(Buffer.from(await answer.arrayBuffer())).metadata()).toMatchObject({ format: 'png', width: 181 });
    }
    expect((await fetch(`${url}/office/materials/${sha256(bound.pdf)}/pages/2`)).status).toBe(404);
  });
  it('that are not what was announced are refused and discarded', async () => {
    const page = randomBytes(1_000);
    const location = (await terminal.createUpload(page, 'ab'.repeat(32))).headers.get('location')!;
    expect(await problemOf(await terminal.patch(location, page, 0))).toEqual([422, 'wrong-digest']);
    expect((await terminal.head(location)).status).toBe(404);
    expect((await terminal.request('GET', WIRE.material('ab'.repeat(32)))).status).toBe(404);
  });
  it('without a digest or a signature are not begun', async () => {
    expect((await terminal.createUpload(randomBytes(10), 'nothing')).status).toBe(422);
    expect((await fetch(`${url}${WIRE.uploads}`, { method: 'POST', headers: { 'tus-resumable': '1.0.0', 'upload-length': '10' } })).status).toBe(401);
  });
});

describe('people and certificates', () => {
  it('the same person always holds the same, and a foreigner has no household register', async () => {
    const ask = async (person: object): Promise<{ values: Record<string, string>; licences: string[] }> => (await (await terminal.request('POST', WIRE.lookUp, { json: { itemCode: HOUSING_CODE, person } })).json()) as never;
    const first = await ask(PERSON);
    expect(first).toEqual(await ask(PERSON));
    expect(first.licences).toEqual(['household-register']);
    expect(first.values['monthlyIncome']).toMatch(/^\d{6}$/);
    expect((await ask({ ...PERSON, kind: 'foreign-2023', nationality: 'FRA', ethnicity: null })).licences).toEqual([]);
  });
  it('the same key always gets the same certificate, another case another number', async () => {
    const issue = async (caseId: string): Promise<[number, Record<string, unknown>]> => {
      const reply = await terminal.request('POST', WIRE.issue, { json: { caseId, itemCode: INSURANCE_CODE, person: PERSON }, key: `${terminal.incarnation}.${terminal.id}.${caseId}.issue` });
      return [reply.status, (await reply.json()) as Record<string, unknown>];
    };
    const [first, again, other] = [await issue('c-1'), await issue('c-1'), await issue('c-2')];
    expect([first[0], again[0], other[0]]).toEqual([201, 200, 201]);
    expect(again[1]).toEqual(first[1]);
    expect(other[1]['number']).not.toBe(first[1]['number']);
    expect(verifyJson(platformKey, issueReply.parse(first[1]))).toBe(true);
  });
  it('what is issued fills every placeholder of the item\'s layout', async () => {
    const hall = loadHall(join(import.meta.dirname, '..', '..', 'kiosk-config', 'demo-hall'));
    const layout = hall.ok ? hall.config.items.find((item) => item.code === INSURANCE_CODE)?.certificate : undefined;
    const reply = await terminal.request('POST', WIRE.issue, { json: { caseId: 'c-3', itemCode: INSURANCE_CODE, person: PERSON }, key: `${terminal.incarnation}.${terminal.id}.c-3.issue` });
    expect(holes(JSON.stringify(layout), issueReply.parse(await reply.json()).values)).toEqual([]);
  });
});

/** Placeholders of a layout that the values leave empty. */
const holes = (layout: string, values: Record<string, unknown>): string[] => {
  const paths = [...layout.matchAll(/\{([a-z][A-Za-z0-9.]*)\}/g)].map((match) => match[1]!);
  expect(paths.length).toBeGreaterThan(4);
  return paths.filter((path) => {
    const value = path.split('.').reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], values);
    return typeof value !== 'string' || value === '';
  });
};

describe('the office', () => {
  const decide = (caseNumber: string, kind: string, form: [string, string][], headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${url}/office/cases/${caseNumber}/${kind}`, { method: 'POST', body: new URLSearchParams(form), headers, redirect: 'manual' });
  const feed = async (after = 0): Promise<ReturnType<typeof changesSchema.parse>> => changesSchema.parse(await (await terminal.request('GET', `${WIRE.changes}?after=${after}&limit=100`)).json());

  it('shows every answer escaped, the signature and no script', async () => {
    const { caseId, caseNumber } = freshCase();
    await terminal.tell(caseId, 1, terminal.submitted(caseNumber));
    const reply = await fetch(`${url}/office/cases/${caseNumber}`);
    const page = await reply.text();
    expect(reply.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page).toContain('&lt;b&gt;青溪市第二纺织厂&lt;/b&gt;');
    expect(page).not.toMatch(/<script|<b>|style=/);
    expect(page).toContain('3,860.00 元');
    expect(page).toContain('d="M20.00 30.00L60.00 20.00L100.00 42.00"');
    expect(await (await fetch(`${url}/office`)).text()).toContain(caseNumber.replaceAll(/(.{4})(?=.)/g, '$1 '));
  });

  it('approves: a numbered certificate reaches the terminal by the signed feed, once', async () => {
    const { caseId, caseNumber } = freshCase();
    await terminal.tell(caseId, 1, terminal.submitted(caseNumber));
    const before = (await feed()).next;
    expect((await decide(caseNumber, 'approve', [['round', '1'], ['note', '请在两年内选房']])).status).toBe(303);
    expect((await decide(caseNumber, 'approve', [['round', '1']])).status).toBe(409);
    const told = await feed(before);
    expect(verifyJson(platformKey, told)).toBe(true);
    expect(told.changes).toHaveLength(1);
    const { body, cursor } = told.changes[0]!;
    expect(body).toMatchObject({ kind: 'case-approved', caseNumber, note: '请在两年内选房', certificate: { number: expect.stringMatching(/^QXZF-\d{4}-\d{6}$/) as string } });
    expect(told.next).toBe(cursor);
    expect((await feed(told.next)).changes).toEqual([]);
    const hall = loadHall(join(import.meta.dirname, '..', '..', 'kiosk-config', 'demo-hall'));
    const layout = hall.ok ? hall.config.items.find((item) => item.code === HOUSING_CODE)?.certificate : undefined;
    expect(holes(JSON.stringify(layout), body.kind === 'case-approved' ? (body.certificate?.values ?? {}) : {})).toEqual([]);
    expect(await counts(caseNumber)).toMatchObject({ state: 'approved', certificates: 1 });
  });

  it('returns with everything told at once, and takes the corrected case as its next round', async () => {
    const { caseId, caseNumber } = freshCase();
    await terminal.tell(caseId, 1, terminal.submitted(caseNumber));
    const before = (await feed()).next;
    const incomplete = await decide(caseNumber, 'return', [['round', '1'], ['point', 'field:phone'], ['point', 'material:household-register'], ['note:field:phone', '号码打不通']]);
    expect(incomplete.status).toBe(422);
    expect(await incomplete.text()).toContain('value="号码打不通"');
    expect((await decide(caseNumber, 'return', [['round', '1']])).status).toBe(422);
    const told = await decide(caseNumber, 'return', [['round', '1'], ['point', 'field:phone'], ['point', 'material:household-register'], ['note:field:phone', '号码打不通'], ['note:material:household-register', '缺本人那一页'], ['whole', '三天内补上']]);
    expect(told.status).toBe(303);
    expect((await feed(before)).changes[0]?.body).toEqual({
      kind: 'case-returned',
      caseNumber,
      points: [
        { target: { kind: 'field', id: 'phone' }, note: '号码打不通' },
        { target: { kind: 'material', id: 'household-register' }, note: '缺本人那一页' },
        { target: null, note: '三天内补上' },
      ],
    });
    expect((await terminal.tell(caseId, 2, terminal.submitted(caseNumber, { round: 2 }))).status).toBe(201);
    expect(await counts(caseNumber)).toMatchObject({ state: 'received', round: 2 });
    expect((await decide(caseNumber, 'approve', [['round', '1']])).status).toBe(409);
    expect((await decide(caseNumber, 'approve', [['round', '2']])).status).toBe(303);
  });

  it('refuses only with a reason, and never at the word of another site', async () => {
    const { caseId, caseNumber } = freshCase();
    await terminal.tell(caseId, 1, terminal.submitted(caseNumber));
    expect((await decide(caseNumber, 'refuse', [['round', '1'], ['reason', '']])).status).toBe(422);
    expect((await decide(caseNumber, 'refuse', [['round', '1'], ['reason', 'x']], { origin: 'http://elsewhere.example' })).status).toBe(403);
    expect((await decide(caseNumber, 'refuse', [['round', '1'], ['reason', '名下有住房']])).status).toBe(303);
    expect((await feed()).changes.at(-1)?.body).toEqual({ kind: 'case-refused', caseNumber, note: '名下有住房' });
  });
});

describe('checking a paper', () => {
  const check = async (text: string): Promise<string> => (await fetch(`${url}/verify`, { method: 'POST', body: new URLSearchParams({ text }) })).text();
  it('knows a genuine statement, a changed one and something else', async () => {
    const { caseNumber } = freshCase();
    const text = signStatement(terminal.privateKey, { terminal: terminal.id, caseNumber, digest: 'cd'.repeat(32), storedAt: '2026-11-22T03:24:07+08:00', clockKnown: false, chainNumber: 412, before: '', keyId: 'AAAAAAAAAAA' });
    const good = await check(text);
    expect(good).toContain('是真的');
    expect(good).toContain('钟没有校准');
    expect(await check(`${text.slice(0, 40)}A${text.slice(41)}`)).toContain('对不上');
    expect(await check('<img src=x>')).toContain('这不是回执或证明上的码');
    const stranger = signStatement(generateKeyPairSync('ed25519').privateKey, { terminal: terminal.id, caseNumber, digest: 'cd'.repeat(32), storedAt: '2026-11-22T03:24:07+08:00', clockKnown: true, chainNumber: 1, before: '', keyId: 'AAAAAAAAAAA' });
    expect(await check(stranger)).toContain('对不上');
  });
  it('knows a certificate by what its code holds, tells nothing of the person, and refuses a number with another code', async () => {
    const reply = await terminal.request('POST', WIRE.issue, { json: { caseId: 'c-9', itemCode: INSURANCE_CODE, person: PERSON }, key: `${terminal.incarnation}.${terminal.id}.c-9.issue` });
    const { number, verificationCode } = issueReply.parse(await reply.json());
    const good = await check(` ${number} ${verificationCode}\n`);
    expect(good).toContain('是真的');
    expect(good).toContain(number);
    for (const personal of [PERSON.name, PERSON.idNumber]) expect(good).not.toContain(personal);
    for (const wrong of [`${number} AAAA-BBBB-CCCC`, `${number.slice(0, -1)}${number.endsWith('1') ? '2' : '1'} ${verificationCode}`]) expect(await check(wrong)).toContain('没有发过这张证明');
  });
});

describe('the platform in trouble', () => {
  const tell = async (): Promise<Response> => {
    const { caseId, caseNumber } = freshCase();
    return terminal.tell(caseId, 1, terminal.submitted(caseNumber));
  };
  it('answers 503, a captive portal\'s page, or a refusal', async () => {
    await mode('5xx');
    expect((await tell()).status).toBe(503);
    await mode('html');
    expect((await tell()).headers.get('content-type')).toContain('text/html');
    await mode('reject');
    expect(await problemOf(await tell())).toEqual([422, 'rejected']);
  });
  it('breaks off after it has stored: the repetition finds the receipt', async () => {
    const { caseId, caseNumber } = freshCase();
    await mode('half-body');
    await expect(terminal.tell(caseId, 1, terminal.submitted(caseNumber)).then((reply) => reply.text())).rejects.toThrow(/terminated|aborted|closed/);
    await mode('normal');
    expect((await terminal.tell(caseId, 1, terminal.submitted(caseNumber))).status).toBe(200);
    expect(await counts(caseNumber)).toMatchObject({ messages: 1 });
  });
  it('lies about what it received in wrong-digest, and only then', async () => {
    const { caseId, caseNumber } = freshCase();
    await mode('wrong-digest');
    const lie = await receiptOf(await terminal.tell(caseId, 1, terminal.submitted(caseNumber)));
    expect(lie.digest).toBe('0'.repeat(64));
    expect(verifyJson(platformKey, lie)).toBe(true);
    await mode('normal');
    expect((await receiptOf(await terminal.tell(caseId, 1, terminal.submitted(caseNumber)))).digest).not.toBe(lie.digest);
  });
});

describe('the housing bureau', () => {
  const form = { TRANS_NO: 't-1', YWLSH: '2026112200680005', SXBM: HOUSING_CODE, SLSJ: '20261122032407', SQLY: 'ZZZD', SQRXM: PERSON.name, ZJHM: PERSON.idNumber, ZJLX: '111', XB: '1', CSRQ: '19900307', MZ: '汉', HJDZ: '', LXDH: '13800006620', HYZK: '10', POXM: '', JTRKS: '3', XJZDZ: '万松路', ZFQK: '1', GZDW: '青溪市第二纺织厂', JTYSR: '386000', SQHX: '2', DHTZ: '1' };
  const file = (fields: Record<string, string>): Promise<Response> => fetch(`${url}/line-of-business/public-rental-housing`, { method: 'POST', body: new URLSearchParams(fields) });
  it('takes a form once under its key', async () => {
    const [first, again, other] = [await file(form), await file(form), await file({ ...form, LXDH: '13900000000' })];
    expect([first.status, again.status, other.status]).toEqual([201, 200, 422]);
    expect(await again.json()).toMatchObject({ SLBH: ((await first.json()) as { SLBH: string }).SLBH });
  });
  it('wants no data that it has no field for, and says which is wrong', async () => {
    const reply = await file({ ...form, TRANS_NO: 't-2', SHOE: '42', HYZK: '99' });
    expect(reply.status).toBe(400);
    expect(((await reply.json()) as { msg: string }).msg).toMatch(/HYZK.*SHOE|SHOE.*HYZK/);
  });
});

describe('the document of the wire', () => {
  it('is OpenAPI 3.1 and describes every path of it', async () => {
    const document = (await (await fetch(`${url}/openapi.json`)).json()) as { openapi: string; paths: Record<string, unknown> };
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(expect.arrayContaining([WIRE.enrol, WIRE.messages, '/v1/messages/{key}', WIRE.uploads, '/v1/materials/by-digest/{digest}', WIRE.changes, WIRE.lookUp, WIRE.issue, '/line-of-business/public-rental-housing', '/control/mode']));
  });
});

describe('the document of the wire, to whoever asks wrongly', () => {
  it('told beforehand by which status', async () => {
    const document = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: Record<string, Record<string, { responses: object }>> };
    const untold: string[] = [];
    for (const [path, operations] of Object.entries(document.paths)) for (const [method, { responses }] of Object.entries(operations)) {
      const reads = method === 'get' || method === 'head';
      for (const [type, sent] of reads ? [['', undefined] as const] : ([['application/json', '{'], ['application/json', '{"nonsense":1}'], ['application/xml', '<a/>'], ['application/x-www-form-urlencoded', 'round=1']] as const)) {
        const { status } = await fetch(`${url}${path.replaceAll(/\{\w+\}/g, '99999')}`, { method: method.toUpperCase(), redirect: 'manual', ...(sent === undefined ? {} : { headers: { 'content-type': type }, body: sent }) });
        if (!Object.keys(responses).includes(String(status))) untold.push(`${method} ${path} ${type} ${sent ?? ''}: ${String(status)}`);
      }
    }
    expect(untold).toEqual([]);
  });
});

describe('its end', () => {
  it('is clean on SIGTERM', async () => {
    expect(await stop('SIGTERM')).toBe(0);
    await start('--port', new URL(url).port);
  });
  it('comes when the program that started it is gone', async () => {
    const own = mkdtempSync(join(tmpdir(), 'hall24-platform-'));
    const second = spawn(process.execPath, [join(import.meta.dirname, '..', '..', 'dist', 'platform.js'), '--db', own, '--end-with-stdin'], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(createInterface({ input: second.stdout }), 'line');
    const ended = once(second, 'exit');
    second.stdin.end();
    expect((await ended)[0]).toBe(0);
    rmSync(own, { recursive: true });
  });
  it('never loses the key: what was signed before stays provable', async () => {
    await stop('SIGKILL');
    await start('--port', new URL(url).port);
    const reply = (await (await terminal.enrol()).json()) as { platformKey: string };
    expect(reply.platformKey).toBe(exportPublicKey(platformKey));
  });
});
