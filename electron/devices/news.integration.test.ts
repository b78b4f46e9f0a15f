/** What became of the devices, told to the reference platform: in order, each once, through refusals and a dead line. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPlatform, DEMO_CODE } from '../../test/platform/server.ts';
import { createAudit, type Audit } from '../audit/index.ts';
import { systemClock } from '../clock/index.ts';
import { createPlatformLink } from '../platform/index.ts';
import { openStorage, type Storage } from '../storage/index.ts';
import { createDeviceNews, type DeviceNews } from './news.ts';

let dir: string;
let platform: Awaited<ReturnType<typeof createPlatform>>;
let storage: Storage;
let audit: Audit;
let news: DeviceNews;
let url: string;

const open = (): void => {
  storage = openStorage({ home: join(dir, 'home'), clock: systemClock });
  audit = createAudit({ storage, clock: systemClock });
  const link = createPlatformLink({ storage, audit, clock: systemClock, hall: { id: 'qingxi', demo: true, platform: { url, enrolmentCode: DEMO_CODE } }, terminalId: 'terminal-5', timeoutMs: 1_000 });
  // No jitter to wait for: the next try comes as soon as the clock lets it.
  news = createDeviceNews({ storage, audit, clock: systemClock, link, timeZone: 'Asia/Shanghai', random: () => 0.02 });
};
const kept = (): Record<string, unknown>[] => (platform.platform.db.prepare('SELECT event FROM device_events ORDER BY rowid').all() as { event: string }[]).map(({ event }) => JSON.parse(event) as Record<string, unknown>);
const waiting = (): number => (storage.prepare('SELECT COUNT(*) AS n FROM device_news WHERE told = 0').get() as { n: number }).n;
const until = async (met: () => boolean): Promise<void> => {
  const begin = performance.now();
  while (!met()) {
    if (performance.now() - begin > 20_000) throw new Error('not within 20 s');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
const jam = { device: 'document-printer', condition: 'paper-jam', severity: 'error', remedy: 'clear' };

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'hall24-news-'));
  platform = await createPlatform({ dir: join(dir, 'platform'), control: true });
  url = await platform.app.listen({ port: 0, host: '127.0.0.1' });
  open();
});
afterEach(async () => {
  await news.stop();
  storage.close();
  await platform.close();
  rmSync(dir, { recursive: true });
});

describe('news of the devices', () => {
  it('reach the platform in order, with codes alone, and stand in the record beside', async () => {
    news.start();
    news.began();
    news.record('device.condition-began', jam);
    news.record('device-host.crashed', { exit: null, signal: 'SIGKILL' });
    news.record('device.condition-ended', { device: 'document-printer', condition: 'paper-jam' });
    await until(() => kept().length === 3 && waiting() === 0);
    expect(kept()).toMatchObject([
      { sequence: 1, type: 'started' },
      { sequence: 2, type: 'condition-began', ...jam },
      { sequence: 3, type: 'condition-ended', device: 'document-printer', condition: 'paper-jam' },
    ]);
    expect(audit.latest(10).map(({ event }) => event)).toEqual(expect.arrayContaining(['device.condition-began', 'device.condition-ended', 'device-host.crashed']));
  });

  it('tell with each start which devices the configuration refuses, such as the second of two on one port', async () => {
    news.start();
    news.began(['code-scanner', 'window-display', 'window-display']);
    await until(() => kept().length === 3 && waiting() === 0);
    expect(kept()).toMatchObject([
      { sequence: 1, type: 'started' },
      { sequence: 2, type: 'condition-began', device: 'code-scanner', condition: 'misconfigured', severity: 'error', remedy: 'maintain' },
      { sequence: 3, type: 'condition-began', device: 'window-display', condition: 'misconfigured', severity: 'error', remedy: 'maintain' },
    ]);
    expect(audit.latest(10).filter(({ event }) => event === 'device.condition-began')).toHaveLength(2);
  });

  it('wait while the platform is out of order, and come once each when it is back, also after the agent was started again', async () => {
    news.start();
    news.began();
    await until(() => kept().length === 1 && waiting() === 0);
    platform.platform.faults.mode = '5xx';
    for (let time = 0; time < 5; time += 1) {
      news.record('device.condition-began', jam);
      news.record('device.condition-ended', { device: 'document-printer', condition: 'paper-jam' });
    }
    expect(waiting()).toBe(10);
    await news.stop();
    storage.close();
    open();
    // The answer to the first telling is lost half way: what the platform kept is told again and kept once.
    platform.platform.faults.mode = 'half-body';
    news.began();
    news.start();
    await until(() => kept().length > 1);
    platform.platform.faults.mode = 'normal';
    await until(() => waiting() === 0);
    expect(kept().map(({ sequence }) => sequence)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
    news.record('device.condition-began', jam);
    await until(() => waiting() === 0);
    expect(kept().at(-1)).toMatchObject({ sequence: 13 });
    // What was told is not kept for ever.
    expect(storage.prepare('SELECT COUNT(*) AS n FROM device_news').get()).toEqual({ n: 1 });
  });

  it('are kept with the entry of the record or not at all', () => {
    expect(() => news.record('device.condition-began', { ...jam, original: 'media jam in tray 2' })).toThrow('original');
    expect(waiting()).toBe(0);
    expect(audit.latest(10).some(({ event }) => event === 'device.condition-began')).toBe(false);
  });
});
