/** Devices that programs of the host reach: SANE's own test scanner through scanimage, and a loudspeaker through a voice and a player. */
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sameValue } from '../same-value.ts';
import { subject } from '../subject.ts';

const NO_NOISE = 'a program is given arguments and a text, not a line on which there could be noise';
const SHEETS = 2;
/** SANE_STATUS_IO_ERROR: what scanimage ends with when its scanner goes away. */
const IO_ERROR = 9;
const SCANNER = 'test:0';

const plain = (uri: string, close: () => Promise<void>) => ({
  uri,
  faults: [],
  inject: (fault: string | null) => {
    if (fault !== null) throw new RangeError('a program plays no faults');
  },
  close,
});

export const saneScanner = subject({
  name: 'scanner sane',
  deviceClass: 'scanner',
  transports: ['program'],
  workName: 'scan',
  workMs: 20_000,
  workEvery: 100,
  // scanimage is asked to end and gets three seconds for it.
  graceMs: 4_500,
  whenCut: ['not-responding', 'bad-frame'],
  noNoiseToDevice: NO_NOISE,
  // Each look asks the scanner.
  options: { lookMs: 0 },
  work: (driver, context) => driver.run('scan', { source: 'feeder', color: 'gray', resolution: 200, maxPages: SHEETS }, context),
  start: async () => {
    let plugged = true;
    const plug = (one: boolean) => async (): Promise<void> => {
      plugged = one;
    };
    return {
      emulator: plain(`sane:${SCANNER}`, () => Promise.resolve()),
      prepare: () => undefined,
      accepts: (value) => sameValue(value, { pages: SHEETS }),
      behind: {
        env: {},
        endsWith: () => IO_ERROR,
        // The back end's scanners cannot be unplugged: while this one is, scanimage is sent to one that is not there.
        asks: (args) => args.map((arg) => (arg === SCANNER && !plugged ? 'test:99' : arg)),
        unplug: plug(false),
        replug: plug(true),
      },
    };
  },
});

export const loudspeaker = subject({
  deviceClass: 'sound',
  transports: ['program'],
  workName: 'say',
  whenCut: ['device-fault'],
  noNoiseToDevice: NO_NOISE,
  queues: 'a loudspeaker has a queue: a second sentence waits its turn, and status answers meanwhile',
  options: { languages: ['en'] },
  work: (driver, context) => driver.run('say', { text: 'one', language: 'en' }, context),
  start: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'conformance-sound-'));
    const cards = join(folder, 'cards');
    const played = join(folder, 'played');
    const there = (one: boolean): Promise<void> => writeFile(cards, one ? 'card 0: Generic [HD-Audio Generic], device 0\n' : '');
    const programs = {
      // A player as of a host with one sound card, and no other way to hear or to set anything.
      aplay: `if [ "$1" = -l ]; then cat ${cards}; exit 0; fi\n[ -s ${cards} ] || exit 1\ncat > /dev/null && echo said >> ${played}`,
      pactl: 'exit 1',
      amixer: 'exit 1',
      'spd-say': 'exit 1',
    };
    for (const [name, script] of Object.entries(programs)) {
      await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
      await chmod(join(folder, name), 0o755);
    }
    await there(true);
    return {
      emulator: plain('sound:default', () => rm(folder, { recursive: true, force: true })),
      prepare: () => writeFile(played, ''),
      accepts: (value) => typeof value === 'object' && value !== null && 'by' in value && value.by === 'espeak-ng',
      effects: () => readFileSync(played, 'utf8').split('\n').length - 1,
      behind: {
        env: { PATH: `${folder}:${process.env['PATH'] ?? ''}` },
        endsWith: (command) => (command === 'aplay' ? 1 : null),
        unplug: () => there(false),
        replug: () => there(true),
      },
    };
  },
});
