/** The bundled world process, its bench played by HTTP as a script would. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createSocketServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Pdf from 'pdfkit';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDriver, systemDriverClock } from '../../drivers/index.ts';
import type { DeviceClass, Driver, Result, ScannedPage } from '../../drivers/contract.ts';
import { entry } from '../../electron/entry.ts';
import { DEVICES } from './context.ts';

interface Ready {
  bench: string;
  proxy: string;
  devices: Record<DeviceClass, string>;
}

const start = async (args: string[]): Promise<{ child: ChildProcess; ready: Ready }> => {
  const child = spawn(process.execPath, [entry('world'), ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout?.once('data', (data: Buffer) => resolve(data.toString()));
    child.once('exit', (code) => reject(new Error(`world ended with ${code}`)));
  });
  return { child, ready: JSON.parse(line) as Ready };
};
const ended = (child: ChildProcess): Promise<number | null> => new Promise((resolve) => (child.exitCode === null ? child.once('exit', (code) => resolve(code)) : resolve(child.exitCode)));
const freePorts = async (count: number): Promise<number[]> => {
  const servers = await Promise.all(Array.from({ length: count }, () => new Promise<ReturnType<typeof createSocketServer>>((resolve) => {
    const server = createSocketServer();
    server.listen(0, '127.0.0.1', () => resolve(server));
  })));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
};
const pdf = (): Promise<Uint8Array> =>
  new Promise((resolve) => {
    const document = new Pdf({ size: 'A4' });
    const chunks: Buffer[] = [];
    document.on('data', (chunk: Buffer) => chunks.push(chunk));
    document.on('end', () => resolve(new Uint8Array(Buffer.concat(chunks))));
    document.fontSize(40).text('first page').addPage().text('second page');
    document.end();
  });

describe('the bench', () => {
  let home: string;
  let platform: Server;
  let agent: Server;
  let args: string[];
  let world: { child: ChildProcess; ready: Ready };
  const modes: unknown[] = [];
  const context = (deadlineMs = 10_000) => ({ signal: new AbortController().signal, deadlineMs });

  const call = async (method: 'GET' | 'POST', path: string, body?: unknown): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(new URL(path, world.ready.bench), { method, ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) });
    return { status: response.status, body: await response.json() };
  };
  const post = (path: string, body: unknown) => call('POST', path, body);
  const picture = async (path: string) => {
    const response = await fetch(new URL(path, world.ready.bench));
    expect(response.headers.get('content-type')).toBe('image/png');
    return sharp(Buffer.from(await response.arrayBuffer())).metadata();
  };
  const withDriver = async <C extends DeviceClass, T>(deviceClass: C, use: (driver: Driver<C>) => Promise<T>): Promise<T> => {
    const driver = createDriver(deviceClass, world.ready.devices[deviceClass], {}, systemDriverClock);
    try {
      await driver.open(context());
      return await use(driver);
    } finally {
      await driver.close();
    }
  };
  const codesOf = (result: Result<{ conditions: { code: string }[] }>): string[] => (result.ok ? result.value.conditions.map(({ code }) => code) : [result.fault.code]);

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'world-'));
    mkdirSync(join(home, 'run'));
    platform = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (request.method === 'POST' && request.url === '/control/mode') modes.push(JSON.parse(Buffer.concat(chunks).toString()));
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ mode: (modes.at(-1) as { mode?: string } | undefined)?.mode ?? 'normal', delayMs: 0 }));
      });
    });
    await new Promise<void>((resolve) => platform.listen(0, '127.0.0.1', resolve));
    agent = createServer((request, response) => {
      request.resume();
      response.writeHead(request.method === 'POST' && request.url === '/ticket' ? 200 : 404, { 'content-type': 'application/json' }).end('{"url":"http://127.0.0.1:1/enter?ticket=t"}');
    });
    await new Promise<void>((resolve) => agent.listen(join(home, 'run', 'shell.sock'), resolve));
    const [port, proxyPort, ...devicePorts] = await freePorts(12);
    args = ['--home', home, '--platform', `http://127.0.0.1:${(platform.address() as AddressInfo).port}`, '--port', String(port), '--proxy-port', String(proxyPort), '--device-ports', devicePorts.join(','), '--ms-per-sheet', '20', '--ms-per-page', '20', '--end-with-stdin'];
    world = await start(args);
  });
  afterAll(async () => {
    world.child.kill('SIGKILL');
    await ended(world.child);
    platform.close();
    agent.close();
    rmSync(home, { recursive: true });
  });

  it('describes its calls as OpenAPI 3.1', async () => {
    const { body } = await call('GET', '/openapi.json');
    const document = body as { openapi: string; info: { title: string }; paths: Record<string, Record<string, { responses: object }>> };
    expect(document.openapi).toMatch(/^3\.1\./);
    const own = ['/call-pad/press', '/card', '/citizen-page', '/code', '/identity-code', '/kill', '/locker/door', '/network', '/platform', '/presence', '/scanner/glass', '/scanner/load', '/sheets', '/sheets/{n}.pdf', '/sheets/{n}.png', '/slips', '/slips/{n}.png', '/slips/{n}/code', '/sounds', '/sounds/{name}', '/specimens', '/state', '/ticket-dispenser/hand', '/ticket-dispenser/take', '/window-display/power'];
    expect(Object.keys(document.paths).sort()).toEqual([...own, ...DEVICES.flatMap((device) => [`/${device}/fault`, `/${device}/plug`])].sort());
    for (const methods of Object.values(document.paths)) for (const operation of Object.values(methods)) expect(Object.keys(operation.responses).length).toBeGreaterThan(0);
    expect(JSON.stringify(document)).not.toContain('undefined');
    // What is not understood is told by a status that stands there, too.
    for (const [path, { post: operation }] of Object.entries(document.paths)) {
      if (operation === undefined) continue;
      for (const [type, sent] of [['application/json', '{'], ['application/json', '"nonsense"'], ['application/xml', '<a/>']] as const) {
        const { status } = await fetch(new URL(path, world.ready.bench), { method: 'POST', headers: { 'content-type': type }, body: sent });
        expect([path, sent, Object.keys(operation.responses).includes(String(status)) ? 'told' : status]).toEqual([path, sent, 'told']);
      }
    }
  });

  it('serves its page with a strict policy, to loopback names only', async () => {
    const response = await fetch(world.ready.bench);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await response.text()).toContain('演示台');
    expect((await fetch(new URL('/panel.js', world.ready.bench))).headers.get('content-type')).toContain('javascript');
    const foreign = await new Promise<number | undefined>((resolve) => {
      void import('node:http').then(({ get }) => get(world.ready.bench, { headers: { host: 'evil.example' } }, (answer) => resolve(answer.resume().statusCode)));
    });
    expect(foreign).toBe(403);
    expect((await fetch(new URL('/network', world.ready.bench), { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{"cut":true}' })).status).toBe(415);
  });

  it('lays a card that the reader reads, and lifts it by itself', async () => {
    expect((await call('GET', '/specimens')).body).toContainEqual(expect.objectContaining({ id: 'rare-character', name: '李𠮷' }));
    expect(await post('/card', { specimen: 'rare-character' })).toEqual({ status: 200, body: { card: 'rare-character' } });
    const read = await withDriver('id-card', (driver) => driver.run('read', undefined, context()));
    expect(read).toMatchObject({ ok: true, value: { name: '李𠮷' } });
    expect((await post('/card', { lift: true })).body).toEqual({ card: null });
    await post('/card', { specimen: 'hmt', holdMs: 50 });
    await expect.poll(async () => ((await call('GET', '/state')).body as { card: string | null }).card).toBeNull();
    expect((await post('/card', { specimen: 'nobody' })).status).toBe(404);
    expect((await post('/card', { specimen: 'hmt', lift: true })).status).toBe(400);
  });

  it('pulls and puts back the cable of the reader', async () => {
    await post('/id-card/plug', { in: false });
    expect(await withDriver('id-card', (driver) => driver.run('status', undefined, context(1_000)))).toMatchObject({ ok: false, fault: { code: 'disconnected' } });
    await post('/id-card/plug', { in: true });
    expect(await withDriver('id-card', (driver) => driver.run('status', undefined, context()))).toMatchObject({ ok: true });
  });

  it('plays every fault that a device knows, names them when asked for another, and ends them', async () => {
    const { devices } = (await call('GET', '/state')).body as { devices: Record<string, { faults: string[] }> };
    expect(Object.keys(devices)).toEqual([...DEVICES]);
    for (const [device, { faults }] of Object.entries(devices)) {
      for (const fault of faults) expect(await post(`/${device}/fault`, { fault })).toMatchObject({ status: 200, body: { fault } });
      expect(await post(`/${device}/fault`, { fault: null })).toMatchObject({ status: 200, body: { fault: null } });
      const refused = await post(`/${device}/fault`, { fault: 'on-fire' });
      expect(refused.status).toBe(422);
      expect(JSON.stringify(refused.body)).toContain(faults[0]);
    }
  });

  it('takes the paper out of both printers, and puts it back', async () => {
    for (const device of ['receipt-printer', 'document-printer'] as const) {
      await post(`/${device}/fault`, { fault: 'paper-out' });
      expect(codesOf(await withDriver(device, (driver) => driver.run('status', undefined, context())))).toContain('paper-out');
      await post(`/${device}/fault`, { fault: null });
      expect(codesOf(await withDriver(device, (driver) => driver.run('status', undefined, context())))).not.toContain('paper-out');
    }
  });

  it('shows a printed slip as a picture', async () => {
    const printed = await withDriver('receipt-printer', (driver) => driver.run('print', { parts: [{ type: 'text', text: '受理回执' }, { type: 'cut', mode: 'full' }] }, context()));
    expect(printed).toMatchObject({ ok: true });
    const { body } = await call('GET', '/slips');
    expect(body).toEqual([expect.objectContaining({ n: 1, png: '/slips/1.png', lines: ['受理回执'], qrCodes: [] })]);
    expect((await picture('/slips/1.png')).width).toBeGreaterThan(300);
    expect((await fetch(new URL('/slips/2.png', world.ready.bench))).status).toBe(404);
  });

  it('plays hands and steps at the other devices: a code, the sensor, a door, a key of the pad, the display, the ticket in the mouth', async () => {
    const hall = async (): Promise<Record<string, unknown>> => ((await call('GET', '/state')).body as { hall: Record<string, unknown> }).hall;
    const shown = withDriver('code-scanner', (driver) => driver.run('read', undefined, context()));
    await post('/code', { text: 'Y0011AABBCCDD', holdMs: 10_000 });
    expect(await shown).toMatchObject({ ok: true, value: { text: 'Y0011AABBCCDD' } });

    expect(await hall()).toMatchObject({ near: true, ticketInMouth: false, handTakes: true, doorsOpen: [], display: '' });
    await post('/presence', { near: false });
    await post('/locker/door', { cell: 3, open: true });
    await withDriver('window-display', (driver) => driver.run('show', { number: 'A001', counter: '1' }, context()));
    expect(await hall()).toMatchObject({ near: false, doorsOpen: [3], display: 'A001 1' });
    await post('/window-display/power', { on: false });
    await post('/locker/door', { cell: 3, open: false });
    await post('/presence', { near: true });
    expect(await hall()).toMatchObject({ near: true, doorsOpen: [], display: null });
    await post('/window-display/power', { on: true });

    const pressed = withDriver('call-pad', (driver) => driver.run('read', undefined, context()));
    await expect.poll(async () => (await hall())['padHeard'], { timeout: 10_000 }).toBe(true);
    await post('/call-pad/press', { key: 'recall' });
    expect(await pressed).toMatchObject({ ok: true, value: { key: 'recall' } });

    await post('/ticket-dispenser/hand', { takes: false });
    const slip = { parts: [{ type: 'text' as const, text: 'A001' }, { type: 'cut' as const, mode: 'full' as const }] };
    const driver = createDriver('ticket-dispenser', world.ready.devices['ticket-dispenser'], { profile: 'custom-kpm216', takeMs: 0 }, systemDriverClock);
    try {
      expect(await driver.run('print', slip, context())).toEqual({ ok: true, value: { delivery: 'presented' } });
      expect(await hall()).toMatchObject({ ticketInMouth: true, handTakes: false });
      expect(await call('POST', '/ticket-dispenser/take')).toMatchObject({ status: 200, body: { taken: true } });
      expect(await driver.run('present', undefined, context())).toEqual({ ok: true, value: { delivery: 'taken' } });
    } finally {
      await driver.close();
    }
    expect(((await call('GET', '/slips')).body as { printer: string; lines: string[] }[]).at(-1)).toMatchObject({ printer: 'ticket-dispenser', lines: ['A001'] });
  });

  it('shows a printed sheet as PDF and as pictures', async () => {
    const document = await pdf();
    await withDriver('document-printer', async (driver) => {
      const job = await driver.run('createJob', { jobName: 'certificate', copies: 1, media: 'iso_a4_210x297mm', sides: 'one-sided' }, context());
      if (!job.ok) throw new Error(job.fault.message);
      const { jobId } = job.value;
      expect(await driver.run('sendDocument', { jobId, pdf: document }, context())).toMatchObject({ ok: true });
      expect(await driver.run('followJob', { jobId }, context())).toMatchObject({ ok: true, value: { state: 'completed' } });
    });
    expect((await call('GET', '/sheets')).body).toEqual([expect.objectContaining({ n: 1, pages: 2, state: 'completed', sheets: 2 })]);
    expect(new Uint8Array(await (await fetch(new URL('/sheets/1.pdf', world.ready.bench))).arrayBuffer())).toEqual(document);
    const first = await picture('/sheets/1.png');
    expect([first.width, first.height]).toEqual([991, 1401]);
    expect((await picture('/sheets/1.png?page=2')).width).toBe(991);
    expect((await fetch(new URL('/sheets/1.png?page=3', world.ready.bench))).status).toBe(404);
  });

  it('puts paper into the scanner', async () => {
    expect((await post('/scanner/load', { sheets: 2 })).body).toEqual({ sheets: 2 });
    const pages: ScannedPage[] = [];
    const scanned = await withDriver('scanner', (driver) => driver.run('scan', { source: 'feeder', color: 'gray', resolution: 200, maxPages: 5 }, context(30_000), (page) => pages.push(page)));
    expect(scanned).toEqual({ ok: true, value: { pages: 2 } });
    expect(pages).toHaveLength(2);
    expect((await post('/scanner/glass', { page: null })).body).toEqual({ page: null });
    expect((await post('/scanner/glass', { page: 'income' })).body).toEqual({ page: 'income' });
    expect((await post('/scanner/glass', { page: 'letter' })).status).toBe(400);
  });

  it('really cuts the network, and mends it', async () => {
    const through = async (): Promise<number | string> => {
      try {
        return (await fetch(world.ready.proxy, { signal: AbortSignal.timeout(3_000) })).status;
      } catch (error) {
        return String((error as Error & { cause?: { code?: string } }).cause?.code ?? error);
      }
    };
    expect(await through()).toBe(200);
    await post('/network', { cut: true });
    expect(await through()).toMatch(/ECONNRESET|UND_ERR_SOCKET|EPIPE/);
    expect((await call('GET', '/state')).body).toMatchObject({ network: { cut: true, connections: 0 } });
    await post('/network', { cut: false });
    expect(await through()).toBe(200);
  });

  it('puts the platform in trouble, even past a cut line', async () => {
    await post('/network', { cut: true });
    for (const mode of ['slow', '5xx', 'reject', 'html', 'half-body', 'wrong-digest', 'normal']) expect(await post('/platform', { mode })).toMatchObject({ status: 200, body: { mode } });
    expect(modes.at(-1)).toEqual({ mode: 'normal' });
    await post('/network', { cut: false });
    expect((await post('/platform', { mode: 'on-fire' })).status).toBe(400);
  });

  it('kills a process by its name and no other', async () => {
    const victim = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    writeFileSync(join(home, 'run', 'device-host.pid'), `${victim.pid}\n`);
    const gone = new Promise((resolve) => victim.once('exit', (_code, signal) => resolve(signal)));
    expect(await post('/kill', { process: 'device-host' })).toEqual({ status: 200, body: { process: 'device-host', pid: victim.pid } });
    expect(await gone).toBe('SIGKILL');
    expect((await post('/kill', { process: 'device-host' })).status).toBe(404);
    expect((await post('/kill', { process: '../../etc/passwd' })).status).toBe(400);
  });

  it('asks the agent for a fresh address of the citizen page', async () => {
    expect(await post('/citizen-page', {})).toEqual({ status: 200, body: { url: 'http://127.0.0.1:1/enter?ticket=t' } });
    await new Promise((resolve) => agent.close(resolve));
    expect((await post('/citizen-page', {})).status).toBe(503);
  });

  it('comes up on the same addresses after a kill, ends on SIGTERM, and when its parent is gone', async () => {
    const before = world.ready;
    world.child.kill('SIGKILL');
    await ended(world.child);
    world = await start(args);
    expect(world.ready).toEqual(before);
    const second = await start([...args.slice(0, 4), '--end-with-stdin']);
    second.child.stdin?.end();
    expect(await ended(second.child)).toBe(0);
    world.child.kill('SIGTERM');
    expect(await ended(world.child)).toBe(0);
  });
});
