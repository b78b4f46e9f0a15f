/** Where sound goes: a player of the host, or files that tests and silent machines read. And the volume of the host's mixer. */
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, ok, type Result } from '../contract.ts';
import { encodeWav, type Sound } from './codec.ts';
import type { RunProgram } from './program.ts';

export interface Output {
  name: 'pacat' | 'aplay' | 'ffplay' | 'file';
  /** Plays to the end. Faults: `cancelled`, `device-fault`. */
  play(sound: Sound, signal: AbortSignal): Promise<Result<void>>;
}

const player = (run: RunProgram, name: 'pacat' | 'aplay' | 'ffplay', args: (sound: Sound) => readonly string[], bytes: (sound: Sound) => Uint8Array): Output => ({
  name,
  play: async (sound, signal) => {
    const { code, stderr } = await run(name, args(sound), { signal, input: bytes(sound) });
    if (signal.aborted) return fail('cancelled', 'the sentence was cut off');
    return code === 0 ? ok(undefined) : fail('device-fault', `${name} could not play`, { original: stderr });
  },
});

const pcm = ({ samples }: Sound): Uint8Array => new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);

const pacat = (run: RunProgram): Output => player(run, 'pacat', ({ rate, channels }) => ['--playback', '--raw', '--format=s16le', `--rate=${rate}`, `--channels=${channels}`], pcm);
const aplay = (run: RunProgram): Output => player(run, 'aplay', () => ['-q', '-t', 'wav', '-'], encodeWav);
const ffplay = (run: RunProgram): Output => player(run, 'ffplay', () => ['-nodisp', '-autoexit', '-loglevel', 'error', '-i', '-'], encodeWav);

/** What a folder of sentences may hold, in bytes: some twenty sentences. */
export const MOST_SAID_BYTES = 3 * 1024 * 1024;

/** Sentences of a folder, oldest first. */
const numbered = async (folder: string): Promise<{ n: number; path: string; bytes: number }[]> => {
  const names = (await readdir(folder)).filter((name) => /^\d{4,9}\.wav$/.test(name));
  const files = await Promise.all(names.map(async (name) => ({ n: Number.parseInt(name, 10), path: join(folder, name), bytes: (await stat(join(folder, name))).size })));
  return files.sort((one, other) => one.n - other.n);
};

/** Puts a sentence behind those that lie in the folder; the oldest go when they are too many for it. */
const put = async (folder: string, bytes: Uint8Array): Promise<void> => {
  await mkdir(folder, { recursive: true });
  const files = await numbered(folder);
  let total = files.reduce((sum, file) => sum + file.bytes, bytes.byteLength);
  for (const file of files) {
    if (total <= MOST_SAID_BYTES) break;
    await rm(file.path, { force: true });
    total -= file.bytes;
  }
  await writeFile(join(folder, `${String((files.at(-1)?.n ?? 0) + 1).padStart(4, '0')}.wav`), bytes);
};

/** Files instead of a loudspeaker: `path.wav` is the last sentence, a folder gets one file after another and keeps the newest 3 MB. */
export const fileOutput = (path: string): Output => ({
  name: 'file',
  play: async (sound, signal) => {
    if (signal.aborted) return fail('cancelled', 'the sentence was cut off');
    try {
      if (path.endsWith('.wav')) await writeFile(path, encodeWav(sound));
      else await put(path, encodeWav(sound));
      return ok(undefined);
    } catch (error) {
      return fail('device-fault', 'the sound file cannot be written', { original: error instanceof Error && 'code' in error ? String(error.code) : 'error' });
    }
  },
});

/** The host's player, where it has a sound card or a sound server; null where nobody could hear anything. */
export const findOutput = async (run: RunProgram, signal: AbortSignal): Promise<Output | null> => {
  const server = await run('pactl', ['info'], { signal });
  if (server.code === 0) return pacat(run);
  const cards = await run('aplay', ['-l'], { signal });
  // It succeeds without cards too; each card has a line with its number.
  if (cards.code === 0 && /\d+:/.test(cards.stdout.toString())) return aplay(run);
  // ffplay cannot be asked for cards: it is believed only where nothing else knows better.
  const other = server.missing && cards.missing ? await run('ffplay', ['-version'], { signal }) : null;
  return other?.code === 0 ? ffplay(run) : null;
};

export interface Mixer {
  name: 'pactl' | 'amixer';
  /** Percent 0–100; null when it cannot be read. */
  level(signal: AbortSignal): Promise<number | null>;
  set(percent: number, signal: AbortSignal): Promise<boolean>;
}

const mixer = (run: RunProgram, name: Mixer['name'], get: readonly string[], set: (percent: number) => readonly string[]): Mixer => ({
  name,
  level: async (signal) => {
    const asked = await run(name, get, { signal });
    const percent = asked.code === 0 ? /(\d{1,3})%/.exec(asked.stdout.toString())?.[1] : undefined;
    return percent === undefined ? null : Number(percent);
  },
  set: async (percent, signal) => (await run(name, set(Math.round(percent)), { signal })).code === 0,
});

/** The host's mixer; null where none answers. @param control name of the playback control for amixer */
export const findMixer = async (run: RunProgram, control: string, signal: AbortSignal): Promise<Mixer | null> => {
  const candidates = [
    mixer(run, 'pactl', ['get-sink-volume', '@DEFAULT_SINK@'], (percent) => ['set-sink-volume', '@DEFAULT_SINK@', `${percent}%`]),
    mixer(run, 'amixer', ['-M', 'sget', control], (percent) => ['-q', '-M', 'sset', control, `${percent}%`]),
  ];
  for (const candidate of candidates) if ((await candidate.level(signal)) !== null) return candidate;
  return null;
};
