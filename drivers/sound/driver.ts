/** The loudspeaker: a queue of sentences, said by recordings, by the host's voice or by espeak-ng, never louder than the limit. */
import { z } from 'zod';
import { after } from '../clock.ts';
import { condition, fail, ok, type CommandContext, type Condition, type DeviceStatus, type DriverFactory, type Result } from '../contract.ts';
import type { CommandHandlers } from '../transports/conversation.ts';
import { programsOf } from '../transports/program.ts';
import { soundCommands } from './commands.ts';
import { createSoundLog, type Speaker } from './log.ts';
import { QUEUE_START, queueNext, type QueueInput } from './machine.ts';
import { fileOutput, findMixer, findOutput, type Mixer, type Output } from './output.ts';
import { programRunner } from './program.ts';
import { createSpeech, type Sentence, type Speech } from './speech.ts';
import { findVoices, voiceFor, type Voices } from './voices.ts';

const options = z.strictObject({
  /** Languages that this hall speaks: one that nobody can speak here is a condition. */
  languages: z
    .union([z.array(soundCommands.say.input.shape.language), z.string().transform((text) => text.split(','))])
    .pipe(z.array(soundCommands.say.input.shape.language).min(1).max(20))
    .default(['zh', 'en']),
  /** Percent of the host's volume that is never exceeded. */
  limit: z.number().int().min(1).max(100).default(80),
  /** Folder of recordings. */
  clips: z.string().min(1).max(500).optional(),
  /** Voices in the order in which they are preferred. */
  voices: z.array(z.enum(['host-voice', 'espeak-ng'])).default(['host-voice', 'espeak-ng']),
  /** File or folder for sound where the host has no loudspeaker. */
  sink: z.string().min(1).max(500).optional(),
  /** Playback control of amixer. */
  control: z.string().min(1).max(80).default('Master'),
});

/** After this the volume stays as it is until the next look: a mixer that hangs must not hold up the next sentence. */
const MIXER_MS = 1000;

interface Job {
  sentence: Sentence;
  abort: AbortController;
  started: () => void;
  ended: (result: Result<{ by: Speaker; ms: number }>) => void;
}

/** Voices come and go with packages and not with plugs: they are asked for anew so often, and with each status while one is missing. */
const VOICES_MS = 60_000;

/** What the host has, asked anew with each status. */
interface Host {
  output: Output | null;
  mixer: Mixer | null;
  voices: Voices;
}

const SILENT_HOST = fail('disconnected', 'this host has no loudspeaker: neither a sound server nor a sound card answers');

/** `sound:default`, or `sound:file:/path` for a folder or a .wav file instead of a loudspeaker. */
const sinkOf = (uri: string): Result<string | null> => {
  if (uri === 'sound:default') return ok(null);
  const path = /^sound:file:(\/[^\0]+)$/.exec(uri)?.[1];
  return path === undefined ? fail('bad-input', 'sound address: expected sound:default, or sound:file:/path') : ok(path);
};

export const createSoundDriver: DriverFactory<'sound'> = (uri, given, clock) => {
  const parsed = options.safeParse(given);
  const address = sinkOf(uri);
  const bad = parsed.success ? (address.ok ? null : address) : fail('bad-input', `options of the loudspeaker: cannot use ${parsed.error.issues.map((issue) => (issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : issue.path.join('.'))).join(', ')}`);
  if (bad !== null || !parsed.success || !address.ok) {
    const answer = () => Promise.resolve(bad ?? SILENT_HOST);
    return { deviceClass: 'sound', open: answer, run: answer, close: () => Promise.resolve() };
  }
  const settings = parsed.data;
  const toFile = address.value === null ? null : fileOutput(address.value);
  const sink = settings.sink === undefined ? null : fileOutput(settings.sink);
  const run = programRunner(programsOf(clock));
  const log = createSoundLog();
  const jobs = new Map<number, Job>();
  const running = new Set<Promise<void>>();
  let closed = new AbortController();
  let lastId = 0;
  let state = QUEUE_START;
  let host: Host | null = null;
  let voicesAt = 0;
  /** Does the mixer stand at the limit? Not known of one that this driver has not set: whoever spoke before may have died over it. */
  let atLimit = false;
  let restoring: Promise<void> = Promise.resolve();

  const toLimit = async (mixer: Mixer, signal?: AbortSignal): Promise<void> => {
    const tooLong = AbortSignal.timeout(MIXER_MS);
    atLimit = await mixer.set(settings.limit, signal === undefined ? tooLong : AbortSignal.any([signal, tooLong]));
  };

  const look = async (signal: AbortSignal): Promise<Host> => {
    const output = toFile ?? (await findOutput(run, signal)) ?? sink;
    const heard = output !== null && output.name !== 'file';
    const [mixer, voices] = await Promise.all([heard ? findMixer(run, settings.control, signal) : null, lookForVoices(heard && settings.voices.includes('host-voice'), signal)]);
    return { output, mixer, voices };
  };
  const mute = ({ espeak, host: hosts }: Voices): string[] => settings.languages.filter((language) => voiceFor(espeak, language) === null && voiceFor(hosts, language) === null);
  const lookForVoices = async (withHost: boolean, signal: AbortSignal): Promise<Voices> => {
    if (host !== null && mute(host.voices).length === 0 && clock.now() - voicesAt < VOICES_MS) return host.voices;
    const voices = await findVoices(run, signal, withHost);
    if (!signal.aborted) voicesAt = clock.now();
    return voices;
  };
  const known = async (signal: AbortSignal): Promise<Host> => {
    if (host !== null) return host;
    const found = await look(signal);
    // What was broken off found nothing, which proves nothing.
    if (!signal.aborted) host = found;
    return found;
  };

  /** A program of the host may hang like any other device: what was begun for a command ends with it. */
  const bounded = async <T>({ signal, deadlineMs }: CommandContext, work: (signal: AbortSignal) => Promise<Result<T>>): Promise<Result<T>> => {
    const stop = new AbortController();
    const over = new AbortController();
    let end: Result<never> | null = null;
    const cancel = (): void => {
      end ??= fail('cancelled', 'the command was cancelled');
      stop.abort();
    };
    const whole = closed.signal;
    for (const one of [signal, whole]) one.addEventListener('abort', cancel, { once: true });
    if (signal.aborted) cancel();
    void after(clock, deadlineMs, over.signal, () => {
      end ??= fail('timed-out', 'the programs of this host did not answer in time');
      stop.abort();
    });
    const result = await work(stop.signal);
    over.abort();
    for (const one of [signal, whole]) one.removeEventListener('abort', cancel);
    return end ?? result;
  };

  const speech: Speech = createSpeech(run, { clips: settings.clips ?? null, order: settings.voices });

  /** Says one sentence: the volume before, the sound, and the limit again after. */
  const speak = async ({ sentence, abort, started }: Job): Promise<{ by: Speaker | null; result: Result<{ by: Speaker; ms: number }> }> => {
    const { signal } = abort;
    const { output, mixer, voices } = await known(signal);
    if (signal.aborted) return { by: null, result: fail('cancelled', 'the sentence was not said') };
    if (output === null) return { by: null, result: SILENT_HOST };
    const share = sentence.volume ?? 1;
    const found = await speech.find(sentence, voices, signal);
    if (!found.ok) return { by: null, result: found };
    const { by, make } = found.value;
    const level = settings.limit * share;
    if (mixer !== null) {
      await restoring;
      atLimit = false;
      await mixer.set(level, signal);
    }
    started();
    const began = clock.now();
    // Where a mixer stands before it, the samples stay as they are.
    const said = await make(output, mixer === null ? level / 100 : 1, signal);
    // Also after a cancel: whoever comes next finds the limit.
    if (mixer !== null) await toLimit(mixer);
    return { by, result: said.ok ? ok({ by, ms: Math.round(output.name === 'file' ? said.value.ms : Math.max(0, clock.now() - began)) }) : said };
  };

  const start = async (id: number, job: Job): Promise<void> => {
    const began = clock.now();
    const { by, result } = await speak(job);
    const { text, language } = job.sentence;
    const ms = result.ok ? result.value.ms : Math.round(Math.max(0, clock.now() - began));
    log.add({ at: new Date().toISOString(), text: job.sentence.private === true ? null : text, language, by, ms, outcome: result.ok ? 'said' : result.fault.code });
    jobs.delete(id);
    job.ended(result);
    handle({ type: 'ended', id });
  };

  const handle = (input: QueueInput): void => {
    const step = queueNext(state, input);
    state = step.state;
    for (const effect of step.effects) {
      const job = jobs.get(effect.id);
      if (job === undefined) continue;
      if (effect.type === 'start') {
        const work = start(effect.id, job);
        running.add(work);
        void work.finally(() => running.delete(work));
      } else if (effect.type === 'stop') job.abort.abort();
      else {
        jobs.delete(effect.id);
        job.ended(effect.type === 'refuse' ? fail('busy', 'too many sentences wait to be said') : fail('cancelled', 'the sentence was not said'));
      }
    }
  };

  const enqueue = (sentence: Sentence, more: Pick<Job, 'started' | 'ended'>): number => {
    lastId += 1;
    jobs.set(lastId, { sentence, abort: new AbortController(), ...more });
    handle({ type: 'say', id: lastId });
    return lastId;
  };

  const statusNow = async (signal: AbortSignal): Promise<Result<DeviceStatus>> => {
    const found = await look(signal);
    host = signal.aborted ? null : found;
    const { output, mixer, voices } = found;
    if (output === null) return SILENT_HOST;
    if (mixer !== null && !atLimit && state.speaking === null) {
      restoring = toLimit(mixer, signal);
      await restoring;
    }
    const missing = mute(voices);
    const conditions: Condition[] = missing.length === 0 ? [] : [condition('voice-missing', 'warning', missing.join(', '))];
    return ok({ online: true, component: state.speaking === null ? 'ready' : 'busy', media: 'no-sensor', conditions, supplies: [], model: output.name });
  };

  const handlers: CommandHandlers<'sound'> = {
    status: (_input, context) => bounded(context, statusNow),
    say: (input, context: CommandContext, onProgress) =>
      new Promise((resolve) => {
        const over = new AbortController();
        const cancel = (): void => handle({ type: 'cancel', id });
        let late = false;
        onProgress?.({ step: 'queued' });
        const id = enqueue(input, {
          started: () => onProgress?.({ step: 'started' }),
          ended: (result) => {
            over.abort();
            context.signal.removeEventListener('abort', cancel);
            resolve(late && !result.ok ? fail('timed-out', 'the sentence was not said in time') : result);
          },
        });
        if (over.signal.aborted) return;
        context.signal.addEventListener('abort', cancel, { once: true });
        if (context.signal.aborted) cancel();
        void after(clock, context.deadlineMs, over.signal, () => {
          late = true;
          cancel();
        });
      }),
    queue: (input) => {
      const ahead = state.waiting.length + (state.speaking === null ? 0 : 1);
      let refused: Result<never> | null = null;
      enqueue(input, {
        started: () => {},
        ended: (result) => {
          if (!result.ok) refused = result;
        },
      });
      return Promise.resolve(refused ?? ok({ ahead }));
    },
    hush: () => {
      const dropped = state.waiting.length + (state.speaking === null ? 0 : 1);
      handle({ type: 'hush' });
      return Promise.resolve(ok({ dropped }));
    },
    log: () => Promise.resolve(ok({ entries: log.entries() })),
    volume: (_input, context) =>
      bounded(context, async (signal) => {
        const { mixer } = await known(signal);
        return ok({ limit: settings.limit, mixer: mixer?.name ?? null, level: mixer === null ? null : await mixer.level(signal) });
      }),
  };

  return {
    deviceClass: 'sound',
    open: (context) => bounded(context, statusNow),
    run: (command, input, context, onProgress) => handlers[command](input, context, onProgress),
    close: async () => {
      handle({ type: 'hush' });
      closed.abort();
      await Promise.all(running);
      closed = new AbortController();
      host = null;
      atLimit = false;
    },
  };
};
