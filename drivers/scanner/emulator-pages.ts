/**
 * What lies in the emulated scanner: A4 papers as a carriage sees them — a little askew, grey paper, a darker edge — an empty
 * sheet, and the two sides of a card. Names and numbers on them are invented.
 */
import { createRequire } from 'node:module';
import { PDFiumLibrary } from '@hyzyla/pdfium';
import Pdf from 'pdfkit';
import sharp from 'sharp';
import type { Sharp } from 'sharp';

export const PAGE_NAMES = ['contract', 'income', 'blank', 'card-front', 'card-back'] as const;
export type PageName = (typeof PAGE_NAMES)[number];
/** What a stack of paper is made of when nobody says otherwise. */
export const USUAL_PAGES: readonly PageName[] = ['contract', 'income'];

export interface Look {
  page: PageName | 'lid';
  resolution: number;
  color: 'RGB24' | 'Grayscale8';
  /** Pixels of the wanted region, from the upper left corner. */
  width: number;
  height: number;
}

const FONT = createRequire(import.meta.url).resolve('@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf');
const PAPER = { r: 243, g: 242, b: 236 };
const LID = { r: 214, g: 214, b: 212 };
/** Degrees clockwise; hands do not lay paper straight. */
const ASKEW: Readonly<Record<PageName, number>> = { contract: 1.6, income: -2.3, blank: 0.7, 'card-front': 4, 'card-back': -8 };
const A4_POINTS = { width: 595.28, height: 841.89 };
const rasterLibrary: { loaded: Promise<PDFiumLibrary> | null } = { loaded: null };

const CONTRACT = [
  '甲方（用人单位）：云岭市晨光印务有限公司',
  '乙方（劳动者）：测试·样本　　　　　性别：女',
  '根据《中华人民共和国劳动合同法》及有关法律、法规的规定，甲乙双方经平等自愿、协商一致签订本合同，共同遵守本合同所列条款。',
  '第一条　本合同为固定期限劳动合同，自 2025 年 3 月 1 日起至 2028 年 2 月 29 日止。其中试用期为两个月。',
  '第二条　乙方同意根据甲方工作需要，担任装订岗位工作，工作地点为云岭市高新区纺织路 18 号。',
  '第三条　甲方安排乙方执行标准工时制度。每日工作时间不超过八小时，平均每周不超过四十小时。',
  '第四条　甲方每月 10 日前以货币形式支付乙方工资，月工资为 4,860.00 元；试用期间工资为 4,200.00 元。',
  '第五条　甲乙双方按国家和本市规定参加社会保险。甲方为乙方办理有关社会保险手续，并承担相应的社会保险义务。',
  '第六条　甲方根据生产岗位的需要，按照国家有关劳动安全、卫生的规定为乙方配备必要的安全防护设施。',
  '第七条　本合同一式两份，甲乙双方各执一份，自双方签字或盖章之日起生效。',
];

const INCOME: readonly (readonly [string, string, string])[] = [
  ['月份', '应发合计（元）', '实发合计（元）'],
  ['2026 年 5 月', '5,120.00', '4,482.36'],
  ['2026 年 6 月', '5,120.00', '4,482.36'],
  ['2026 年 7 月', '5,340.00', '4,671.18'],
  ['2026 年 8 月', '5,120.00', '4,482.36'],
  ['2026 年 9 月', '5,460.00', '4,773.92'],
  ['2026 年 10 月', '5,120.00', '4,482.36'],
];

type Doc = InstanceType<typeof Pdf>;

function seal(doc: Doc, x: number, y: number, words: string): void {
  doc.save().opacity(0.75).lineWidth(3).strokeColor('#c3272b').circle(x, y, 52).stroke();
  doc.fillColor('#c3272b').fontSize(26).text('★', x - 30, y - 20, { width: 60, align: 'center', lineBreak: false });
  doc.fontSize(9).text(words, x - 50, y + 20, { width: 100, align: 'center' }).restore();
}

function drawContract(doc: Doc): void {
  doc.fontSize(22).text('劳 动 合 同 书', 0, 92, { width: A4_POINTS.width, align: 'center' });
  doc.fontSize(9).text('合同编号：YL-2025-0317', 380, 132);
  doc.fontSize(11.5);
  let y = 160;
  for (const paragraph of CONTRACT) {
    doc.text(paragraph, 78, y, { width: 440, lineGap: 6 });
    y = doc.y + 7;
  }
  doc.fontSize(11.5).text('甲方（盖章）：', 90, 690).text('乙方（签字）：', 330, 690).text('2025 年 2 月 26 日', 90, 730).text('2025 年 2 月 26 日', 330, 730);
  doc.save().lineWidth(1.4).strokeColor('#1d2f6f').moveTo(412, 702).bezierCurveTo(425, 680, 432, 716, 446, 690).bezierCurveTo(452, 680, 458, 712, 480, 694).stroke().restore();
  seal(doc, 190, 702, '云岭市晨光印务有限公司');
}

function drawIncome(doc: Doc): void {
  doc.fontSize(20).text('收 入 证 明', 0, 100, { width: A4_POINTS.width, align: 'center' });
  doc.fontSize(11.5).text('云岭市住房保障中心：', 78, 160);
  doc.text('　　兹证明测试·样本系我单位职工，2025 年 3 月入职，现从事装订岗位工作。其最近六个月工资收入情况如下：', 78, 190, { width: 440, lineGap: 6 });
  INCOME.forEach((row, index) => {
    const y = 252 + index * 34;
    row.forEach((cell, column) => {
      const x = 78 + column * 146;
      doc.rect(x, y, 146, 34).lineWidth(0.8).strokeColor('#222222').stroke();
      doc.text(cell, x, y + 9, { width: 146, align: 'center', lineBreak: false });
    });
  });
  doc.text('　　特此证明。本证明仅用于公共租赁住房申请，不作其他用途。我单位对上述内容的真实性负责。', 78, 520, { width: 440, lineGap: 6 });
  doc.text('单位名称（盖章）：云岭市晨光印务有限公司', 250, 610).text('经办人：测试·经办　　电话：000-0000 0000', 250, 640).text('2026 年 11 月 2 日', 250, 670);
  seal(doc, 400, 640, '云岭市晨光印务有限公司');
}

/** ISO 7810 ID-1, 85.6 × 54 mm, somewhere on the glass. */
function drawCard(doc: Doc, side: 'card-front' | 'card-back'): void {
  const at = side === 'card-front' ? { x: 150, y: 220 } : { x: 210, y: 330 };
  const { width, height } = { width: 242.65, height: 153.07 };
  doc.roundedRect(at.x, at.y, width, height, 9).fill(side === 'card-front' ? '#cfe3ee' : '#e6d3c4');
  doc.fillColor('#1c1c1c').fontSize(10);
  if (side === 'card-front') {
    doc.rect(at.x + 160, at.y + 22, 62, 78).fill('#8fa3ad').fillColor('#1c1c1c');
    ['姓名　测试·样本', '性别　女　　民族　汉', '出生　1990 年 1 月 1 日', '住址　云岭市高新区', '　　　纺织路 18 号'].forEach((words, line) => doc.text(words, at.x + 16, at.y + 18 + line * 18, { lineBreak: false }));
    doc.text('公民身份号码　000000199001010000', at.x + 16, at.y + 126, { lineBreak: false });
  } else {
    doc.fontSize(15).text('居 民 身 份 证', at.x + 90, at.y + 34, { lineBreak: false });
    doc.circle(at.x + 48, at.y + 46, 24).fill('#c3272b').fillColor('#1c1c1c').fontSize(10);
    doc.text('签发机关　云岭市公安局（样本）', at.x + 30, at.y + 98, { lineBreak: false }).text('有效期限　2020.01.01-2040.01.01', at.x + 30, at.y + 120, { lineBreak: false });
  }
}

function pdfOf(page: PageName): Promise<Buffer> {
  const doc = new Pdf({ size: 'A4', margin: 0 });
  const parts: Buffer[] = [];
  const done = new Promise<Buffer>((resolve) => {
    doc.on('data', (part: Buffer) => parts.push(part)).on('end', () => resolve(Buffer.concat(parts)));
  });
  doc.font(FONT).fillColor('#1c1c1c');
  if (page === 'contract') drawContract(doc);
  else if (page === 'income') drawIncome(doc);
  else if (page !== 'blank') drawCard(doc, page);
  doc.end();
  return done;
}

/** The paper askew on the grey lid, cut to what the carriage sees of A4. */
async function sheet(page: PageName, full: { width: number; height: number }, gray: boolean): Promise<Sharp> {
  rasterLibrary.loaded ??= PDFiumLibrary.init();
  const document = await (await rasterLibrary.loaded).loadDocument(await pdfOf(page));
  try {
    const { width, height, data } = await document.getPage(0).render({ width: full.width, height: full.height, render: 'bitmap' });
    const turn = (Math.abs(ASKEW[page]) * Math.PI) / 180;
    const turned = { width: Math.floor(width * Math.cos(turn) + height * Math.sin(turn)), height: Math.floor(height * Math.cos(turn) + width * Math.sin(turn)) };
    const laid = sharp(data, { raw: { width, height, channels: 4 } })
      .removeAlpha()
      .rotate(ASKEW[page], { background: LID })
      .extract({ left: (turned.width - full.width) >> 1, top: (turned.height - full.height) >> 1, ...full });
    // White becomes paper, black stays ink. A grey picture has one channel by the time that this is done.
    return gray ? laid.grayscale().linear(PAPER.g / 255, 0) : laid.linear([PAPER.r / 255, PAPER.g / 255, PAPER.b / 255], [0, 0, 0]);
  } finally {
    document.destroy();
  }
}

async function picture(look: Look): Promise<Buffer> {
  const full = { width: Math.round((2480 * look.resolution) / 300), height: Math.round((3508 * look.resolution) / 300) };
  const seen = look.page === 'lid' ? sharp({ create: { ...full, channels: 3, background: LID } }) : await sheet(look.page, full, look.color === 'Grayscale8');
  const area = { left: 0, top: 0, width: Math.min(look.width, full.width), height: Math.min(look.height, full.height) };
  const whole = area.width === full.width && area.height === full.height;
  const cut = whole ? seen : sharp(await seen.png({ compressionLevel: 1 }).toBuffer()).extract(area);
  const jpeg = await (look.color === 'Grayscale8' ? cut.grayscale().toColourspace('b-w') : cut).jpeg({ quality: 88 }).toBuffer();
  return Buffer.concat([jpeg.subarray(0, 2), jfif(look.resolution), jpeg.subarray(2)]);
}

/** The segment that says dots per inch. sharp writes it only together with a colour profile, which makes grey RGB again. */
function jfif(resolution: number): Buffer {
  const segment = Buffer.from('ffe000104a46494600010101000000000000', 'hex');
  segment.writeUInt16BE(resolution, 12);
  segment.writeUInt16BE(resolution, 14);
  return segment;
}

const pictures = new Map<string, Promise<Buffer>>();
const MOST_PICTURES = 12;

/** A JPEG of the page as scanned; made at the first call and kept. */
export function scanned(look: Look): Promise<Buffer> {
  const key = [look.page, look.color, look.resolution, look.width, look.height].join();
  const known = pictures.get(key);
  if (known !== undefined) return known;
  const made = picture(look);
  pictures.set(key, made);
  const [oldest] = pictures.keys();
  if (pictures.size > MOST_PICTURES && oldest !== undefined) pictures.delete(oldest);
  return made;
}
