import { startIdCardEmulator } from '../../../drivers/id-card/emulator.ts';
import { specimen, SPECIMENS } from '../../../drivers/id-card/specimens.ts';
import { sameValue } from '../same-value.ts';
import { subject } from '../subject.ts';

export const idCard = subject({
  deviceClass: 'id-card',
  transports: ['serial', 'tcp', 'hid'],
  inShort: ['serial', 'tcp'],
  workName: 'read',
  work: (driver, context) => driver.run('read', undefined, context),
  start: async (listen) => {
    const emulator = await startIdCardEmulator({ listen });
    const laid = specimen('resident') ?? SPECIMENS[0]!;
    return {
      emulator,
      prepare: () => emulator.layCard(laid),
      nobody: () => emulator.liftCard(),
      accepts: (value) => sameValue(value, laid.card),
    };
  },
});
