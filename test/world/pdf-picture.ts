/** A page of a printed PDF as a picture, the way a person holding the sheet sees it. */
import { PDFiumLibrary } from '@hyzyla/pdfium';
import sharp from 'sharp';

const library: { loaded: Promise<PDFiumLibrary> | null } = { loaded: null };

const withDocument = async <T>(pdf: Uint8Array, use: (document: Awaited<ReturnType<PDFiumLibrary['loadDocument']>>) => Promise<T>): Promise<T> => {
  library.loaded ??= PDFiumLibrary.init();
  const document = await (await library.loaded).loadDocument(pdf);
  try {
    return await use(document);
  } finally {
    document.destroy();
  }
};

export const pageCount = (pdf: Uint8Array): Promise<number> => withDocument(pdf, (document) => Promise.resolve(document.getPageCount()));

/**
 * @param page from 1
 * @param dpi dots per inch of the picture
 * @returns PNG; null when the document has no such page
 */
export const pdfPagePng = (pdf: Uint8Array, page: number, dpi: number): Promise<Buffer | null> =>
  withDocument(pdf, async (document) => {
    if (page > document.getPageCount()) return null;
    const { data } = await document.getPage(page - 1).render({
      scale: dpi / 72,
      render: ({ data: pixels, width, height }) => sharp(pixels, { raw: { width, height, channels: 4 } }).flatten({ background: '#fff' }).png().toBuffer(),
    });
    return Buffer.from(data);
  });
