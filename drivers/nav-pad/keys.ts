/** Keys of a navigation pad, as data: usages of HID page 7 in hexadecimal. Arrows and Enter, and the same places of a numeric keypad. */
import { z } from 'zod';

export const NAV_KEYS = ['up', 'down', 'left', 'right', 'confirm'] as const;
export type NavKey = (typeof NAV_KEYS)[number];

export const NAV_USAGES: Readonly<Record<string, NavKey>> = {
  '52': 'up',
  '51': 'down',
  '50': 'left',
  '4f': 'right',
  '28': 'confirm',
  '60': 'up',
  '5a': 'down',
  '5c': 'left',
  '5e': 'right',
  '5d': 'confirm',
  '58': 'confirm',
};

export const navKeys = z.record(z.string().regex(/^[0-9a-f]{2}$/), z.enum(NAV_KEYS));
