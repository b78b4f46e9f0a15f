/** `device id-card read|present`. */
import type { ClassCli } from '../bin/class-cli.ts';
import { say } from '../bin/output.ts';
import { ok, type IdCard } from '../contract.ts';

const withoutPhoto = ({ photo, ...card }: IdCard) => ({ ...card, photoBytes: photo?.length ?? 0 });

export const idCardCli: ClassCli<'id-card'> = {
  commands: {
    read: async (device, _options, context) => {
      const card = await device.run('read', undefined, context(), () => say('card found, reading'));
      return card.ok ? ok(withoutPhoto(card.value)) : card;
    },
    present: (device, _options, context) => device.run('present', undefined, context()),
  },
};
