/** Where the rare characters' fonts lie. Apart from the fonts themselves, so that the agent's own thread loads none. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where Debian's fonts-hanazono puts its files. */
export const HANAZONO_FOLDER = '/usr/share/fonts/truetype/hanazono';

/** Path of one font that the citizen's screen may fall back to for characters of the rarer planes; null where it is not installed. */
export const rareFontFile = (fontsDir: string = HANAZONO_FOLDER): string | null => {
  const file = join(fontsDir, 'HanaMinB.ttf');
  return existsSync(file) ? file : null;
};
