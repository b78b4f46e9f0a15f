/** From a sentence to sound: the recording if there is one, else the first voice that speaks the language. */
import type { z } from 'zod';
import { fail, ok, type Result } from '../contract.ts';
import { findClip } from './clips.ts';
import { decodeWav, durationMs, quieter, type Sound } from './codec.ts';
import type { soundCommands } from './commands.ts';
import type { Speaker } from './log.ts';
import type { Output } from './output.ts';
import type { RunProgram } from './program.ts';
import { voiceFor, type Voices } from './voices.ts';

export type Sentence = z.infer<typeof soundCommands.say.input>;

export interface Speaking {
  by: Speaker;
  /** Makes the sound and plays it to its end. @param gain 0–1, of the samples */
  make: (output: Output, gain: number, signal: AbortSignal) => Promise<Result<{ ms: number }>>;
}

export interface Speech {
  /** Faults: `voice-missing`. */
  find(sentence: Sentence, voices: Voices, signal: AbortSignal): Promise<Result<Speaking>>;
}

/** `[[` begins phonemes for espeak-ng, and nothing that a hall says. */
const plain = (text: string): string => text.replaceAll('[[', '[');

const played = async (sound: Sound, output: Output, gain: number, signal: AbortSignal): Promise<Result<{ ms: number }>> => {
  const done = await output.play(quieter(sound, gain), signal);
  return done.ok ? ok({ ms: durationMs(sound) }) : done;
};

const byEspeak = (run: RunProgram, text: string, voice: string): Speaking => ({
  by: 'espeak-ng',
  make: async (output, gain, signal) => {
    // By standard input: arguments of a program can be read by everybody on the host.
    const spoken = await run('espeak-ng', ['-v', voice, '-b', '1', '--stdin', '--stdout'], { signal, input: Buffer.from(plain(text)) });
    if (signal.aborted) return fail('cancelled', 'the sentence was cut off');
    const sound = spoken.code === 0 ? decodeWav(spoken.stdout) : null;
    return sound === null ? fail('device-fault', 'espeak-ng made no sound', { original: spoken.stderr }) : played(sound, output, gain, signal);
  },
});

/** speech-dispatcher plays by itself: its volume runs from -100 to 100, where 0 is the voice's own. */
const byHost = (run: RunProgram, text: string, language: string): Speaking => ({
  by: 'host-voice',
  make: async (_output, gain, signal) => {
    const spoken = await run('spd-say', ['--wait', '-l', language, '-i', String(Math.round(gain * 100) - 100), '--', text], { signal });
    if (signal.aborted) {
      // The server goes on when its client is gone.
      await run('spd-say', ['--cancel'], { signal: AbortSignal.timeout(2000) });
      return fail('cancelled', 'the sentence was cut off');
    }
    return spoken.code === 0 ? ok({ ms: 0 }) : fail('device-fault', 'speech-dispatcher did not speak', { original: spoken.stderr });
  },
});

export const createSpeech = (run: RunProgram, { clips, order }: { clips: string | null; order: readonly ('host-voice' | 'espeak-ng')[] }): Speech => ({
  find: async ({ text, language, clip }, voices, signal) => {
    if (signal.aborted) return fail('cancelled', 'the sentence was not said');
    const recording = clips === null || clip === undefined ? null : await findClip(clips, clip, language);
    if (recording !== null) return ok({ by: 'clip', make: (output, gain, stop) => played(recording, output, gain, stop) });
    for (const kind of order) {
      const voice = voiceFor(kind === 'host-voice' ? voices.host : voices.espeak, language);
      if (voice !== null) return ok(kind === 'host-voice' ? byHost(run, text, voice) : byEspeak(run, text, voice));
    }
    return fail('voice-missing', 'no voice of this host speaks the language', { original: language });
  },
});
