import { startCallPadEmulator } from '../../../drivers/call-pad/emulator.ts';
import { subject } from '../subject.ts';

export const callPad = subject({
  deviceClass: 'call-pad',
  transports: ['serial', 'tcp'],
  inShort: ['tcp'],
  workName: 'read',
  oneWay: true,
  work: (driver, context) => driver.run('read', undefined, context),
  start: async (listen) => {
    const emulator = await startCallPadEmulator({ listen });
    let counter = 0;
    return {
      emulator,
      prepare: () => undefined,
      // Another counter's pad each time: a repetition of the same key on one pad within a moment is one press.
      person: () => {
        counter = (counter % 200) + 1;
        emulator.press('next', counter);
      },
      accepts: (value) => typeof value === 'object' && value !== null && 'key' in value && value.key === 'next',
    };
  },
});
