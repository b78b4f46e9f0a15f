/** A certificate's page from its layout and what the platform issued: laid out, checked for every character, painted, compared. */
import type { CertificateBlock } from '../../kiosk-config/index.ts';
import { chineseDate, fill, memberAt, MissingValue, printable, valueAt } from './fill.ts';
import { describe, type Fonts } from './fonts.ts';
import { checkInk } from './ink-check.ts';
import { A4, createPages, MM, type DrawnGlyph, type Pages } from './page.ts';
import { demoBar, demoWatermark, foot, FOOT_TOP, numberLine, TooLong } from './page-furniture.ts';
import { breakLines, setLine } from './typeset.ts';
import type { CertificateInput, Made, MadeDocument } from './types.ts';

const LEFT = 25 * MM;
const TOP = 24 * MM;
const WIDTH = A4.width - 2 * LEFT;
/** Two fonts to a page, the title's and this one: each further one costs the file 10 kB. */
const BODY = 12;
/** Chinese running text wants air: 1.75 em from line to line. */
const LEADING = BODY * 1.75;
const CELL = { x: 6, y: 6.5, em: 11.5, leading: 17 };
const LABEL_WIDTH = 30 * MM;
const PHOTO = { width: 26 * MM, height: 32 * MM };
/** More than this is no certificate but a mistake of the platform's. */
const MAX_PAGES = 20;

/** Laid out, not yet compared: for tests that damage the document on its way. */
export interface LaidDocument {
  pdf: Uint8Array;
  sheets: number;
  drawn: DrawnGlyph[];
}

/** Makes the PDF and proves it by its pixels. Never throws for what the platform sent. */
export const makeCertificate = async (fonts: Fonts, input: CertificateInput): Promise<Made<MadeDocument>> => {
  try {
    const missing = fonts.missing([input.layout.title.zh, ...textsOf(input)].join('\n'));
    if (missing.length > 0) return { ok: false, missing, message: `no font draws ${missing.map(describe).join(', ')}` };
    const laid = await layOut(fonts, input);
    const began = performance.now();
    const faults = await checkInk(laid.pdf, laid.drawn, laid.sheets);
    const first = faults[0];
    if (first !== undefined) {
      return { ok: false, missing: [...new Set(faults.map((fault) => fault.text))], message: `${describe(first.text)} is not on page ${first.page + 1} as it should be: ${first.why}` };
    }
    return { ok: true, value: { pdf: laid.pdf, sheets: laid.sheets, checkMs: performance.now() - began } };
  } catch (error) {
    if (error instanceof MissingValue || error instanceof TooLong || error instanceof RangeError) return { ok: false, missing: [], message: error.message };
    throw error;
  }
};

/** Every text that will be drawn, filled in. */
const textsOf = ({ layout, certificate, hall }: CertificateInput): string[] => [
  ...layout.blocks.flatMap((block) => {
    switch (block.type) {
      case 'paragraph':
        return [fill(block.text, certificate)];
      case 'facts':
        return block.rows.flatMap((row) => [row.label, fill(row.value, certificate)]);
      case 'table':
        return [...block.columns.map((column) => column.title), ...tableRows(block, certificate).flat()];
      case 'signature':
        return [fill(block.agency, certificate), fill(block.date, certificate)];
      case 'space':
        return [];
    }
  }),
  ...layout.foot.map((line) => fill(line, certificate)),
  certificate.number,
  certificate.verificationCode,
  hall.name.zh,
];

const tableRows = (block: CertificateBlock & { type: 'table' }, certificate: CertificateInput['certificate']): string[][] => {
  const rows = valueAt(certificate, block.rows);
  if (!Array.isArray(rows)) throw new MissingValue(block.rows);
  return rows.map((row: unknown) =>
    block.columns.map((column) => {
      const value = memberAt(row, column.value);
      if (value === undefined) throw new MissingValue(`${block.rows}.${column.value}`);
      return printable(value, column.value);
    }),
  );
};

interface Cursor {
  y: number;
}

/** Lays out and writes the PDF. Throws {@link MissingValue}, a RangeError for a character without a font. */
export const layOut = async (fonts: Fonts, input: CertificateInput): Promise<LaidDocument> => {
  const { layout, certificate, hall } = input;
  const pages = createPages(fonts, { title: `${layout.title.zh} ${certificate.number}`, issuedAt: new Date(certificate.issuedAt) });
  const footLines = layout.foot.map((line) => fill(line, certificate));
  const cursor: Cursor = { y: 0 };
  const next = (): void => {
    if (pages.page() + 1 >= MAX_PAGES) throw new TooLong(`the certificate is longer than ${MAX_PAGES} pages`);
    pages.addPage();
    if (hall.demo) demoWatermark(pages, fonts);
    cursor.y = TOP;
    if (pages.page() > 0) {
      numberLine(pages, certificate.number, LEFT + WIDTH, cursor.y);
      cursor.y += 8 * MM;
    }
  };
  const room = (height: number): void => {
    if (cursor.y + height > FOOT_TOP) next();
  };
  next();
  titleBlock(pages, fonts, input, cursor);
  for (const block of layout.blocks) drawBlock({ pages, fonts, input, cursor, room, next }, block);
  const sheets = pages.page() + 1;
  for (let page = 0; page < sheets; page += 1) {
    pages.switchTo(page);
    foot(pages, fonts, { left: LEFT, width: WIDTH, lines: footLines, certificate, page: page + 1, pages: sheets });
  }
  return { pdf: await pages.finish(), sheets, drawn: pages.drawn };
};

interface Work {
  pages: Pages;
  fonts: Fonts;
  input: CertificateInput;
  cursor: Cursor;
  /** Begins a new page unless this much is left on the present one. */
  room: (height: number) => void;
  next: () => void;
}

const titleBlock = (pages: Pages, fonts: Fonts, { layout, certificate, hall }: CertificateInput, cursor: Cursor): void => {
  if (hall.demo) {
    demoBar(pages, LEFT, WIDTH, cursor.y);
    cursor.y += 17 * MM;
  }
  const em = 27;
  cursor.y += em;
  for (const line of breakLines(fonts, layout.title.zh, 'title', em, WIDTH)) {
    pages.line(line, { x: A4.width / 2, y: cursor.y, em, weight: 'title', align: 'center' });
    cursor.y += em * 1.35;
  }
  cursor.y -= 0.5 * em;
  numberLine(pages, certificate.number, LEFT + WIDTH, cursor.y);
  cursor.y += 8 * MM;
};

const drawBlock = (work: Work, block: CertificateBlock): void => {
  switch (block.type) {
    case 'paragraph':
      paragraph(work, fill(block.text, work.input.certificate), block.indent);
      break;
    case 'facts':
      facts(work, block);
      break;
    case 'table':
      table(work, block);
      break;
    case 'signature':
      signature(work, fill(block.agency, work.input.certificate), chineseDate(fill(block.date, work.input.certificate)));
      break;
    case 'space':
      work.cursor.y += block.mm * MM;
      break;
  }
};

const paragraph = ({ pages, fonts, cursor, room }: Work, text: string, indent: boolean): void => {
  const shift = indent ? 2 * BODY : 0;
  for (const [index, line] of breakLines(fonts, text, 'regular', BODY, WIDTH, shift).entries()) {
    room(LEADING);
    pages.line(line, { x: LEFT + (index === 0 ? shift : 0), y: cursor.y + LEADING - 0.45 * BODY, em: BODY, weight: 'regular' });
    cursor.y += LEADING;
  }
  cursor.y += 2.5 * MM;
};

interface Cell {
  lines: string[];
  x: number;
  width: number;
  align: 'left' | 'center' | 'right';
}

const cell = (fonts: Fonts, text: string, x: number, width: number, align: Cell['align']): Cell => ({
  lines: breakLines(fonts, text, 'regular', CELL.em, width - 2 * CELL.x),
  x,
  width,
  align,
});

const heightOf = (cells: Cell[]): number => Math.max(...cells.map((one) => one.lines.length)) * CELL.leading + 2 * CELL.y;

/** Draws one row of cells with its frame. Rows are as high as their highest cell: nothing ever overlaps. */
const drawRow = (pages: Pages, cells: Cell[], y: number, height: number): void => {
  for (const { lines, x, width, align } of cells) {
    pages.doc.rect(x, y, width, height).lineWidth(0.6).stroke('black');
    const top = y + (height - lines.length * CELL.leading) / 2;
    const at = align === 'left' ? x + CELL.x : align === 'center' ? x + width / 2 : x + width - CELL.x;
    for (const [index, line] of lines.entries()) {
      pages.line(line, { x: at, y: top + index * CELL.leading + CELL.leading / 2 + 0.38 * CELL.em, em: CELL.em, weight: 'regular', align });
    }
  }
};

const facts = ({ pages, fonts, input, cursor, room, next }: Work, block: CertificateBlock & { type: 'facts' }): void => {
  const photo = block.photo && input.photo !== null ? input.photo : null;
  const width = WIDTH - (block.photo ? PHOTO.width + 2 * CELL.x : 0);
  const rows = block.rows.map((row) => [
    cell(fonts, row.label, LEFT, LABEL_WIDTH, 'left'),
    cell(fonts, fill(row.value, input.certificate), LEFT + LABEL_WIDTH, width - LABEL_WIDTH, 'left'),
  ]);
  const total = rows.reduce((sum, row) => sum + heightOf(row), 0);
  const stretch = block.photo && total < PHOTO.height + 2 * CELL.y ? (PHOTO.height + 2 * CELL.y - total) / rows.length : 0;
  room(block.photo ? Math.min(Math.max(total, PHOTO.height + 2 * CELL.y), FOOT_TOP - TOP - 10 * MM) : heightOf(rows[0] ?? []));
  const page = pages.page();
  const top = cursor.y;
  for (const row of rows) {
    const height = heightOf(row) + stretch;
    if (cursor.y + height > FOOT_TOP) next();
    drawRow(pages, row, cursor.y, height);
    cursor.y += height;
  }
  if (block.photo) {
    const [last, bottom] = [pages.page(), cursor.y];
    pages.switchTo(page);
    photoBox(pages, fonts, photo, { x: LEFT + width, y: top, width: WIDTH - width, height: page === last ? bottom - top : PHOTO.height + 2 * CELL.y });
    pages.switchTo(last);
  }
};

const photoBox = (pages: Pages, fonts: Fonts, photo: Uint8Array | null, box: { x: number; y: number; width: number; height: number }): void => {
  pages.doc.rect(box.x, box.y, box.width, box.height).lineWidth(0.6).stroke('black');
  if (photo !== null) {
    const at = { fit: [PHOTO.width, PHOTO.height] as [number, number], align: 'center' as const, valign: 'center' as const };
    pages.doc.image(Buffer.from(photo), box.x + (box.width - PHOTO.width) / 2, box.y + (box.height - PHOTO.height) / 2, at);
    return;
  }
  const width = setLine(fonts, '照片', 'regular', CELL.em).width;
  pages.line('照片', { x: box.x + (box.width - width) / 2, y: box.y + box.height / 2 + 0.38 * CELL.em, em: CELL.em, weight: 'regular' });
};

const table = ({ pages, fonts, input, cursor, room, next }: Work, block: CertificateBlock & { type: 'table' }): void => {
  // Column widths are shares: a layout drawn for another margin still fills the line and no more.
  const share = WIDTH / block.columns.reduce((sum, column) => sum + column.width, 0);
  const toCells = (texts: string[], align?: Cell['align']): Cell[] => {
    let x = LEFT;
    return block.columns.map((column, index) => {
      const width = column.width * share;
      x += width;
      return cell(fonts, texts[index] ?? '', x - width, width, align ?? column.align);
    });
  };
  const head = toCells(block.columns.map((column) => column.title), 'center');
  const drawHead = (): void => {
    drawRow(pages, head, cursor.y, heightOf(head));
    cursor.y += heightOf(head);
  };
  const rows = tableRows(block, input.certificate).map((texts) => toCells(texts));
  room(heightOf(head) + heightOf(rows[0] ?? head));
  drawHead();
  for (const row of rows) {
    if (cursor.y + heightOf(row) > FOOT_TOP) {
      next();
      drawHead();
    }
    drawRow(pages, row, cursor.y, heightOf(row));
    cursor.y += heightOf(row);
  }
};

const signature = ({ pages, fonts, cursor, room }: Work, agency: string, date: string): void => {
  const lines = [...breakLines(fonts, agency, 'regular', BODY + 1, WIDTH * 0.7), date];
  room(lines.length * LEADING * 1.1);
  for (const line of lines) {
    pages.line(line, { x: LEFT + WIDTH, y: cursor.y + LEADING - 0.45 * BODY, em: BODY + 1, weight: 'regular', align: 'right' });
    cursor.y += LEADING * 1.1;
  }
};
