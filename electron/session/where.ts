/** Where a device stands, in the terminal file's words. */
import type { Text } from '../../kiosk-config/index.ts';
import type { SessionEnv } from './state.ts';

export const whereIs = (env: Pick<SessionEnv, 'terminal'>, deviceClass: string): Text => env.terminal.devices.find((device) => device.class === deviceClass)?.where ?? { zh: '本机', en: 'this terminal' };
