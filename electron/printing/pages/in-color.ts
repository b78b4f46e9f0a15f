/** A page or card as a JPEG in colour or grey that says its resolution. */
import type { JpegOptions, Sharp } from 'sharp';

/** Grey takes a third of the bytes. */
export async function jpegOf(image: Sharp, { dpi, color }: { dpi: number; color: 'color' | 'gray' }, options: JpegOptions): Promise<Uint8Array> {
  if (color === 'color') return image.withMetadata({ density: dpi }).jpeg(options).toBuffer();
  // sharp writes the resolution only together with a colour profile, which would make grey RGB again.
  const jpeg = await image.greyscale().toColourspace('b-w').jpeg(options).toBuffer();
  const known = jpeg.subarray(6, 11).toString('latin1') === 'JFIF\0';
  return Buffer.concat([jpeg.subarray(0, 2), jfif(dpi), jpeg.subarray(known ? 4 + jpeg.readUInt16BE(4) : 2)]);
}

/** The segment that says dots per inch. */
function jfif(dpi: number): Buffer {
  const segment = Buffer.from('ffe000104a46494600010101000000000000', 'hex');
  segment.writeUInt16BE(dpi, 12);
  segment.writeUInt16BE(dpi, 14);
  return segment;
}
