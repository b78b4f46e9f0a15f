/**
 * The glyphs that one document uses, as the TrueType file that PDF asks for (PDF 32000-1, 9.9: glyf, head, hhea, hmtx, loca, maxp).
 * Outlines are taken as they lie in the font, without being read and written anew for each document. Formats: OpenType 1.9.
 */

/** Glyphs of one document; numbers inside it are given in order of appearance, 0 is the missing-glyph box. */
export interface Subset {
  /** Number inside the document of a glyph of the font. */
  includeGlyph(id: number): number;
  /** The font file. */
  encode(): Buffer;
}

export interface Outlines {
  createSubset(): Subset;
}

const COMPONENT = { wordArguments: 1, scale: 8, more: 32, twoScales: 64, matrix: 128 };

/**
 * @param data a TrueType font file
 * @returns null for a font whose outlines are not TrueType's
 */
export const readOutlines = (data: Uint8Array): Outlines | null => {
  const file = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const table = tablesOf(file);
  const [glyf, loca, head, hhea, hmtx, maxp] = ['glyf', 'loca', 'head', 'hhea', 'hmtx', 'maxp'].map((tag) => table.get(tag));
  if (glyf === undefined || loca === undefined || head === undefined || hhea === undefined || hmtx === undefined || maxp === undefined) return null;
  const long = head.readInt16BE(50) === 1;
  const metrics = hhea.readUInt16BE(34);
  const start = (id: number): number => (long ? loca.readUInt32BE(4 * id) : 2 * loca.readUInt16BE(2 * id));
  const outline = (id: number): Buffer => glyf.subarray(start(id), start(id + 1));
  const metric = (id: number): number => ((hmtx.readUInt16BE(4 * Math.min(id, metrics - 1)) << 16) | hmtx.readUInt16BE(id < metrics ? 4 * id + 2 : 4 * metrics + 2 * (id - metrics))) >>> 0;

  const createSubset = (): Subset => {
    const ids = [0];
    const numbers = new Map([[0, 0]]);
    const includeGlyph = (id: number): number => {
      const known = numbers.get(id);
      if (known !== undefined) return known;
      numbers.set(id, ids.length);
      return ids.push(id) - 1;
    };
    const encode = (): Buffer => {
      const outlines: Buffer[] = [];
      // Parts of composite glyphs join the line while it is walked.
      for (const id of ids) outlines.push(renumbered(outline(id), includeGlyph));
      const offsets = Buffer.alloc(4 * (ids.length + 1));
      const widths = Buffer.alloc(4 * ids.length);
      let end = 0;
      for (const [number, bytes] of outlines.entries()) {
        end += bytes.length;
        offsets.writeUInt32BE(end, 4 * (number + 1));
        widths.writeUInt32BE(metric(ids[number] ?? 0), 4 * number);
      }
      return fontFile([
        ['glyf', Buffer.concat(outlines)],
        ['head', changed(head, (copy) => { copy.writeUInt32BE(0, 8); copy.writeInt16BE(1, 50); })],
        ['hhea', changed(hhea, (copy) => void copy.writeUInt16BE(ids.length, 34))],
        ['hmtx', widths],
        ['loca', offsets],
        ['maxp', changed(maxp, (copy) => void copy.writeUInt16BE(ids.length, 4))],
      ]);
    };
    return { includeGlyph, encode };
  };
  return { createSubset };
};

const tablesOf = (file: Buffer): Map<string, Buffer> => {
  const tables = new Map<string, Buffer>();
  for (let index = 0; index < file.readUInt16BE(4); index += 1) {
    const at = 12 + 16 * index;
    const offset = file.readUInt32BE(at + 8);
    tables.set(file.toString('latin1', at, at + 4), file.subarray(offset, offset + file.readUInt32BE(at + 12)));
  }
  return tables;
};

const changed = (table: Buffer, change: (copy: Buffer) => void): Buffer => {
  const copy = Buffer.from(table);
  change(copy);
  return copy;
};

/** A composite glyph names its parts by number: the numbers are the document's own. */
const renumbered = (outline: Buffer, numberOf: (id: number) => number): Buffer => {
  if (outline.length === 0 || outline.readInt16BE(0) >= 0) return outline;
  const copy = Buffer.from(outline);
  for (let at = 10, more = true; more; ) {
    const flags = copy.readUInt16BE(at);
    copy.writeUInt16BE(numberOf(copy.readUInt16BE(at + 2)), at + 2);
    at += 4 + ((flags & COMPONENT.wordArguments) !== 0 ? 4 : 2);
    at += (flags & COMPONENT.scale) !== 0 ? 2 : (flags & COMPONENT.twoScales) !== 0 ? 4 : (flags & COMPONENT.matrix) !== 0 ? 8 : 0;
    more = (flags & COMPONENT.more) !== 0;
  }
  return copy;
};

/** Tables behind a directory, each on a multiple of four bytes. No checksums: no reader of an embedded font asks for them. */
const fontFile = (tables: [tag: string, bytes: Buffer][]): Buffer => {
  const power = Math.floor(Math.log2(tables.length));
  const directory = Buffer.alloc(12 + 16 * tables.length);
  directory.writeUInt32BE(0x00010000, 0);
  directory.writeUInt16BE(tables.length, 4);
  directory.writeUInt16BE(16 << power, 6);
  directory.writeUInt16BE(power, 8);
  directory.writeUInt16BE(16 * (tables.length - (1 << power)), 10);
  const parts: Buffer[] = [directory];
  let offset = directory.length;
  for (const [index, [tag, bytes]] of tables.entries()) {
    const at = 12 + 16 * index;
    directory.write(tag, at, 'latin1');
    directory.writeUInt32BE(offset, at + 8);
    directory.writeUInt32BE(bytes.length, at + 12);
    const padding = Buffer.alloc(-bytes.length & 3);
    parts.push(bytes, padding);
    offset += bytes.length + padding.length;
  }
  return Buffer.concat(parts);
};
