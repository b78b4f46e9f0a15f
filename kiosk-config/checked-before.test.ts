import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkedFile, readChecked } from './checked-before.ts';
import { copyDemo, HOUSING, INSURANCE, type DemoCopy } from './demo-copy.fixture.ts';
import { keepLastGood, loadOrLastGood, type LastGoodResult } from './last-good.ts';
import type { HallConfig, LoadOptions } from './load.ts';

let demo: DemoCopy;
beforeEach(() => {
  demo = copyDemo();
});
afterEach(() => demo.remove());

const kept = (): string => join(demo.home, 'checked-configuration.json');
const load = (options: LoadOptions = {}): LastGoodResult => loadOrLastGood(demo.dir, demo.home, options);
const loadAndKeep = (options: LoadOptions = {}): HallConfig => {
  const loaded = load(options);
  if (!loaded.ok) throw new Error('the demo hall is broken');
  if (loaded.mistakes.length === 0) keepLastGood(demo.home, loaded.config, options);
  return loaded.config;
};

describe('a configuration that was found without a mistake', () => {
  it('is the very same at the next start, without being judged again, and is not for others to read', () => {
    const first = loadAndKeep();
    expect(load()).toEqual({ ok: true, config: first, mistakes: [], fromLastGood: { hall: false, items: [] }, unchanged: true });
    expect(statSync(kept()).mode & 0o777).toBe(0o600);
  });

  it('has the addresses of now', () => {
    const at = (port: number) => ({ overrides: { transports: { 'id-card': `tcp:127.0.0.1:${port}` }, platformUrl: `http://127.0.0.1:${port}` } });
    loadAndKeep(at(4711));
    const again = load(at(4712));
    expect(again).toMatchObject({ unchanged: true, config: { hall: { platform: { url: 'http://127.0.0.1:4712' } } } });
    expect(again.ok ? again.config.terminal.devices.find(({ id }) => id === 'id-card')?.transport : null).toBe('tcp:127.0.0.1:4712');
    expect(load()).toMatchObject({ unchanged: false });
  });

  it.each<[string, () => void, LoadOptions]>([
    ['an item changed', () => demo.edit(HOUSING, 'promisedWorkingDays: 14', 'promisedWorkingDays: 10'), {}],
    ['a file is broken', () => demo.write(INSURANCE, 'half a fi'), {}],
    ['a file went', () => renameSync(join(demo.dir, 'queue.yaml'), join(demo.dir, 'queue.old')), {}],
    ['a file came', () => demo.write('adapters/another.yaml', 'id: another'), {}],
    ['another kind of hall is wanted', () => undefined, { expectDemo: false }],
    ['another terminal is wanted', () => undefined, { terminal: 'terminal-5' }],
    ['an address is none', () => undefined, { overrides: { transports: { 'id-card': 'nowhere' } } }],
  ])('is judged anew when %s', (_what, change, options) => {
    loadAndKeep(options.overrides === undefined ? {} : { overrides: { transports: { 'id-card': 'tcp:127.0.0.1:1' } } });
    change();
    expect(readChecked(demo.home, demo.dir, options)).toBeNull();
  });

  it('is judged anew when two devices meant the same port since', () => {
    const overrides = (other: string) => ({ overrides: { transports: { 'id-card': 'tcp:127.0.0.1:4711', 'receipt-printer': other } } });
    loadAndKeep(overrides('tcp:127.0.0.1:4712'));
    expect(load(overrides('tcp:127.0.0.1:4712'))).toMatchObject({ unchanged: true });
    const clash = load(overrides('tcp:127.0.0.1:4711'));
    expect(clash.ok ? clash.config.badDevices.length : 0).toBe(1);
  });

  it('is judged anew by another program', () => {
    const config = loadAndKeep();
    const file = checkedFile(demo.dir, {}, config, 'yesterday');
    writeFileSync(kept(), file?.text ?? '');
    expect(readChecked(demo.home, demo.dir, {}, 'yesterday')).toEqual(config);
    expect(readChecked(demo.home, demo.dir, {})).toBeNull();
  });

  it('is judged anew when what was kept is damaged', () => {
    loadAndKeep();
    const text = readFileSync(kept(), 'utf8');
    writeFileSync(kept(), text.replace('"demo":true', '"demo":false'));
    expect(load()).toMatchObject({ ok: true, unchanged: false, config: { hall: { demo: true } } });
    writeFileSync(kept(), text.slice(0, 300));
    expect(load()).toMatchObject({ ok: true, unchanged: false });
  });

  it('with a mistake is not kept as one without', () => {
    demo.edit(INSURANCE, 'steps: [card, issue]', 'steps: []');
    const loaded = load();
    if (!loaded.ok) throw new Error('the demo hall is broken');
    keepLastGood(demo.home, loaded.config);
    expect(existsSync(kept())).toBe(false);
  });
});
