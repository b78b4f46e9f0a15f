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

  it('finds nothing where nothing is', () => {
    writeFileSync(join(folder, 'found'), Buffer.from('某某某'));
    expect(findResidue([folder], ['欧阳吉祥'])).toEqual([]);
  });
});
