import { startSignalsEmulator } from '../../../drivers/signals/emulator.ts';
import { subject, type Subject, type Transport } from '../subject.ts';

const RELAY = 2;

interface Make {
  name: string;
  /** Frames of a serial line through a device server that knows nothing of them. */
  rtu: boolean;
  transports: readonly Transport[];
  inShort: readonly Transport[];
}

const MAKES: readonly Make[] = [
  { name: 'signals', rtu: false, transports: ['serial', 'tcp'], inShort: ['serial'] },
  { name: 'signals rtu', rtu: true, transports: ['tcp'], inShort: ['tcp'] },
];

const signalBoard = ({ name, rtu, transports, inShort }: Make): Subject =>
  subject({
    name,
    deviceClass: 'signals',
    transports,
    inShort,
    workName: 'set',
    options: { outputs: { card: 0, slip: RELAY }, inputs: { presence: 1 } },
    work: (driver, context) => driver.run('set', { output: 'slip', to: 'on' }, context),
    start: async (listen) => {
      const emulator = await startSignalsEmulator({ listen, rtu });
      return {
        emulator,
        prepare: () => emulator.restart(),
        accepts: () => emulator.relay(RELAY),
      };
    },
  });

export const signals: readonly Subject[] = MAKES.map(signalBoard);
