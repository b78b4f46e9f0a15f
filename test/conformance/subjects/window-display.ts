import { startWindowDisplayEmulator } from '../../../drivers/window-display/emulator.ts';
import type { BoardFamily } from '../../../drivers/window-display/profiles.ts';
import { subject, type Subject } from '../subject.ts';

const NUMBER = 'A001';

const windowDisplay = (profile: BoardFamily): Subject =>
  subject({
    name: `window-display ${profile}`,
    deviceClass: 'window-display',
    transports: profile === 'am03127' ? ['serial', 'tcp'] : ['tcp'],
    inShort: profile === 'am03127' ? ['serial'] : [],
    workName: 'show',
    work: (driver, context) => driver.run('show', { number: NUMBER, counter: '3' }, context),
    start: async (listen) => {
      const emulator = await startWindowDisplayEmulator({ listen, profile });
      return {
        emulator,
        prepare: () => undefined,
        // Number boards show digits alone.
        accepts: () => emulator.shown()?.includes(NUMBER.slice(1)) === true,
      };
    },
  });

/** The two families that answer. Of the others nothing comes back, so there is nothing that a broken wire could change. */
export const windowDisplays: readonly Subject[] = (['am03127', 'sunpn'] as const).map(windowDisplay);
