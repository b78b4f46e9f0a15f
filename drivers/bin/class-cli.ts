/** What a class adds to the command line `device`: one function per command, and the options that only it has. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { InvalidArgumentError, type Command } from 'commander';
import { fail, ok, type CommandContext, type DeviceClass, type Driver, type Result } from '../contract.ts';

/** Options as commander gives them; each class parses its own. */
export interface CliOptions {
  transport: string;
  json: boolean;
  timeout: number;
  /** The device's own settings, from `--option KEY=VALUE`. */
  option: Record<string, unknown>;
  [own: string]: unknown;
}

/** One command; `context()` gives what is left of the time. */
export type CliWork<C extends DeviceClass> = (device: Driver<C>, options: CliOptions, context: () => CommandContext) => Promise<Result<unknown>>;

export interface ClassCli<C extends DeviceClass> {
  /** Beside `status`, which every class has. */
  commands: Readonly<Record<string, CliWork<C>>>;
  /** Adds the options that this class alone has. An option that two classes have is added by the first. */
  options?: (program: Command) => void;
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : String(error));

/** The file that `--file` names. */
export const readable = async (path: unknown, what: string): Promise<Result<Buffer>> => {
  if (typeof path !== 'string') return fail('bad-input', `--file ${what} is needed`);
  try {
    return ok(await readFile(path));
  } catch (error) {
    return fail('bad-input', `${path} cannot be read`, { original: codeOf(error) });
  }
};

/** The folder that `--out` names, made where there is none. */
export const folder = async (path: unknown, why: string): Promise<Result<string>> => {
  if (typeof path !== 'string') return fail('bad-input', `--out DIR is needed: ${why}`);
  try {
    await mkdir(path, { recursive: true });
    return ok(path);
  } catch (error) {
    return fail('bad-input', `the folder ${path} cannot be made`, { original: codeOf(error) });
  }
};

/** Writes what a command brought; `bad-input` where the file cannot be written. */
export const written = async (path: string, data: Uint8Array | string, options: { mode?: number; flag?: string } = {}): Promise<Result<null>> => {
  try {
    await writeFile(path, data, options);
    return ok(null);
  } catch (error) {
    return fail('bad-input', `${path} cannot be written`, { original: codeOf(error) });
  }
};

/** For options that are a time. @throws InvalidArgumentError */
export const milliseconds = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 3_600_000) throw new InvalidArgumentError('a whole number of milliseconds up to an hour is expected.');
  return value;
};

/** Collects `KEY=VALUE` options; digits become numbers, `true` and `false` booleans. */
export const keyValue = (text: string, before: Record<string, unknown>): Record<string, unknown> => {
  const [key = '', ...rest] = text.split('=');
  const value = rest.join('=');
  if (key === '' || value === '') throw new InvalidArgumentError('KEY=VALUE is expected.');
  return { ...before, [key]: /^\d+$/.test(value) ? Number(value) : value === 'true' ? true : value === 'false' ? false : value };
};
