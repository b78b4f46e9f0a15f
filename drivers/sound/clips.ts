/** Recordings of the hall: `LANGUAGE/ID.wav` in the clips' folder, else `ID.wav`. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeWav, joined, type Sound } from './codec.ts';

/** Ten minutes at 16 kHz; a longer one is a mistake. */
const MOST_BYTES = 20 * 1024 * 1024;

const readClip = async (paths: readonly string[]): Promise<Sound | null> => {
  for (const path of paths) {
    const found = await stat(path).catch(() => null);
    if (found === null || !found.isFile() || found.size > MOST_BYTES) continue;
    const sound = decodeWav(await readFile(path));
    if (sound !== null) return sound;
  }
  return null;
};

/** The recording of a clip, several joined by `+`; null where one is missing, broken, or recorded at another rate than the rest. */
export const findClip = async (folder: string, clip: string, language: string): Promise<Sound | null> => {
  const parts: Sound[] = [];
  for (const id of clip.split('+')) {
    const sound = await readClip([join(folder, language, `${id}.wav`), join(folder, `${id}.wav`)]);
    if (sound === null) return null;
    parts.push(sound);
  }
  return joined(parts);
};
