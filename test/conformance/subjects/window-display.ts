import { systemDriverClock } from '../../../drivers/index.ts';
import { startWindowDisplayEmulator } from '../../../drivers/window-display/emulator.ts';
import { BOARD_FAMILIES, BOARD_PROFILES, type BoardFamily } from '../../../drivers/window-display/profiles.ts';
import { subject, type Subject } from '../subject.ts';

const NUMBER = 'A001';
const COUNTER = '3';
const ARRIVES_MS = 2_000;

/** Boards before and behind the one that is worked with. */
const LINE = [{ board: 1, counter: '2' }, { board: 2, counter: '3' }, { board: 3, counter: '4' }];

/** @param boards of its line; the work is done on the one above counter 3, or on the only one */
const windowDisplay = (profile: BoardFamily, boards?: typeof LINE): Subject =>
  subject({
    name: `window-display ${profile}${boards === undefined ? '' : ` line of ${boards.length}`}`,
    deviceClass: 'window-display',
    transports: ['serial', 'tcp'],
    inShort: boards !== undefined ? ['tcp'] : profile === 'am03127' ? ['serial'] : BOARD_PROFILES[profile].answers ? [] : ['tcp'],
    workName: 'show',
    neverAnswers: !BOARD_PROFILES[profile].answers,
    work: (driver, context) => driver.run('show', { number: NUMBER, counter: COUNTER }, context),
    start: async (listen) => {
      const emulator = await startWindowDisplayEmulator({ listen, profile, ...(boards === undefined ? {} : { boards }) });
      const worked = boards?.find(({ counter }) => counter === COUNTER)?.board;
      return {
        emulator,
        // Dark before each work: what it shows is what it was told now.
        prepare: () => {
          emulator.powerOff();
          emulator.powerOn();
        },
        accepts: async () => {
          // Number boards show digits alone.
          const shows = (): boolean => emulator.shown(worked)?.includes(NUMBER.slice(1)) === true;
          const began = performance.now();
          // The driver of a board that answers nothing is done when the bytes are handed over, and to one that answers by an echo the late echo of
          // the same number says the same: the board gets the bytes a moment later.
          while (!shows() && performance.now() - began < ARRIVES_MS) await systemDriverClock.sleep(5);
          return shows();
        },
      };
    },
  });

export const windowDisplays: readonly Subject[] = [...BOARD_FAMILIES.map((profile) => windowDisplay(profile)), windowDisplay('am03127', LINE)];
