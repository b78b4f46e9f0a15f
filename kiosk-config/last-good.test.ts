import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyDemo, HOUSING, INSURANCE, type DemoCopy } from './demo-copy.fixture.ts';
import { keepLastGood, loadOrLastGood, type LastGoodResult } from './last-good.ts';
import { loadHall, type LoadOptions } from './load.ts';

let demo: DemoCopy;
beforeEach(() => {
  demo = copyDemo();
});
afterEach(() => demo.remove());

const keep = (): void => {
  const loaded = loadHall(demo.dir);
  if (!loaded.ok) throw new Error('the demo hall is broken');
  keepLastGood(demo.home, loaded.config);
};
const load = (options: LoadOptions = {}): LastGoodResult => loadOrLastGood(demo.dir, demo.home, options);

describe('the last good configuration', () => {
  it('is not asked while the folder is good', () => {
    keep();
    expect(load()).toMatchObject({ ok: true, fromLastGood: { hall: false, items: [] }, mistakes: [] });
  });
  it('serves when the hall file is broken, with the addresses of now', () => {
    keep();
    demo.write('hall.yaml', 'half a co');
    const loaded = load({ expectDemo: true, overrides: { transports: { 'id-card': 'tcp:127.0.0.1:4711' }, platformUrl: 'http://127.0.0.1:1' } });
    expect(loaded).toMatchObject({ ok: true, fromLastGood: { hall: true } });
    expect(loaded.mistakes.map((mistake) => mistake.file)).toContain('hall.yaml');
    expect(loaded.ok ? loaded.config.terminal.devices[0]?.transport : null).toBe('tcp:127.0.0.1:4711');
    expect(loaded.ok ? loaded.config.hall.platform.url : null).toBe('http://127.0.0.1:1');
  });
  it('serves an item whose file is broken, and only that', () => {
    keep();
    demo.edit(INSURANCE, 'steps: [card, issue]', 'steps: []');
    demo.edit(HOUSING, 'promisedWorkingDays: 14', 'promisedWorkingDays: 10');
    const loaded = load();
    expect(loaded).toMatchObject({ ok: true, fromLastGood: { hall: false, items: ['social-insurance-certificate'] }, config: { badItems: [] } });
    expect(loaded.ok ? loaded.config.items.map((item) => item.guide.promisedWorkingDays) : []).toEqual([10, null]);
  });
  it('keeps an item that is closed for its mistakes as it was before', () => {
    keep();
    demo.edit(INSURANCE, 'steps: [card, issue]', 'steps: []');
    keep();
    expect(load()).toMatchObject({ ok: true, fromLastGood: { items: ['social-insurance-certificate'] } });
  });
  it('is not kept for others to read', () => {
    keep();
    expect(statSync(join(demo.home, 'last-good-configuration.json')).mode & 0o777).toBe(0o600);
  });
  it('does not stand in for a hall of the other kind', () => {
    keep();
    demo.edit('hall.yaml', 'demo: true', 'demo: false');
    expect(load({ expectDemo: true }).ok).toBe(false);
    demo.write('hall.yaml', '');
    expect(load({ expectDemo: false }).ok).toBe(false);
  });
  it('is as if absent when it cannot be read', () => {
    keep();
    const path = join(demo.home, 'last-good-configuration.json');
    writeFileSync(path, readFileSync(path).subarray(0, 500));
    demo.write('hall.yaml', '');
    expect(load().ok).toBe(false);
  });
  it('is absent on the first start: mistakes are told', () => {
    demo.write('hall.yaml', '');
    const loaded = load();
    expect(loaded.ok).toBe(false);
    expect(loaded.mistakes[0]).toMatchObject({ file: 'hall.yaml', line: 1 });
  });
});
