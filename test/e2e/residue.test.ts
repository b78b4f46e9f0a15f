import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { afterAll, describe, expect, it } from 'vitest';
import { findResidue } from './residue.ts';

const folder = mkdtempSync(join(tmpdir(), 'hall24-residue-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the search for what a citizen left', () => {
  it.each([
    ['utf8', Buffer.from('x欧阳吉祥x')],
    ['utf16le', Buffer.from('x欧阳吉祥x', 'utf16le')],
    ['gb18030', iconv.encode('x欧阳吉祥x', 'gb18030')],
    ['json', Buffer.from('"\\u6b27\\u9633\\u5409\\u7965"')],
    ['base64+1', Buffer.from(Buffer.from('a欧阳吉祥bc').toString('base64'))],
    ['hex', Buffer.from(Buffer.from('欧阳吉祥').toString('hex'))],
  ])('finds a name written as %s', (encoding, content) => {
    writeFileSync(join(folder, 'found'), content);
    expect(findResidue([folder], ['欧阳吉祥']).map((trace) => trace.encoding)).toContain(encoding);
  });

  it('searches a file again when it changed, and tells what it found each time', () => {
    const searched = new Map<string, string>();
    const file = join(folder, 'again');
    writeFileSync(file, Buffer.from('某某某'));
    expect(findResidue([file], ['欧阳吉祥'], searched)).toEqual([]);
    writeFileSync(file, Buffer.from('某某某欧阳吉祥'));
    expect(findResidue([file], ['欧阳吉祥'], searched)).toHaveLength(1);
    expect(findResidue([file], ['欧阳吉祥'], searched)).toHaveLength(1);
    rmSync(file);
  });

  it('finds a photo by its bytes, and a page of paper whatever stands on it', () => {
    const photo = Buffer.from(Array.from({ length: 40 }, (_, at) => (at * 73) % 256));
    writeFileSync(join(folder, 'found'), Buffer.concat([Buffer.from('head'), photo, Buffer.from('tail')]));
    expect(findResidue([folder], [photo])).toEqual([{ file: join(folder, 'found'), what: '40 bytes', encoding: 'bytes' }]);
    writeFileSync(join(folder, 'found'), `x${Buffer.concat([Buffer.from('head'), photo]).toString('base64')}`);
    expect(findResidue([folder], [photo])).toHaveLength(1);
    writeFileSync(join(folder, 'found'), '%PDF-1.3 and nothing that can be read');
    expect(findResidue([folder], ['欧阳吉祥'])).toEqual([]);
    expect(findResidue([folder], ['欧阳吉祥'], undefined, true).map(({ encoding }) => encoding)).toEqual(['PDF']);
  });

  it('reads a file of any size, also where two pieces of it meet', () => {
    const piece = 16 * 1024 * 1024;
    const file = join(folder, 'large');
    const name = Buffer.from('欧阳吉祥');
    for (const at of [piece - 6, piece + 40, 2 * piece - 3]) {
      const content = Buffer.alloc(2 * piece + 1000, 'x');
      name.copy(content, at);
      writeFileSync(file, content);
      expect(findResidue([file], ['欧阳吉祥']), String(at)).toHaveLength(1);
    }
    writeFileSync(file, Buffer.alloc(2 * piece + 1000, 'x'));
    expect(findResidue([file], ['欧阳吉祥'])).toEqual([]);
    rmSync(file);
  });

  it('finds nothing where nothing is', () => {
    writeFileSync(join(folder, 'found'), Buffer.from('某某某'));
    expect(findResidue([folder], ['欧阳吉祥'])).toEqual([]);
  });
});
