/** What the codes on a slip say, as a telephone reads them: from its picture. */
import type { Options, QRCode } from 'jsqr';
import sharp from 'sharp';

type Decode = (data: Uint8ClampedArray, width: number, height: number, options?: Options) => QRCode | null;

/** The package is CommonJS with a default of its own: what an import gives depends on who loads it. */
const load = async (): Promise<Decode> => {
  const { default: loaded } = (await import('jsqr')) as unknown as { default: Decode | { default: Decode } };
  return typeof loaded === 'function' ? loaded : loaded.default;
};

/** @returns the text of the first code; null: there is none that can be read */
export const codeOn = async (png: Buffer): Promise<string | null> => {
  const decode = await load();
  const { data, info } = await sharp(png).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return decode(new Uint8ClampedArray(data), info.width, info.height)?.data ?? null;
};
