/** The camera's worker: looks for paper and makes pages, so that the page itself never stutters. */
import { BestFrame } from './best-frame.ts';
import { findPaper } from './find-paper.ts';
import { scaled } from './geometry.ts';
import { greyOf, type Colour } from './grey.ts';
import type { FromWorker, ToWorker } from './worker-words.ts';

const QUALITY = 0.9; // the agent compresses to its own measure; this only has to lose nothing that can be read

const page = globalThis as unknown as Pick<Worker, 'postMessage'>;
const say = (word: FromWorker): void => page.postMessage(word, []);
const best = new BestFrame();

const pixelsOf = (picture: ImageBitmap): Colour => {
  const { width, height } = picture;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { willReadFrequently: true, alpha: false });
  if (context === null) throw new Error('no canvas to read a picture from');
  context.drawImage(picture, 0, 0);
  picture.close();
  return { width, height, data: context.getImageData(0, 0, width, height).data };
};

const make = async (judged: boolean): Promise<FromWorker> => {
  const made = best.make(judged);
  if (made === null) return { said: 'nothing' };
  if ('refused' in made) return { said: 'refused', why: made.refused };
  const { width, height, data } = made.page;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d', { alpha: false });
  if (context === null) throw new Error('no canvas to write a page on');
  context.putImageData(new ImageData(data as Uint8ClampedArray<ArrayBuffer>, width, height), 0, 0);
  return { said: 'made', jpeg: await canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY }) };
};

const hear = async (word: ToWorker): Promise<void> => {
  switch (word.do) {
    case 'look': {
      const picture = pixelsOf(word.picture);
      const found = findPaper(greyOf(picture));
      say({ said: 'looked', look: found === null ? { corners: null, cutOff: false } : { corners: scaled(found.corners, 1 / picture.width, 1 / picture.height), cutOff: found.cutOff } });
      return;
    }
    case 'keep': {
      const picture = pixelsOf(word.picture);
      best.add(picture, word.corners === null ? null : scaled(word.corners, picture.width, picture.height));
      return;
    }
    case 'make':
      say(await make(word.judged));
      return;
    case 'forget':
      best.forget();
  }
};

globalThis.addEventListener('message', (event: MessageEvent<ToWorker>) => void hear(event.data));
