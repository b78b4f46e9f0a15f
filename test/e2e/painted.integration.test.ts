import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Pdf from 'pdfkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layOut } from '../../electron/printing/certificate.ts';
import { demoHall, insurance, insured, terminal5 } from '../../electron/printing/fixtures.ts';
import { createFonts } from '../../electron/printing/fonts.ts';
import { paintedPage } from './painted.ts';

const folder = mkdtempSync(join(tmpdir(), 'hall24-painted-'));
const file = join(folder, 'sheet.pdf');
const NAME = '阿不都克里木·吾买尔江·玉素甫𠮷';

beforeAll(async () => {
  const certificate = { ...insured, values: { ...insured.values, person: { name: NAME, idNumber: '11010119900307001X', sex: '女' } } };
  const { pdf } = await layOut(createFonts(), { hall: demoHall, terminal: terminal5, layout: insurance.certificate!, certificate, photo: null });
  writeFileSync(file, pdf);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('reading a printed page by its dots', () => {
  it('reads title, name, number and office by the shapes of their characters', async () => {
    const page = await paintedPage(file);
    expect(await page.read('社会保险参保证明', 'title')).toBe('社会保险参保证明');
    for (const words of [NAME, '11010119900307001X', '青溪市社会保险基金管理局']) expect(await page.read(words)).toBe(words);
  });

  it('is not deceived by a text layer: what is not painted, or painted as something else, is not read', async () => {
    const fonts = createFonts();
    const document = new Pdf({ size: 'A4' });
    const parts: Buffer[] = [];
    document.on('data', (part: Buffer) => parts.push(part));
    const ended = new Promise((resolve) => document.on('end', resolve));
    document.font(Buffer.from(fonts.faceFor('王'.codePointAt(0)!, 'regular')!.data)).fontSize(20);
    document.text('王小明', 100, 100);
    document.addContent('3 Tr').text('欧阳吉祥', 100, 200).addContent('0 Tr');
    document.text('李大江', 100, 300);
    document.rect(95, 300, 25, 25).fill('white').rect(122, 304, 16, 16).stroke('black');
    document.end();
    await ended;
    writeFileSync(join(folder, 'damaged.pdf'), Buffer.concat(parts));
    const page = await paintedPage(join(folder, 'damaged.pdf'), fonts);
    expect(await page.read('王小明')).toBe('王小明');
    expect(await page.read('欧阳吉祥')).toBe('□□□□');
    expect(await page.read('李大江')).toMatch(/^□[^大]江$/);
    await expect(page.read('不在上面')).rejects.toThrow('the text layer has no 不在上面');
  });
});
