/** `device id-card read|present|newAddress|module`. */
import type { ClassCli } from '../bin/class-cli.ts';
import { say } from '../bin/output.ts';
import { ok, type IdCard } from '../contract.ts';
import { isExpired } from './numbers.ts';

/** Local date, ISO. */
const localDay = (at: Date): string => [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0')).join('-');

const withoutPhoto = ({ photo, ...card }: IdCard) => ({ ...card, expired: isExpired(card, localDay(new Date())), photoBytes: photo?.length ?? 0 });

export const idCardCli: ClassCli<'id-card'> = {
  commands: {
    read: async (device, _options, context) => {
      const card = await device.run('read', undefined, context(), () => say('card found, reading'));
      return card.ok ? ok(withoutPhoto(card.value)) : card;
    },
    present: (device, _options, context) => device.run('present', undefined, context()),
    newAddress: (device, _options, context) => device.run('newAddress', undefined, context()),
    module: (device, _options, context) => device.run('module', undefined, context()),
  },
};
