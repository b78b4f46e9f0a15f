/** For tests: is a picture still the one that somebody looked at? `UPDATE_PICTURES=1` keeps a new one. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';

const folder = join(import.meta.dirname, 'pictures');
/** Share of pixels that may differ: none of a character, a few of an edge. */
export const TOLERANCE = 0.001;

const grey = async (png: Buffer): Promise<{ data: Buffer; size: string }> => {
  const { data, info } = await sharp(png).greyscale().raw().toBuffer({ resolveWithObject: true });
  return { data, size: `${info.width}×${info.height}` };
};

/** Share of pixels (0–1) that differ from the kept picture by more than a quarter of the range; 1 for another size. Throws where none is kept. */
export const changedShare = async (name: string, png: Buffer): Promise<number> => {
  const file = join(folder, `${name}.png`);
  if (process.env['UPDATE_PICTURES'] === '1') {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, png);
    return 0;
  }
  if (!existsSync(file)) throw new Error(`no picture is kept as ${file}`);
  const [now, kept] = [await grey(png), await grey(readFileSync(file))];
  if (now.size !== kept.size) return 1;
  return now.data.reduce((sum, value, index) => sum + (Math.abs(value - (kept.data[index] ?? 0)) > 64 ? 1 : 0), 0) / now.data.length;
};
