/** The parts of two untyped packages that this folder uses. */
declare module 'fontkit' {
  export interface PathCommand {
    command: 'moveTo' | 'lineTo' | 'quadraticCurveTo' | 'bezierCurveTo' | 'closePath';
    args: number[];
  }
  export interface Glyph {
    id: number;
    codePoints: number[];
    advanceWidth: number;
    path: { commands: PathCommand[]; bbox: { minX: number; minY: number; maxX: number; maxY: number } };
  }
  export interface GlyphRun {
    glyphs: Glyph[];
    positions: { xAdvance: number; yAdvance: number; xOffset: number; yOffset: number }[];
  }
  export interface Font {
    unitsPerEm: number;
    characterSet: number[];
    hasGlyphForCodePoint(codePoint: number): boolean;
    glyphForCodePoint(codePoint: number): Glyph;
    getGlyph(id: number): Glyph;
    layout(text: string, features?: string[]): GlyphRun;
  }
  export function create(data: Uint8Array): Font;
}

declare module 'subset-font' {
  const subsetFont: (font: Uint8Array, text: string, options: { targetFormat: 'sfnt' | 'woff2'; noHinting?: boolean; keepFeatures?: string[] }) => Promise<Uint8Array>;
  export { subsetFont as default };
}
