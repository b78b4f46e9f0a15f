import { startSignalsEmulator } from '../../../drivers/signals/emulator.ts';
import { subject } from '../subject.ts';

const RELAY = 2;

export const signals = subject({
  deviceClass: 'signals',
  transports: ['serial', 'tcp'],
  inShort: ['serial'],
  workName: 'set',
  options: { outputs: { card: 0, slip: RELAY }, inputs: { presence: 1 } },
  work: (driver, context) => driver.run('set', { output: 'slip', to: 'on' }, context),
  start: async (listen) => {
    const emulator = await startSignalsEmulator({ listen });
    return {
      emulator,
      prepare: () => emulator.restart(),
      accepts: () => emulator.relay(RELAY),
    };
  },
});
