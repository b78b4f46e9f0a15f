import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { endsInDays, hallCertificate, type HallCertificate } from './authority.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hall24-ca-'));
  mkdirSync(join(home, 'keys'));
});
afterEach(() => rmSync(home, { recursive: true }));

const answer = async ({ key, certificate }: HallCertificate, ca: string): Promise<string> => {
  const server = createServer({ key, cert: certificate }, (_request, reply) => reply.end('here'));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  try {
    return await new Promise<string>((resolve, reject) => {
      get({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, ca }, (reply) => {
        reply.setEncoding('utf8');
        reply.on('data', resolve);
      }).on('error', reject);
    });
  } finally {
    server.close();
  }
};

describe("the hall's certificate", () => {
  test('is trusted by whoever trusts its authority, and by nobody else', async () => {
    const own = await hallCertificate(home, '青溪市政务服务大厅', ['hall.example'], Date.now());
    await expect(answer(own, own.authority ?? '')).resolves.toBe('here');
    mkdirSync(join(home, 'other', 'keys'), { recursive: true });
    const other = await hallCertificate(join(home, 'other'), 'another', [], Date.now());
    await expect(answer(own, other.authority ?? '')).rejects.toThrow(/certificate/);
    expect(statSync(join(home, 'keys', 'hall-certificate.json')).mode & 0o777).toBe(0o600);
  });

  test('stays the same over restarts, and is made anew by the same authority before it runs out or when the hall gets another name', async () => {
    const now = Date.now();
    const first = await hallCertificate(home, 'hall', [], now);
    expect(await hallCertificate(home, 'hall', [], now)).toEqual(first);
    const later = await hallCertificate(home, 'hall', [], now + 370 * 86_400_000);
    expect([later.fingerprint, later.certificate === first.certificate]).toEqual([first.fingerprint, false]);
    const renamed = await hallCertificate(home, 'hall', ['new.example'], now + 370 * 86_400_000);
    expect([renamed.fingerprint, renamed.certificate === later.certificate]).toEqual([first.fingerprint, false]);
  });

  test('is told of from thirty days before its end on', () => {
    const now = Date.now();
    const day = 86_400_000;
    expect([40, 30, 29.5, 0.5, -0.5].map((days) => endsInDays({ endsAt: now + days * day }, now))).toEqual([null, null, 29, 0, -1]);
  });

  test('that was given is used as it is, and refused when its key is another', async () => {
    const made = await hallCertificate(home, 'hall', [], Date.now());
    const given = { key: made.key, certificate: made.certificate };
    expect(await hallCertificate(home, 'hall', [], Date.now(), given)).toMatchObject({ ...given, authority: null });
    rmSync(join(home, 'keys', 'hall-certificate.json'));
    const other = await hallCertificate(home, 'hall', [], Date.now());
    await expect(hallCertificate(home, 'hall', [], Date.now(), { ...given, key: other.key })).rejects.toThrow('does not fit');
  });

  test('is signed by one authority at all agents that share it, whose key is in none of their files', async () => {
    let place: unknown = null;
    const shared = {
      read: () => place,
      keep: async (authority: unknown) => (place ??= authority),
    };
    const homes = ['one', 'two'].map((name) => join(home, name));
    for (const one of homes) mkdirSync(join(one, 'keys'), { recursive: true });
    const [first, second] = await Promise.all(homes.map((one) => hallCertificate(one, 'hall', [], Date.now(), null, shared)));
    expect([second?.fingerprint, second?.certificate === first?.certificate]).toEqual([first?.fingerprint, false]);
    await expect(answer(second as HallCertificate, first?.authority ?? '')).resolves.toBe('here');
    const { key } = place as { key: string };
    for (const one of homes) expect(readFileSync(join(one, 'keys', 'hall-certificate.json'), 'utf8')).not.toContain(JSON.stringify(key).slice(40, 80));
    expect((await hallCertificate(homes[0] ?? '', 'hall', [], Date.now(), null, shared)).certificate).toBe(first?.certificate);
  });

  test('goes on with the authority that an agent had before it began to share', async () => {
    const alone = await hallCertificate(home, 'hall', [], Date.now());
    let place: unknown = null;
    const together = await hallCertificate(home, 'hall', [], Date.now(), null, { read: () => place, keep: async (authority) => (place = authority) });
    expect([together.fingerprint, together.certificate]).toEqual([alone.fingerprint, alone.certificate]);
  });
});
