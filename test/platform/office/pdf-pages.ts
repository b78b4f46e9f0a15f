/** Documents of several pages as pictures, for the reviewer's page. */
import { readFile } from 'node:fs/promises';
import type { PDFiumLibrary } from '@hyzyla/pdfium';

type Document = Awaited<ReturnType<PDFiumLibrary['loadDocument']>>;

/** A page of A4 becomes 655 × 926. */
const SCALE = 1.1;

/** The painter is large and seldom wanted: it is loaded for the first document. */
const opened = async <T>(path: string, look: (document: Document) => T | Promise<T>): Promise<T | null> => {
  const pdfium = await import('@hyzyla/pdfium');
  const library = await pdfium.PDFiumLibrary.init();
  try {
    const document = await library.loadDocument(await readFile(path));
    try {
      return await look(document);
    } finally {
      document.destroy();
    }
  } catch {
    return null; // what a terminal sent as a document need not be one
  } finally {
    library.destroy();
  }
};

/** @returns 0 for a file that is no document */
export const pageCount = async (path: string): Promise<number> => (await opened(path, (document) => document.getPageCount())) ?? 0;

/** @param page from 0; @returns a PNG, null where there is no such page */
export const pagePicture = (path: string, page: number): Promise<Buffer | null> =>
  opened(path, async (document) => {
    if (page >= document.getPageCount()) return null;
    const { default: sharp } = await import('sharp');
    const { width, height, data } = await document.getPage(page).render({ scale: SCALE, render: 'bitmap' });
    return sharp(data, { raw: { width, height, channels: 4 } }).removeAlpha().png().toBuffer();
  });
