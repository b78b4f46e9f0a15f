/** Fonts as pdfkit embeds them, opened once for all documents of this thread. */
import { create, type Font } from 'fontkit';
import { shape } from './shape.ts';
import { readOutlines } from './subset.ts';

const opened = new WeakMap<Uint8Array, Font>();

/**
 * A font made of these bytes, for `registerFont`: pdfkit takes whatever lays out text. It reads the bytes that are embedded, not the
 * font that measured the text, so that a check of the page finds out when the two differ.
 */
export const embeddedFont = (data: Uint8Array): Font => {
  const known = opened.get(data);
  if (known !== undefined) return known;
  const font = create(data);
  const outlines = readOutlines(data);
  const ours = Object.assign(Object.create(font) as Font, { layout: (text: string) => shape(font, text) }, outlines ?? {});
  opened.set(data, ours);
  return ours;
};
