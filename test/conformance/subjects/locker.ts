import { startLockerEmulator } from '../../../drivers/locker/emulator.ts';
import { PROFILE_NAMES, PROFILES, type ProfileName } from '../../../drivers/locker/profiles.ts';
import { subject, type Subject } from '../subject.ts';

const CELL = 3;

/** Of boards that are asked door by door: each look at sixteen doors would be thirty-two messages. */
const FEW_CELLS = 4;

const locker = (profile: ProfileName): Subject => {
  const board = PROFILES[profile].boards.least;
  const doors = PROFILES[profile].family.asksAll ? {} : { cells: FEW_CELLS };
  return subject({
    name: `locker ${profile}`,
    deviceClass: 'locker',
    transports: ['serial', 'tcp'],
    inShort: profile === PROFILE_NAMES[0] ? ['tcp'] : [],
    workName: 'open',
    // Once a lock was pulsed, its door is asked for until the time is over, also by a line that has to come back first.
    workMs: 2_500,
    whenCut: ['timed-out', 'not-responding', 'cell-stuck'],
    // Each waits more than half a second for the bolt: the suite counts what stays behind, not bolts.
    workEvery: 100,
    work: (driver, context) => driver.run('open', { board, cell: CELL }, context),
    start: async (listen) => {
      const emulator = await startLockerEmulator({ listen, profile, ...doors });
      let before = 0;
      return {
        emulator,
        prepare: () => {
          emulator.closeDoor(board, CELL);
          before = emulator.pulses.length;
        },
        accepts: (value) => JSON.stringify(value).includes('"door":"open"') && emulator.isOpen(board, CELL),
        // A lock is pulsed once and then asked, whatever happens on the line.
        effects: () => emulator.pulses.length - before,
      };
    },
  });
};

export const lockers: readonly Subject[] = PROFILE_NAMES.map(locker);
