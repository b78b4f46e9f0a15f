/**
 * The card's photo. Its format is patented and has no open decoder: a terminal that owns one names the program in the
 * reader's `options.photoDecoder`; it gets the 1024-byte block on standard input and answers with a JPEG or PNG.
 */
import { execFile } from 'node:child_process';

const DECODE_MS = 3_000; // a native decoder needs milliseconds; a hung one must not hold the citizen
const MAX_PICTURE_BYTES = 2_000_000;

/** @returns the picture, or null where there is no decoder or it failed: the page then shows a placeholder */
export const decodePhoto = (decoder: string | null, block: Uint8Array | null): Promise<Uint8Array | null> => {
  if (decoder === null || block === null) return Promise.resolve(null);
  return new Promise((resolve) => {
    const child = execFile(decoder, [], { timeout: DECODE_MS, killSignal: 'SIGKILL', maxBuffer: MAX_PICTURE_BYTES, encoding: 'buffer' }, (error, stdout) => {
      const picture = new Uint8Array(stdout);
      const isJpeg = picture[0] === 0xff && picture[1] === 0xd8;
      const isPng = picture[0] === 0x89 && picture[1] === 0x50;
      resolve(error === null && (isJpeg || isPng) ? picture : null);
    });
    // A decoder that ends before it has read everything breaks the pipe; the exit code tells the rest.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(block);
  });
};
