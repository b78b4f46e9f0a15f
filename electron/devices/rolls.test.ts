import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { condition, type ConditionCode, type DeviceStatus } from '../../drivers/contract.ts';
import { createRolls, SLIPS_WHEN_LOW } from './rolls.ts';
import type { DeviceHealth } from './types.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hall24-rolls-'));
  file = join(folder, 'rolls.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const printer = (codes: ConditionCode[] = [], status: Partial<DeviceStatus> = {}): DeviceHealth => ({
  id: 'slips',
  deviceClass: 'receipt-printer',
  status: { online: true, component: 'ready', media: 'absent', conditions: codes.map((code) => condition(code, 'warning')), supplies: [{ name: 'paper', percent: null, left: null }], model: null, ...status },
  lastSeen: '2026-11-22T03:12:00+08:00',
});
const open = (slipsWhenLow?: number) => createRolls([{ id: 'slips', slipsWhenLow }], file);
const left = (rolls: ReturnType<typeof open>): number | null => rolls.told(printer(['paper-low'])).status.supplies[0]!.left;

describe('a roll of slips', () => {
  it('is not counted before its near-end sensor tells, and from then on slip by slip, never below none', () => {
    const rolls = open(2);
    rolls.look([printer()]);
    rolls.printed('slips');
    expect(left(rolls)).toBe(null);
    rolls.look([printer(['paper-low'])]);
    expect(left(rolls)).toBe(2);
    for (const rest of [1, 0, 0]) {
      rolls.printed('slips');
      expect(left(rolls)).toBe(rest);
    }
  });

  it('gives ten where the terminal file says nothing', () => {
    const rolls = open();
    rolls.look([printer(['paper-low'])]);
    expect(left(rolls)).toBe(SLIPS_WHEN_LOW);
  });

  it('stays as low as it was over a restart, a printer that is away, an open cover and the last millimetre', () => {
    const before = open(5);
    before.look([printer(['paper-low'])]);
    before.printed('slips');
    const after = open(5);
    for (const one of [printer(['not-responding'], { online: false, component: 'unknown' }), printer(['cover-open']), printer(['paper-out']), printer(['paper-low'])]) after.look([one]);
    expect(left(after)).toBe(4);
  });

  it('is a new one when the sensor no longer tells', () => {
    const rolls = open(5);
    rolls.look([printer(['paper-low'])]);
    rolls.printed('slips');
    expect(existsSync(file)).toBe(true);
    rolls.look([printer()]);
    expect(left(rolls)).toBe(null);
    expect(existsSync(file)).toBe(false);
    rolls.look([printer(['paper-low'])]);
    expect(left(rolls)).toBe(5);
  });

  it('does not stumble over a spoilt file', () => {
    writeFileSync(file, '{"slips":-1');
    const rolls = open(5);
    rolls.look([printer(['paper-low'])]);
    expect(left(rolls)).toBe(5);
  });
});
