/**
 * A configuration without a mistake is kept as it was read, with a digest of everything that it came from: while no file, no option and no program changed, a
 * terminal that starts again reads it from there. Reading and judging all files takes as long as half of the rest of a start.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { onOnePort, transportMistake } from './check-terminal.ts';
import type { HallConfig, LoadOptions } from './load.ts';
import { MOST_BYTES } from './yaml-file.ts';

const NAME = 'checked-configuration.json';
/** All that is read of a hall's folder lies here. */
const FOLDERS = ['.', 'terminals', 'items', 'adapters'];

const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Another program may judge the same files otherwise. Of a bundled program this is the bundle. */
const ownStamp = (): string => {
  const { size, mtimeMs } = statSync(import.meta.filename);
  return `${size} ${mtimeMs}`;
};

const filesIn = (dir: string): [string, string][] =>
  FOLDERS.flatMap((folder) => {
    let names: string[];
    try {
      names = readdirSync(join(dir, folder)).filter((name) => statSync(join(dir, folder, name)).isFile());
    } catch {
      // A folder that is not there is as much of the configuration as one that is.
      return [];
    }
    return names.sort().map((name): [string, string] => {
      const path = join(dir, folder, name);
      if (statSync(path).size > MOST_BYTES) throw new RangeError(`${name} is no configuration file`);
      return [join(folder, name), sha256(readFileSync(path))];
    });
  });

const digestOf = (dir: string, { terminal, overrides, expectDemo }: LoadOptions, program: string): string =>
  // What an override says now is put in place when it is read; that there is one must not change.
  sha256(JSON.stringify([program, resolve(dir), terminal ?? null, expectDemo ?? null, overrides?.platformUrl !== undefined, Object.keys(overrides?.transports ?? {}).sort(), filesIn(dir)]));

/** The text of the file to keep in a terminal's home, beside its name; null: the folder cannot be read as a whole. */
export const checkedFile = (dir: string, options: LoadOptions, config: HallConfig, program = ownStamp()): { name: string; text: string } | null => {
  try {
    const text = JSON.stringify({ digest: digestOf(dir, options, program), config });
    return { name: NAME, text: `${sha256(text)}\n${text}` };
  } catch {
    return null;
  }
};

/** The configuration as it was judged before, with the addresses of now; null: something changed, or nothing is kept, or what is kept is damaged. Never throws. */
export const readChecked = (home: string, dir: string, options: LoadOptions, program = ownStamp()): HallConfig | null => {
  try {
    const file = readFileSync(join(home, NAME), 'utf8');
    const end = file.indexOf('\n');
    const text = file.slice(end + 1);
    if (sha256(text) !== file.slice(0, end)) return null;
    const { digest, config } = JSON.parse(text) as { digest: string; config: HallConfig };
    if (digest !== digestOf(dir, options, program)) return null;
    const { transports = {}, platformUrl } = options.overrides ?? {};
    const devices = config.terminal.devices.map((device) => ({ ...device, transport: transports[device.id] ?? device.transport }));
    // What an address leads to changes with what is plugged in.
    if (devices.some((device, index) => transportMistake(device.class, device.transport) !== null || devices.slice(0, index).some((other) => onOnePort(other.transport, device.transport)))) return null;
    return { ...config, hall: platformUrl === undefined ? config.hall : { ...config.hall, platform: { ...config.hall.platform, url: platformUrl } }, terminal: { ...config.terminal, devices } };
  } catch {
    return null;
  }
};
