/** Who can speak: the host's own voice through speech-dispatcher, and espeak-ng. */
import type { RunProgram } from './program.ts';

/** Codes of one language under which voices are listed, best first. */
const ALSO: Readonly<Record<string, readonly string[]>> = { zh: ['cmn'], 'zh-cn': ['cmn'], 'zh-hk': ['yue'], bo: ['bo'], ug: ['ug'] };

const codesOf = (language: string): string[] => {
  const whole = language.toLowerCase();
  const [primary = whole] = whole.split('-');
  return [...new Set([whole, ...(ALSO[whole] ?? []), primary, ...(ALSO[primary] ?? [])])];
};

/** The listed code that fits a language best: itself, its other name, else any variety of it. */
export const voiceFor = (listed: readonly string[], language: string): string | null => {
  for (const code of codesOf(language)) {
    const found = listed.find((one) => one.toLowerCase() === code) ?? listed.find((one) => one.toLowerCase().startsWith(`${code}-`));
    if (found !== undefined) return found;
  }
  return null;
};

/** Language codes in a table whose column of languages is the `column`-th, below one line of titles. */
export const languagesIn = (table: string, column: number): string[] => [
  ...new Set(
    table
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/)[column] ?? '')
      .filter((code) => /^[A-Za-z]{2,3}(-[A-Za-z0-9-]+)?$/.test(code)),
  ),
];

export interface Voices {
  /** Languages of espeak-ng; none where it is not installed. */
  espeak: readonly string[];
  /** Languages of the host's voice; none where there is no speech-dispatcher, or none that answers. */
  host: readonly string[];
}

export const findVoices = async (run: RunProgram, signal: AbortSignal, withHost: boolean): Promise<Voices> => {
  const [espeak, host] = await Promise.all([run('espeak-ng', ['--voices'], { signal }), withHost ? run('spd-say', ['-L'], { signal }) : null]);
  return { espeak: espeak.code === 0 ? languagesIn(espeak.stdout.toString(), 1) : [], host: host?.code === 0 ? languagesIn(host.stdout.toString(), 1) : [] };
};
