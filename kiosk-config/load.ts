/**
 * Loads a hall's folder: `hall.yaml`, `queue.yaml`, `terminals/NAME.yaml`, `items/ID.yaml`, `adapters/NAME.yaml`. Tells every mistake of every file at once.
 * A wrong hall or terminal file stops everything; a wrong device is out of service alone; a wrong item is closed alone; a wrong queue gives no numbers.
 */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { checkAdapter } from './check-adapter.ts';
import { checkItem, type ItemSurroundings } from './check-item.ts';
import { checkTerminal, type BadDevice } from './check-terminal.ts';
import { sortMistakes, type Mistake } from './mistake.ts';
import { DEVICE_CLASSES } from './schema/device-classes.ts';
import { hall as hallSchema, type Hall } from './schema/hall.ts';
import { item as itemSchema, type Item } from './schema/item.ts';
import { queue as queueSchema, type Queue } from './schema/queue.ts';
import type { Terminal } from './schema/terminal.ts';
import { checkShape, readYaml, type YamlFile } from './yaml-file.ts';

/** An item whose file is wrong: closed alone. */
export interface BadItem {
  /** File name without ending: an item's file carries its id. */
  id: string;
  /** Relative to the configuration. */
  file: string;
  mistakes: Mistake[];
}

export interface HallConfig {
  /** Absolute. */
  dir: string;
  hall: Hall;
  terminal: Terminal;
  /** Good items, in the order of their file names. */
  items: Item[];
  /** null: this hall has no queue, or its file is wrong; then `badQueue` says why and no numbers are given. */
  queue: Queue | null;
  badQueue: Mistake[];
  badDevices: BadDevice[];
  /** File and line of each good device, `terminals/terminal-5.yaml:12`, by id: for what only its port or driver can find wrong. */
  devicePlaces: Readonly<Record<string, string>>;
  badItems: BadItem[];
}

export interface LoadOptions {
  /** File name under `terminals/` without ending. Omitted: the only one there is. */
  terminal?: string;
  /** What a demonstration knows only when it runs. */
  overrides?: { transports?: Readonly<Record<string, string>>; platformUrl?: string };
  /** Demonstration and real hall exclude each other: a hall of the other kind is a mistake. Omitted: either. */
  expectDemo?: boolean;
}

/** `mistakes` beside a good configuration: those of the devices and items that are left out. */
export type LoadResult = { ok: true; config: HallConfig; mistakes: Mistake[] } | { ok: false; mistakes: Mistake[] };

const isYaml = (name: string): boolean => /^[^.].*\.ya?ml$/.test(name);

/** Names of the YAML files in a folder, sorted; a folder that is not there has none. */
const yamlFiles = (dir: string, folder: string): string[] => {
  try {
    return readdirSync(join(dir, folder)).filter(isYaml).sort();
  } catch {
    return [];
  }
};
const stem = (file: string): string => basename(file).replace(/\.ya?ml$/, '');

const missing = (file: string, message: string): Mistake => ({ file, line: 1, column: 1, path: '', message });

interface LoadedItems {
  items: Item[];
  badItems: BadItem[];
}

const loadItems = (dir: string, around: ItemSurroundings): LoadedItems => {
  const loaded = yamlFiles(dir, 'items').map((name) => {
    const yaml = readYaml(dir, `items/${name}`);
    return { yaml, ...checkShape(yaml, itemSchema) };
  });
  const items: Item[] = [];
  const badItems: BadItem[] = [];
  for (const { yaml, value, mistakes } of loaded) {
    const bad = [...mistakes];
    if (value !== null) {
      const findings = checkItem(value, around);
      if (value.id !== stem(yaml.file)) findings.push({ path: ['id'], message: `the file is called ${basename(yaml.file)}; expected the id "${stem(yaml.file)}"` });
      if (items.some((other) => other.id === value.id)) findings.push({ path: ['id'], message: `another file has the item "${value.id}" too` });
      const sameCode = items.find((other) => other.code === value.code);
      if (sameCode !== undefined) findings.push({ path: ['code'], message: `the item "${sameCode.id}" has this code too; one code, one item` });
      bad.push(...yaml.place(findings));
      if (value.adapter !== undefined && around.adapterExists(value.adapter)) bad.push(...checkAdapter(dir, value.adapter, value));
      if (bad.length === 0) items.push(value);
    }
    if (bad.length > 0) badItems.push({ id: stem(yaml.file), file: yaml.file, mistakes: bad });
  }
  return { items, badItems };
};

const loadHallFile = (dir: string, options: LoadOptions): { yaml: YamlFile; hall: Hall | null; mistakes: Mistake[] } => {
  const yaml = readYaml(dir, 'hall.yaml');
  const { value, mistakes } = checkShape(yaml, hallSchema);
  if (value === null) return { yaml, hall: null, mistakes };
  const known = new Set(yamlFiles(dir, 'items').map(stem));
  const findings = value.otherPlaces.flatMap((place, index) =>
    (place.items ?? []).flatMap((id, at) => (known.has(id) ? [] : [{ path: ['otherPlaces', index, 'items', at], message: `no item "${id}" under items/` }])),
  );
  if (options.expectDemo === true && !value.demo) findings.push({ path: ['demo'], message: 'this is a real hall; a demonstration runs only with "demo: true"' });
  if (options.expectDemo === false && value.demo) findings.push({ path: ['demo'], message: 'this is a demonstration; a real hall has "demo: false"' });
  if (!/^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)*$/.test(value.timeZone) || !Intl.supportedValuesOf('timeZone').concat('UTC').includes(value.timeZone)) {
    findings.push({ path: ['timeZone'], message: `"${value.timeZone}" is no time zone; expected one like Asia/Shanghai` });
  }
  const url = options.overrides?.platformUrl;
  return { yaml, hall: url === undefined ? value : { ...value, platform: { ...value.platform, url } }, mistakes: yaml.place(findings) };
};

const around = (dir: string, hall: Hall | null, deviceClasses: readonly string[]): ItemSurroundings => ({
  platformValues: hall?.platform.values ?? null,
  deviceClasses,
  adapterExists: (adapter) => existsSync(join(dir, 'adapters', `${adapter}.yaml`)),
});

const classesOf = (checked: ReturnType<typeof checkTerminal>): string[] => [
  ...(checked.terminal?.devices ?? []).map((device) => device.class),
  ...checked.badDevices.flatMap((bad) => (bad.deviceClass === null ? [] : [bad.deviceClass])),
];

const loadQueue = (dir: string): { queue: Queue | null; mistakes: Mistake[] } => {
  if (!existsSync(join(dir, 'queue.yaml'))) return { queue: null, mistakes: [] };
  const yaml = readYaml(dir, 'queue.yaml');
  const { value, mistakes } = checkShape(yaml, queueSchema);
  if (value === null) return { queue: null, mistakes };
  const known = new Set(yamlFiles(dir, 'items').map(stem));
  const findings = value.classes.flatMap((one, index) => one.items.flatMap((id, at) => (known.has(id) ? [] : [{ path: ['classes', index, 'items', at], message: `no item "${id}" under items/` }])));
  return findings.length > 0 ? { queue: null, mistakes: yaml.place(findings) } : { queue: value, mistakes: [] };
};

/**
 * Loads one terminal's configuration.
 * @param dir the hall's folder
 * @returns a configuration to run with, or every mistake with its file, line and column. Never throws.
 */
export const loadHall = (dir: string, options: LoadOptions = {}): LoadResult => {
  const { hall, mistakes: hallMistakes } = loadHallFile(dir, options);
  const fatal = [...hallMistakes];
  const names = yamlFiles(dir, 'terminals');
  const chosen = options.terminal ?? (names.length === 1 && names[0] !== undefined ? stem(names[0]) : null);
  const file = names.find((name) => stem(name) === chosen);
  const checked = file === undefined ? null : checkTerminal(readYaml(dir, `terminals/${file}`), options.overrides?.transports ?? {});
  if (checked === null) {
    const known = names.map(stem).join(', ');
    fatal.push(missing(chosen === null ? 'terminals' : `terminals/${chosen}.yaml`, names.length === 0 ? 'no terminal here; expected terminals/NAME.yaml' : chosen === null ? `several terminals here; say which one: ${known}` : `no such terminal; here are ${known}`));
  } else if (checked.terminal === null) fatal.push(...checked.mistakes);

  if (yamlFiles(dir, 'items').length === 0) fatal.push(missing('items', 'no item here; expected items/ID.yaml'));
  // Without a readable terminal nothing can be said about devices: take them all for present.
  const classes = checked === null || checked.terminal === null ? [...DEVICE_CLASSES] : classesOf(checked);
  const { items, badItems } = loadItems(dir, around(dir, hall, classes));
  const { queue, mistakes: badQueue } = loadQueue(dir);
  const apart = [...badQueue, ...(checked?.badDevices ?? []).flatMap((bad) => bad.mistakes), ...badItems.flatMap((bad) => bad.mistakes)];
  if (fatal.length > 0 || hall === null || checked?.terminal === null || checked === null) return { ok: false, mistakes: sortMistakes([...fatal, ...apart]) };
  return { ok: true, config: { dir: resolve(dir), hall, terminal: checked.terminal, items, queue, badQueue, badDevices: checked.badDevices, devicePlaces: checked.places, badItems }, mistakes: sortMistakes(apart) };
};

/** The terminals' files, relative to the hall's folder. */
export const terminalFiles = (dir: string): string[] => yamlFiles(dir, 'terminals').map((name) => `terminals/${name}`);

/** Every mistake of a whole hall, all its terminals together: what `npm run config -- check` tells. */
export const checkHall = (dir: string, options: Pick<LoadOptions, 'expectDemo'> = {}): Mistake[] => {
  const { hall, mistakes } = loadHallFile(dir, options);
  const all = [...mistakes];
  const names = yamlFiles(dir, 'terminals');
  if (names.length === 0) all.push(missing('terminals', 'no terminal here; expected terminals/NAME.yaml'));
  const classes = new Set<string>();
  // A terminal that cannot be read may have any device: nothing is said of what its mistake alone took away.
  let unread = names.length === 0;
  const seen = { id: new Map<string, string>(), number: new Map<number, string>() };
  for (const name of names) {
    const yaml = readYaml(dir, `terminals/${name}`);
    const checked = checkTerminal(yaml, {});
    all.push(...checked.mistakes);
    for (const deviceClass of classesOf(checked)) classes.add(deviceClass);
    const { terminal } = checked;
    if (terminal === null) {
      unread = true;
      continue;
    }
    const [sameId, sameNumber] = [seen.id.get(terminal.id), seen.number.get(terminal.number)];
    if (sameId !== undefined) all.push(...yaml.place([{ path: ['id'], message: `${sameId} has the id "${terminal.id}" too` }]));
    if (sameNumber !== undefined) all.push(...yaml.place([{ path: ['number'], message: `${sameNumber} has the number ${terminal.number} too` }]));
    seen.id.set(terminal.id, name);
    seen.number.set(terminal.number, name);
  }
  if (yamlFiles(dir, 'items').length === 0) all.push(missing('items', 'no item here; expected items/ID.yaml'));
  const { badItems } = loadItems(dir, around(dir, hall, unread ? DEVICE_CLASSES : [...classes]));
  for (const name of yamlFiles(dir, 'adapters')) all.push(...checkAdapter(dir, stem(name), null));
  all.push(...loadQueue(dir).mistakes);
  return sortMistakes([...all, ...badItems.flatMap((bad) => bad.mistakes)]);
};
