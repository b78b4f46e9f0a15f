/** Where the fonts lie that the citizen's screen falls back to. Apart from the fonts themselves, so that the agent's own thread loads none. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** File of a font that comes as an npm package. */
export const npmFont = (name: string, family: string, weight: '400Regular' | '700Bold'): string => join(dirname(require.resolve(`@expo-google-fonts/${name}/package.json`)), weight, `${family}_${weight}.ttf`);

/** Where Debian's fonts-hanazono puts its files. */
export const HANAZONO_FOLDER = '/usr/share/fonts/truetype/hanazono';

/** Main block and extension A whole: the screen's own web fonts hold only the Hanzi that pages commonly use. */
export const hanFontFile = (): string => npmFont('noto-sans-sc', 'NotoSansSC', '400Regular');

/** The rarer planes: Hanazono where it is installed, else the npm font that has the best known of them (𠮷). */
export const rareFontFile = (fontsDir: string = HANAZONO_FOLDER): string => {
  const file = join(fontsDir, 'HanaMinB.ttf');
  return existsSync(file) ? file : npmFont('noto-sans-jp', 'NotoSansJP', '400Regular');
};
