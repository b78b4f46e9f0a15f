/** For looking and for picture tests: a slip as it will lie on the paper, the printer's own font stood in for by Noto in its cells. */
import sharp from 'sharp';
import type { SlipDocument, SlipPart } from '../../drivers/contract.ts';
import type { Fonts } from './fonts.ts';
import { columnsOf } from './printer-font.ts';
import { createCanvas, drawText, fillRect, type Canvas } from './raster.ts';

const MARGIN = 32;
const WIDTH = 576;

/** One PNG, 640 dots wide (80 mm), black and white. */
export const slipPicture = async (fonts: Fonts, slip: SlipDocument): Promise<Buffer> => {
  const strips = slip.parts.map((part) => strip(fonts, part));
  const height = strips.reduce((sum, one) => sum + one.height, 2 * MARGIN);
  const whole = createCanvas(WIDTH + 2 * MARGIN, height);
  let y = MARGIN;
  for (const one of strips) {
    for (let row = 0; row < one.height; row += 1) whole.dots.set(one.dots.subarray(row * WIDTH, (row + 1) * WIDTH), (y + row) * whole.width + MARGIN);
    y += one.height;
  }
  const grey = Buffer.from(whole.dots.map((dot) => (dot === 1 ? 0 : 255)));
  return sharp(grey, { raw: { width: whole.width, height, channels: 1 } }).png({ palette: true, colours: 2, compressionLevel: 9 }).toBuffer();
};

const strip = (fonts: Fonts, part: SlipPart): Canvas => {
  switch (part.type) {
    case 'image': {
      const scale = part.scale ?? 1;
      const [width, height] = [part.bitmap.width * scale, part.bitmap.height * scale];
      const canvas = createCanvas(WIDTH, height);
      const stride = Math.ceil(part.bitmap.width / 8);
      const spare = WIDTH - width;
      const left = part.align === 'center' ? spare >> 1 : part.align === 'right' ? spare : 0;
      for (let y = 0; y < height; y += 1) {
        for (let x = 0; x < width; x += 1) {
          const column = Math.floor(x / scale);
          canvas.dots[y * WIDTH + left + x] = ((part.bitmap.data[Math.floor(y / scale) * stride + (column >> 3)] ?? 0) >> (7 - (column & 7))) & 1;
        }
      }
      return canvas;
    }
    case 'feed':
      return createCanvas(WIDTH, Math.round(part.mm * 8));
    case 'rule': {
      const canvas = createCanvas(WIDTH, 8);
      for (let x = 0; x < WIDTH; x += part.style === 'solid' ? WIDTH : 14) fillRect(canvas, x, 2, part.style === 'solid' ? WIDTH : Math.min(8, WIDTH - x), 4);
      return canvas;
    }
    case 'text': {
      const room = WIDTH - columnsOf(part.text) * 12;
      if (room < 0) throw new Error(`wider than the paper: ${part.text}`);
      return cells(fonts, [{ text: part.text, x: part.align === 'center' ? room / 2 : part.align === 'right' ? room : 0 }], part.bold === true);
    }
    case 'row':
      return cells(fonts, [{ text: part.left, x: 0 }, { text: part.right, x: WIDTH - columnsOf(part.right) * 12 }], part.bold === true);
    default:
      return createCanvas(WIDTH, 0);
  }
};

const cells = (fonts: Fonts, runs: { text: string; x: number }[], bold: boolean): Canvas => {
  const canvas = createCanvas(WIDTH, 33);
  for (const run of runs) {
    let x = run.x;
    for (const char of run.text) {
      drawText(canvas, fonts, char, { x: Math.max(0, x), y: 24, em: columnsOf(char) === 1 ? 21 : 24, weight: bold ? 'bold' : 'regular' });
      x += columnsOf(char) * 12;
    }
  }
  return canvas;
};
