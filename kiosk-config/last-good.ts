/**
 * The last configuration that worked, kept in the terminal's home: a hall or item file broken by hand or by a half copy
 * does not close the terminal, it goes on with what it had.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { transportMistake } from './check-terminal.ts';
import { checkedFile, readChecked } from './checked-before.ts';
import { loadHall, type HallConfig, type LoadOptions, type LoadResult } from './load.ts';
import { hall } from './schema/hall.ts';
import { item } from './schema/item.ts';
import { terminal } from './schema/terminal.ts';
import type { Mistake } from './mistake.ts';

const kept = z.object({ format: z.literal(1), dir: z.string(), hall, terminal, items: z.array(item) });
type Kept = z.infer<typeof kept>;

const fileIn = (home: string): string => join(home, 'last-good-configuration.json');

const read = (home: string): Kept | null => {
  try {
    return kept.parse(JSON.parse(readFileSync(fileIn(home), 'utf8')));
  } catch {
    // None kept yet, or kept by a program that knew other fields: as if there were none.
    return null;
  }
};

/** Replaces a file of the home in one step, mode 0600. */
const replace = (path: string, text: string): void => {
  const temporary = `${path}.${process.pid}.tmp`;
  const file = openSync(temporary, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
};

/**
 * Keeps a configuration that was loaded, in `home`. Items that are closed for their mistakes stay kept as they were before.
 * @param options with which it was loaded
 */
export const keepLastGood = (home: string, config: HallConfig, options: LoadOptions = {}): void => {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const closed = new Set(config.badItems.map((bad) => bad.id));
  const before = closed.size === 0 ? [] : (read(home)?.items ?? []).filter((old) => closed.has(old.id) && !config.items.some((now) => now.id === old.id));
  const value: Kept = { format: 1, dir: config.dir, hall: config.hall, terminal: config.terminal, items: [...config.items, ...before] };
  replace(fileIn(home), JSON.stringify(value));
  const whole = config.badItems.length === 0 && config.badDevices.length === 0 && config.badQueue.length === 0;
  const checked = whole ? checkedFile(config.dir, options, config) : null;
  if (checked !== null) replace(join(home, checked.name), checked.text);
};

/** What was taken from the last good configuration instead of the folder; empty: nothing. */
export interface FromLastGood {
  hall: boolean;
  /** Ids of items. */
  items: string[];
}

/** `unchanged`: it is the one that was kept, with the addresses of now. */
export type LastGoodResult = { ok: true; config: HallConfig; mistakes: Mistake[]; fromLastGood: FromLastGood; unchanged: boolean } | Extract<LoadResult, { ok: false }>;

const demoFits = (options: LoadOptions, isDemo: boolean): boolean => options.expectDemo === undefined || options.expectDemo === isDemo;

/**
 * Loads the folder; what is broken in it comes from the last good configuration where one is kept. A kept configuration
 * of the other kind (demonstration or real), or of another terminal, is never taken.
 */
export const loadOrLastGood = (dir: string, home: string, options: LoadOptions = {}): LastGoodResult => {
  const checked = readChecked(home, dir, options);
  if (checked !== null) return { ok: true, config: checked, mistakes: [], fromLastGood: { hall: false, items: [] }, unchanged: true };
  const loaded = loadHall(dir, options);
  const old = read(home);
  if (loaded.ok) {
    const usable = old !== null && old.hall.demo === loaded.config.hall.demo && old.terminal.id === loaded.config.terminal.id ? old.items : [];
    const taken = loaded.config.badItems.flatMap((bad) => usable.filter((candidate) => candidate.id === bad.id));
    const items = [...loaded.config.items, ...taken].sort((a, b) => (a.id < b.id ? -1 : 1));
    const ids = taken.map((one) => one.id);
    return { ...loaded, config: { ...loaded.config, items, badItems: loaded.config.badItems.filter((bad) => !ids.includes(bad.id)) }, fromLastGood: { hall: false, items: ids }, unchanged: false };
  }
  if (old === null || !demoFits(options, old.hall.demo) || wantsOtherKind(loaded.mistakes)) return loaded;
  const transports = options.overrides?.transports ?? {};
  const devices = old.terminal.devices.map((device) => ({ ...device, transport: transports[device.id] ?? device.transport })).filter((device) => transportMistake(device.class, device.transport) === null);
  const config: HallConfig = {
    dir: old.dir,
    hall: { ...old.hall, platform: { ...old.hall.platform, url: options.overrides?.platformUrl ?? old.hall.platform.url } },
    terminal: { ...old.terminal, devices },
    items: old.items,
    // A queue's numbers are given by the hall's own file or not at all.
    queue: null,
    badQueue: [],
    badDevices: [],
    devicePlaces: {},
    badItems: [],
  };
  return { ok: true, config, mistakes: loaded.mistakes, fromLastGood: { hall: true, items: [] }, unchanged: false };
};

/** Somebody chose a folder of the other kind on purpose: going on with the old one would hide it. */
const wantsOtherKind = (mistakes: readonly Mistake[]): boolean => mistakes.some((mistake) => mistake.file === 'hall.yaml' && mistake.path === 'demo');
