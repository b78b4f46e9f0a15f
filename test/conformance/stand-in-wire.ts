/**
 * The programs of a host's loudspeaker, before the real ones on the path of a device host: a player and a mixer as of a host with one
 * sound card, and the real voice. That one of them begins and that it ends are messages, and it breaks at the one that it is told.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StepWire } from './steps.ts';

export interface StandIns {
  wire: StepWire;
  /** For the program that starts them. */
  env: Readonly<Record<string, string>>;
  /** Percent that the mixer stands at. */
  level(): number;
  /** Sentences that were played to their end since the last call of `forget`. */
  played(): number;
  forget(): void;
}

const CARD = 'card 0: Generic [HD-Audio Generic], device 0\n';
/** How often a program that hangs looks whether its card is gone, in seconds. */
const LOOK_S = 0.05;

/** What every program of the folder `at` begins with. */
const prelude = (at: string): string => `#!/bin/sh
PATH='${process.env['PATH'] ?? ''}'
cd '${at}' || exit 1
hang() { while [ -e hanging ]; do sleep ${LOOK_S}; done; exit 1; }
gone() { [ -s cards ] || { echo 'no soundcards found...' >&2; exit 1; }; }
message() {
  passed=$(($(cat passed) + 1))
  echo $passed > passed
  read -r number act < armed || return 0
  [ $passed -ge $number ] || return 0
  : > armed
  : > happened
  if [ $act = cut ]; then : > cards; exit 1; fi
  : > hanging
  hang
}
[ -e hanging ] && hang
`;

const PROGRAMS: Readonly<Record<string, string>> = {
  aplay: 'if [ "$1" = -l ]; then cat cards; exit 0; fi\nmessage\ngone\ncat > /dev/null\necho said >> played\nmessage',
  amixer: 'gone\nif [ "$2" = sget ]; then echo "Mono: [$(cat level)]"; exit 0; fi\nmessage\necho "$5" > level\nmessage',
  'espeak-ng': 'if [ "$1" = --voices ]; then exec espeak-ng "$@"; fi\nmessage\nespeak-ng "$@" || exit 1\nmessage',
  pactl: 'exit 1',
  'spd-say': 'exit 1',
};

/** @param dir of the programs and of what they keep; there is none yet */
export const startStandIns = (dir: string): StandIns => {
  const bin = join(dir, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const [name, script] of Object.entries(PROGRAMS)) {
    writeFileSync(join(bin, name), `${prelude(dir)}${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const keep = (name: string, text: string): void => writeFileSync(join(dir, name), text);
  const kept = (name: string): string => readFileSync(join(dir, name), 'utf8');
  const card = (text: string) => (): Promise<void> => {
    rmSync(join(dir, 'hanging'), { force: true });
    keep('cards', text);
    return Promise.resolve();
  };
  keep('passed', '0\n');
  keep('armed', '');
  keep('level', '100%\n');
  keep('played', '');
  keep('cards', CARD);
  return {
    wire: {
      uri: 'sound:default',
      arm: (next) => {
        rmSync(join(dir, 'happened'), { force: true });
        keep('passed', '0\n');
        keep('armed', next === null ? '' : `${next.at} ${next.act}\n`);
        return Promise.resolve();
      },
      happened: () => existsSync(join(dir, 'happened')),
      passed: () => Number(kept('passed')),
      unplug: card(''),
      replug: card(CARD),
      close: () => Promise.resolve(),
    },
    env: { PATH: `${bin}:${process.env['PATH'] ?? ''}` },
    level: () => Number.parseInt(kept('level'), 10),
    played: () => kept('played').split('\n').length - 1,
    forget: () => keep('played', ''),
  };
};
