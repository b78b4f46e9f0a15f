/** PDFs for the tests of this folder. */
import Pdf from 'pdfkit';

/** An A4 PDF of so many pages. */
export function samplePdf(pages: number): Promise<Buffer> {
  const doc = new Pdf({ size: 'A4' });
  const parts: Buffer[] = [];
  for (let page = 1; page <= pages; page += 1) {
    if (page > 1) doc.addPage();
    doc.fontSize(40).text(`sheet ${page}`);
  }
  doc.end();
  return new Promise((resolve) => {
    doc.on('data', (part: Buffer) => parts.push(part)).on('end', () => resolve(Buffer.concat(parts)));
  });
}
