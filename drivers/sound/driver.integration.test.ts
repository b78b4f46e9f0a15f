/** Real espeak-ng into files; the host's player, mixer and voice as programs in their place. */
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemDriverClock } from '../clock.ts';
import { decodeWav, durationMs, encodeWav, loudness } from './codec.ts';
import { createSoundDriver } from './driver.ts';
import { fileOutput, MOST_SAID_BYTES } from './output.ts';
import { callClip, callSentence } from './sentences.ts';

const context = (deadlineMs = 20_000) => ({ signal: new AbortController().signal, deadlineMs });
const PATH = process.env['PATH'] ?? '';
const CALL = { number: 'A012', counter: '3', recall: false };
let folder = '';
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sound-'));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  process.env['PATH'] = PATH;
  await rm(folder, { recursive: true, force: true });
});

const driverOf = (uri: string, options: Record<string, unknown> = {}) => {
  const driver = createSoundDriver(uri, options, systemDriverClock);
  closing.push(() => driver.close());
  return driver;
};
const toFiles = (options: Record<string, unknown> = {}) => driverOf(`sound:file:${join(folder, 'said')}`, options);
const said = async () => {
  const names = (await readdir(join(folder, 'said'))).sort();
  return Promise.all(names.map(async (name) => decodeWav(await readFile(join(folder, 'said', name)))!));
};
const tone = (ms: number) => encodeWav({ rate: 22_050, channels: 1, samples: Int16Array.from({ length: Math.round(22.05 * ms) }, (_one, at) => 8000 * Math.sin(at / 6)) });

describe('a folder in place of a loudspeaker', () => {
  const second = { rate: 22_050, channels: 1, samples: new Int16Array(22_050).fill(100) };
  const signal = new AbortController().signal;

  test('keeps the newest sentences, three megabytes of them, for however long it is spoken into', async () => {
    const output = fileOutput(join(folder, 'said'));
    for (let sentence = 0; sentence < 90; sentence += 1) expect(await output.play(second, signal)).toMatchObject({ ok: true });
    const names = (await readdir(join(folder, 'said'))).sort();
    expect(names.at(-1)).toBe('0090.wav');
    expect(names.length).toBe(Math.floor(MOST_SAID_BYTES / encodeWav(second).byteLength));
  });

  test('goes on behind what lies there from before, and never says over it', async () => {
    await fileOutput(join(folder, 'said')).play(second, signal);
    await fileOutput(join(folder, 'said')).play(second, signal);
    expect((await readdir(join(folder, 'said'))).sort()).toEqual(['0001.wav', '0002.wav']);
  });
});

describe('espeak-ng', () => {
  test.each(['zh', 'en'] as const)('says a call in %s, long enough and loud enough to be one', async (language) => {
    const driver = toFiles();
    expect(await driver.open(context())).toMatchObject({ ok: true, value: { component: 'ready', conditions: [] } });
    const result = await driver.run('say', { text: callSentence(CALL, language), language }, context());
    expect(result).toMatchObject({ ok: true, value: { by: 'espeak-ng' } });
    const [sound] = await said();
    expect(durationMs(sound!)).toBeGreaterThan(1500);
    expect(durationMs(sound!)).toBeLessThan(15_000);
    expect(loudness(sound!)).toBeGreaterThan(0.01);
  });

  test('a language that nobody speaks here is a condition, and a fault of the sentence', async () => {
    const driver = toFiles({ languages: ['zh', 'ug', 'xx'] });
    expect(await driver.open(context())).toMatchObject({ ok: true, value: { conditions: [{ code: 'voice-missing', severity: 'warning', remedy: 'maintain', original: expect.stringContaining('xx') as string }] } });
    expect(await driver.run('say', { text: 'salem', language: 'xx' }, context())).toMatchObject({ ok: false, fault: { code: 'voice-missing' } });
    expect(await driver.run('log', undefined, context())).toMatchObject({ value: { entries: [{ language: 'xx', by: null, outcome: 'voice-missing' }] } });
  });

  test('without espeak-ng every language is missing', async () => {
    process.env['PATH'] = folder;
    expect(await toFiles().open(context())).toMatchObject({ ok: true, value: { conditions: [{ code: 'voice-missing', original: 'zh, en' }] } });
  });

  test('text that looks like an option or like phonemes is only text', async () => {
    const driver = toFiles();
    for (const text of ['--help', '[[x]] -v nobody']) expect(await driver.run('say', { text, language: 'en' }, context())).toMatchObject({ ok: true });
    for (const sound of await said()) expect(loudness(sound)).toBeGreaterThan(0);
  });
});

describe('the queue', () => {
  test('says one after another in their order, and the log tells what, when and by whom', async () => {
    const driver = toFiles();
    const steps: string[] = [];
    const all = ['one', 'two', 'three'].map((text) => driver.run('say', { text, language: 'en' }, context(), ({ step }) => steps.push(`${text} ${step}`)));
    expect(await driver.run('queue', { text: 'four', language: 'en' }, context())).toEqual({ ok: true, value: { ahead: 3 } });
    await Promise.all(all);
    expect(await driver.run('say', { text: 'number 110105194912310021', language: 'en' }, context())).toMatchObject({ ok: true });
    expect(await driver.run('say', { text: 'a name', language: 'en', private: true }, context())).toMatchObject({ ok: true });
    const log = await driver.run('log', undefined, context());
    expect(log.ok && log.value.entries.map(({ text, by, outcome }) => [text, by, outcome])).toEqual(['one', 'two', 'three', 'four', `number ${'*'.repeat(18)}`, null].map((text) => [text, 'espeak-ng', 'said']));
    expect(steps.indexOf('two started')).toBeGreaterThan(steps.indexOf('one started'));
    expect(await said()).toHaveLength(6);
  });

  test('a recording is preferred, and what is missing of it is spoken', async () => {
    const clips = join(folder, 'clips');
    await mkdir(join(clips, 'zh'), { recursive: true });
    for (const id of new Set(callClip(CALL).split('+'))) await writeFile(join(clips, 'zh', `${id}.wav`), tone(100));
    const driver = toFiles({ clips });
    const text = callSentence(CALL, 'zh');
    expect(await driver.run('say', { text, language: 'zh', clip: callClip(CALL) }, context())).toEqual({ ok: true, value: { by: 'clip', ms: expect.closeTo(800, -1) as number } });
    expect(await driver.run('say', { text, language: 'zh', clip: callClip({ ...CALL, number: 'B9' }) }, context())).toMatchObject({ ok: true, value: { by: 'espeak-ng' } });
    await writeFile(join(clips, 'zh', 'please.wav'), 'no sound at all');
    expect(await driver.run('say', { text, language: 'zh', clip: callClip(CALL) }, context())).toMatchObject({ ok: true, value: { by: 'espeak-ng' } });
  });

  test('without a mixer the samples keep the limit, and a sentence may be quieter', async () => {
    const clips = join(folder, 'clips');
    await mkdir(clips);
    await writeFile(join(clips, 'tone.wav'), tone(200));
    const full = loudness(decodeWav(tone(200))!);
    const driver = toFiles({ clips, limit: 50 });
    for (const volume of [1, 0.5]) await driver.run('say', { text: 'x', language: 'en', clip: 'tone', volume }, context());
    expect((await said()).map((sound) => loudness(sound) / full)).toEqual([expect.closeTo(0.5, 2), expect.closeTo(0.25, 2)]);
    expect(await driver.run('volume', undefined, context())).toEqual({ ok: true, value: { limit: 50, mixer: null, level: null } });
  });
});

/** Programs of a host with a sound card: what they were told lies in files. */
const hostWith = async (programs: Record<string, string>) => {
  const bin = join(folder, 'bin');
  await mkdir(bin);
  for (const [name, script] of Object.entries({ pactl: 'exit 1', 'spd-say': 'exit 1', ...programs })) {
    await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(bin, name), 0o755);
  }
  process.env['PATH'] = `${bin}:${PATH}`;
};
const APLAY = (play: string) => `if [ "$1" = -l ]; then echo "card 0: Generic [HD-Audio Generic], device 0"; exit 0; fi\n${play}`;
const AMIXER = () => `if [ "$2" = sget ]; then echo "Mono: [$(cat ${folder}/level)]"; else echo "$5" > ${folder}/level; echo "$5" >> ${folder}/levels; fi`;
const until = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
};

describe('a host', () => {
  test('plays through its player, and its volume stands at the limit after each use', async () => {
    await writeFile(join(folder, 'level'), '100%');
    await hostWith({ aplay: APLAY(`cat > ${folder}/played.wav`), amixer: AMIXER() });
    const driver = driverOf('sound:default', { limit: 60 });
    expect(await driver.open(context())).toMatchObject({ ok: true, value: { model: 'aplay' } });
    expect(await driver.run('say', { text: 'hello', language: 'en', volume: 0.5 }, context())).toMatchObject({ ok: true, value: { by: 'espeak-ng' } });
    expect(await readFile(join(folder, 'levels'), 'utf8')).toBe('60%\n30%\n60%\n');
    expect(loudness(decodeWav(await readFile(join(folder, 'played.wav')))!)).toBeGreaterThan(0.01);
    expect(await driver.run('volume', undefined, context())).toEqual({ ok: true, value: { limit: 60, mixer: 'amixer', level: 60 } });
  });

  test('that died in the middle of a sentence left the volume low: it stands at the limit when the next one opens', async () => {
    await writeFile(join(folder, 'level'), '30%');
    await hostWith({ aplay: APLAY('cat > /dev/null'), amixer: AMIXER() });
    const driver = driverOf('sound:default', { limit: 60 });
    expect(await driver.open(context())).toMatchObject({ ok: true });
    expect(await driver.run('volume', undefined, context())).toEqual({ ok: true, value: { limit: 60, mixer: 'amixer', level: 60 } });
  });

  test('whose mixer hangs after a sentence is set to the limit by the next look, and only once', async () => {
    await writeFile(join(folder, 'level'), '100%');
    await hostWith({ aplay: APLAY(`cat > /dev/null; touch ${folder}/stuck`), amixer: `if [ "$5" = 60% ] && [ -e ${folder}/stuck ]; then exec sleep 60; fi\n${AMIXER()}` });
    const driver = driverOf('sound:default', { limit: 60 });
    expect(await driver.open(context())).toMatchObject({ ok: true });
    expect(await driver.run('say', { text: 'hello', language: 'en', volume: 0.5 }, context())).toMatchObject({ ok: true });
    expect(await driver.run('volume', undefined, context())).toMatchObject({ value: { level: 30 } });
    await rm(join(folder, 'stuck'));
    for (let look = 0; look < 2; look += 1) expect(await driver.run('status', undefined, context())).toMatchObject({ ok: true });
    expect(await driver.run('volume', undefined, context())).toMatchObject({ value: { level: 60 } });
    expect(await readFile(join(folder, 'levels'), 'utf8')).toBe('60%\n30%\n60%\n');
  });

  test.each(['cancelled', 'timed-out', 'hushed'])('a sentence that is %s is cut off, its player is killed, and the next is said', async (how) => {
    await writeFile(join(folder, 'level'), '100%');
    await hostWith({ aplay: APLAY(`echo $$ > ${folder}/pid; if [ -e ${folder}/quick ]; then exit 0; fi; exec sleep 60`), amixer: AMIXER() });
    const driver = driverOf('sound:default');
    const stop = new AbortController();
    const saying = driver.run('say', { text: 'a long story', language: 'en' }, { signal: stop.signal, deadlineMs: how === 'timed-out' ? 1500 : 60_000 });
    const waiting = driver.run('say', { text: 'behind it', language: 'en' }, context());
    await until(async () => (await readFile(join(folder, 'pid'), 'utf8').catch(() => '')).endsWith('\n'));
    await writeFile(join(folder, 'quick'), '');
    if (how === 'cancelled') stop.abort();
    if (how === 'hushed') await driver.run('hush', undefined, context());
    expect(await saying).toMatchObject({ ok: false, fault: { code: how === 'timed-out' ? 'timed-out' : 'cancelled' } });
    const pid = Number(await readFile(join(folder, 'pid'), 'utf8'));
    expect(await waiting).toMatchObject(how === 'hushed' ? { ok: false, fault: { code: 'cancelled' } } : { ok: true });
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(await readFile(join(folder, 'level'), 'utf8')).toBe('80%\n');
  });

  test('speaks with its own voice where it has one for the language', async () => {
    await hostWith({ aplay: APLAY('cat > /dev/null'), amixer: 'exit 1', 'spd-say': `if [ "$1" = -L ]; then printf 'NAME LANGUAGE VARIANT\\nHuihui zh-CN none\\n'; else echo "$@" > ${folder}/spoken; fi` });
    const driver = driverOf('sound:default');
    expect(await driver.run('say', { text: '您好', language: 'zh' }, context())).toMatchObject({ ok: true, value: { by: 'host-voice' } });
    expect(await readFile(join(folder, 'spoken'), 'utf8')).toBe('--wait -l zh-CN -i -20 -- 您好\n');
    expect(await driver.run('say', { text: 'hello', language: 'en' }, context())).toMatchObject({ ok: true, value: { by: 'espeak-ng' } });
  });

  test.each(['timed-out', 'cancelled'] as const)('whose sound server hangs is told as that in time: a look that is %s ends, and so does a sentence', async (how) => {
    await hostWith({ pactl: 'exec sleep 60', aplay: 'exit 1', amixer: 'exit 1' });
    const driver = driverOf('sound:default');
    for (const command of ['open', 'status', 'volume', 'say'] as const) {
      const stop = new AbortController();
      const given = { signal: stop.signal, deadlineMs: how === 'timed-out' ? 300 : 60_000 };
      const running = command === 'open' ? driver.open(given) : command === 'say' ? driver.run('say', { text: 'x', language: 'en' }, given) : driver.run(command, undefined, given);
      if (how === 'cancelled') stop.abort();
      expect(await running).toMatchObject({ ok: false, fault: { code: how } });
    }
  });

  test('without a loudspeaker is told as that, or its sound goes where the terminal says', async () => {
    await hostWith({ aplay: 'echo "aplay: device_list:274: no soundcards found..." >&2', amixer: 'exit 1' });
    const driver = driverOf('sound:default');
    expect(await driver.open(context())).toMatchObject({ ok: false, fault: { code: 'disconnected' } });
    expect(await driver.run('say', { text: 'hello', language: 'en' }, context())).toMatchObject({ ok: false, fault: { code: 'disconnected' } });
    const sink = driverOf('sound:default', { sink: join(folder, 'last.wav') });
    expect(await sink.open(context())).toMatchObject({ ok: true, value: { model: 'file' } });
    expect(await sink.run('say', { text: 'hello', language: 'en' }, context())).toMatchObject({ ok: true });
    expect(decodeWav(await readFile(join(folder, 'last.wav')))).not.toBeNull();
  });

  test('a player that fails is a fault with its last words', async () => {
    await hostWith({ aplay: APLAY('echo "audio open error: Device or resource busy" >&2; exit 1'), amixer: 'exit 1' });
    expect(await driverOf('sound:default').run('say', { text: 'hello', language: 'en' }, context())).toMatchObject({ ok: false, fault: { code: 'device-fault', original: 'audio open error: Device or resource busy' } });
  });
});

test('addresses and options that are none are bad input', async () => {
  for (const [uri, options] of [['sound:loud', {}], ['sound:file:relative', {}], ['sound:default', { limit: 200 }]] as const) {
    expect(await driverOf(uri, options).open(context())).toMatchObject({ ok: false, fault: { code: 'bad-input' } });
  }
});
