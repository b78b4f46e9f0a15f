/** WAV files (RIFF, PCM of 16 bits) and their samples. Pure; whatever bytes come, nothing is thrown. */

export interface Sound {
  rate: number;
  channels: number;
  /** Interleaved. */
  samples: Int16Array;
}

const PCM = 1;
/** Voices that write to a pipe cannot know the length beforehand and write this or more. */
const UNKNOWN_LENGTH = 0x7f00_0000;

const tag = (view: DataView, at: number): string => String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));

/** @returns null for what is no WAV of 16-bit PCM with one or two channels at 8 to 96 kHz */
export const decodeWav = (bytes: Uint8Array): Sound | null => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || tag(view, 0) !== 'RIFF' || tag(view, 8) !== 'WAVE') return null;
  let format: { rate: number; channels: number } | null = null;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = tag(view, at);
    const length = view.getUint32(at + 4, true);
    const start = at + 8;
    const end = Math.min(bytes.length, start + length);
    if (name === 'fmt ' && end - start >= 16) {
      const channels = view.getUint16(start + 2, true);
      const rate = view.getUint32(start + 4, true);
      if (view.getUint16(start, true) !== PCM || view.getUint16(start + 14, true) !== 16 || channels < 1 || channels > 2 || rate < 8000 || rate > 96_000) return null;
      format = { rate, channels };
    }
    if (name === 'data') {
      if (format === null) return null;
      const bytesLeft = length >= UNKNOWN_LENGTH ? bytes.length - start : end - start;
      const count = Math.floor(bytesLeft / (2 * format.channels)) * format.channels;
      return { ...format, samples: Int16Array.from({ length: count }, (_one, index) => view.getInt16(start + index * 2, true)) };
    }
    at = start + length + (length % 2);
  }
  return null;
};

export const encodeWav = ({ rate, channels, samples }: Sound): Uint8Array => {
  const bytes = new Uint8Array(44 + samples.length * 2);
  const view = new DataView(bytes.buffer);
  const text = (at: number, word: string): void => bytes.set([...word].map((letter) => letter.charCodeAt(0)), at);
  text(0, 'RIFF');
  view.setUint32(4, 36 + samples.length * 2, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, PCM, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * channels * 2, true);
  view.setUint16(32, channels * 2, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, samples.length * 2, true);
  for (const [index, sample] of samples.entries()) view.setInt16(44 + index * 2, sample, true);
  return bytes;
};

/** Length in milliseconds. */
export const durationMs = ({ rate, channels, samples }: Sound): number => (samples.length / channels / rate) * 1000;

/** Root mean square of the samples, 0–1: 0 is silence. */
export const loudness = ({ samples }: Sound): number => (samples.length === 0 ? 0 : Math.sqrt(samples.reduce((sum, sample) => sum + (sample / 32_768) ** 2, 0) / samples.length));

/** The same sound at `gain` (0–1) of its strength. */
export const quieter = (sound: Sound, gain: number): Sound => (gain >= 1 ? sound : { ...sound, samples: sound.samples.map((sample) => Math.round(sample * gain)) });

/** One after another. @returns null where rate or channels differ, or there is none */
export const joined = (sounds: readonly Sound[]): Sound | null => {
  const [first] = sounds;
  if (first === undefined || sounds.some(({ rate, channels }) => rate !== first.rate || channels !== first.channels)) return null;
  const samples = new Int16Array(sounds.reduce((sum, one) => sum + one.samples.length, 0));
  let at = 0;
  for (const one of sounds) {
    samples.set(one.samples, at);
    at += one.samples.length;
  }
  return { ...first, samples };
};
