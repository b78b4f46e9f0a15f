/** One full page of Chinese with photo and code, twice: as the print worker's input and as a web page of the same content. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import QRCode from 'qrcode';
import sharp from 'sharp';
import { loadHall } from '../../kiosk-config/index.ts';
import type { IssuedCertificate } from '../../electron/cases/index.ts';
import { chineseDate, fill, memberAt, printable, valueAt } from '../../electron/printing/fill.ts';
import type { CertificateInput } from '../../electron/printing/index.ts';
import { DEMO_HALL } from './hall.ts';

const require = createRequire(import.meta.url);
const font = (name: string, file: string): string => join(dirname(require.resolve(`@expo-google-fonts/${name}/package.json`)), file);

/** Family in the web page → the very file that the print worker embeds. */
export const FONT_FILES: Readonly<Record<string, string>> = {
  'serif-700': font('noto-serif-sc', '700Bold/NotoSerifSC_700Bold.ttf'),
  'sc-400': font('noto-sans-sc', '400Regular/NotoSansSC_400Regular.ttf'),
};

const certificate: IssuedCertificate = {
  number: '青社证〔2026〕0012345',
  issuedAt: '2026-11-22T03:24:07+08:00',
  verificationCode: '7C2F-9A10-4E8B',
  values: {
    asOf: '2026年11月',
    person: { name: '欧阳吉祥', idNumber: '990101198803140037', sex: '男' },
    employer: '青溪市清河机械制造有限公司',
    firstInsured: '2014-07',
    insurances: ['职工基本养老保险', '职工基本医疗保险', '失业保险', '工伤保险', '生育保险'].map((name) => ({ name, from: '2014-07', to: '2026-10', months: 148, status: '正常缴费' })),
    agency: '青溪市社会保险基金管理局',
    issuedOn: '2026-11-22',
  },
};

/** Stands where the layout leaves air: a page full of Chinese. */
const NOTE = '跨统筹地区流动就业的，可凭本证明到新就业地社会保险经办机构办理基本养老保险关系转移接续，缴费年限合并计算，待遇领取地按国家有关规定确定。';

/** @throws Error when the demonstration hall's own files are wrong */
export const certificateInput = async (): Promise<CertificateInput> => {
  const loaded = loadHall(DEMO_HALL);
  if (!loaded.ok) throw new Error('the demonstration hall does not load');
  const { hall, terminal, items } = loaded.config;
  const layout = items.find((item) => item.id === 'social-insurance-certificate')?.certificate;
  if (layout === undefined) throw new Error('the demonstration hall has no certificate');
  const printed = layout.blocks.filter((block) => block.type !== 'space');
  const blocks = printed.toSpliced(-1, 0, { type: 'paragraph', text: NOTE, indent: true });
  // A drawn face, as no real one may stand here; noise gives it the bytes of a real photo.
  const face = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="358" height="441"><rect width="358" height="441" fill="#c8d8e8"/><ellipse cx="179" cy="180" rx="85" ry="110" fill="#d8b49a"/><path d="M30 441c10-120 80-150 149-150s139 30 149 150z" fill="#39505f"/></svg>');
  const grain = await sharp({ create: { width: 358, height: 441, channels: 3, background: '#808080', noise: { type: 'gaussian', mean: 128, sigma: 14 } } }).png().toBuffer();
  const photo = await sharp(face).composite([{ input: grain, blend: 'soft-light' }]).jpeg({ quality: 80 }).toBuffer();
  return { hall, terminal, layout: { ...layout, blocks }, certificate, photo };
};

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** The same page for a browser: same text, photo, code, rules; fonts at `/font/FAMILY`. */
export const certificateHtml = async ({ layout, certificate: issued, photo, hall }: CertificateInput): Promise<string> => {
  const text = (line: string): string => escaped(fill(line, issued));
  const blocks = layout.blocks.map((block) => {
    switch (block.type) {
      case 'paragraph':
        return `<p style="text-indent:${block.indent ? 2 : 0}em">${text(block.text)}</p>`;
      case 'facts':
        return `<div class="facts"><table>${block.rows.map((row) => `<tr><td class="label">${escaped(row.label)}</td><td>${text(row.value)}</td></tr>`).join('')}</table>${block.photo && photo !== null ? `<img src="data:image/jpeg;base64,${Buffer.from(photo).toString('base64')}">` : ''}</div>`;
      case 'table': {
        const rows = valueAt(issued, block.rows);
        const lines = (Array.isArray(rows) ? (rows as unknown[]) : []).map((row) => `<tr>${block.columns.map((column) => `<td style="text-align:${column.align}">${escaped(printable(memberAt(row, column.value), column.value))}</td>`).join('')}</tr>`);
        return `<table><tr>${block.columns.map((column) => `<th style="width:${column.width}mm">${escaped(column.title)}</th>`).join('')}</tr>${lines.join('')}</table>`;
      }
      case 'signature':
        return `<p class="signature">${text(block.agency)}<br>${escaped(chineseDate(fill(block.date, issued)))}</p>`;
      case 'space':
        return `<div style="height:${block.mm}mm"></div>`;
    }
  });
  const code = await QRCode.toString(`${issued.number} ${issued.verificationCode}`, { type: 'svg', errorCorrectionLevel: 'M', margin: 0 });
  const faces = Object.keys(FONT_FILES).map((family) => `@font-face{font-family:"${family}";src:url("/font/${family}")}`);
  return `<!doctype html><meta charset="utf-8"><title>${escaped(layout.title.zh)}</title><style>${faces.join('')}
@page{size:A4;margin:0}*{box-sizing:border-box}body{margin:0;width:210mm;height:296mm;padding:24mm 25mm;font:12pt/1.75 "sc-400";position:relative;overflow:hidden}
h1{font:27pt/1.35 "serif-700";text-align:center;margin:6mm 0 2mm}p{margin:0 0 2.5mm}.number,.signature{text-align:right}th{font-weight:400}
.demo{border:1.6pt solid;text-align:center;font-size:14pt}.mark{position:absolute;left:20mm;top:110mm;font:190pt/1 "serif-700";color:#ececec;transform:rotate(-32deg);z-index:-1}
table{border-collapse:collapse;width:100%;font-size:11.5pt;line-height:17pt}td,th{border:.6pt solid;padding:4pt 6pt}.label{width:30mm}.facts{display:flex}.facts img{width:26mm;height:32mm;margin:4pt 6pt}
footer{position:absolute;left:25mm;right:25mm;bottom:16mm;border-top:.8pt solid;padding-top:4mm;font-size:9.5pt;line-height:1.5;display:flex}footer div{flex:1}footer svg{width:24mm;height:24mm}.page{position:absolute;bottom:8mm;left:0;right:0;text-align:center;font-size:9.5pt}
</style><body>${hall.demo ? '<div class="demo">演示 · 不是真的证明</div><div class="mark">演示</div>' : ''}<h1>${escaped(layout.title.zh)}</h1><div class="number">编号：${escaped(issued.number)}</div>${blocks.join('')}
<footer><div>证明编号：${escaped(issued.number)}<br>验证码：${escaped(issued.verificationCode)}<br>${layout.foot.map(text).join('<br>')}</div>${code}</footer><div class="page">第 1 页 共 1 页</div></body>`;
};
