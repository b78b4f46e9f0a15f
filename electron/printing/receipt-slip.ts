/** 受理回执: proves that the case was received and when. Bears no name and no ID number. */
import type { SlipDocument } from '../../drivers/contract.ts';
import type { Fonts } from './fonts.ts';
import { fontOf } from './printer-font.ts';
import { chineseDay, createSlip, englishDay, head, inFours, localTime, made, type Slip } from './slip.ts';
import type { Made, ReceiptSlipInput } from './types.ts';

const HOW = {
  card: { zh: '现场读卡', en: 'ID card' },
  platform: { zh: '电子证照', en: 'e-licence' },
  scan: { zh: '扫描', en: 'scanned' },
} as const;

/** Lays out the receipt of a stored case. */
export const receiptSlip = (fonts: Fonts, input: ReceiptSlipInput): Made<SlipDocument> =>
  made(() => {
    const { hall, item, submission } = input;
    const english = input.language === 'en';
    const slip = createSlip(fonts, { shows: fontOf(input.terminal) });
    head(slip, hall, { zh: '受理回执', en: 'Receipt of application' }, '申请人留存　凭它查进度、取结果', english);
    slip.text(english ? '办什么 Item' : '办什么');
    slip.large(item.name.zh, 45);
    if (english) slip.text(item.name.en, { bold: true });
    slip.space(1);
    slip.text(english ? '受理号 Case number' : '受理号');
    slip.large(inFours(submission.caseNumber), 55);
    slip.space(1);
    slip.rule('dashed');
    slip.space(1);
    facts(slip, input, english);
    slip.space(1);
    slip.rule('dashed');
    slip.space(1);
    materials(slip, input, english);
    slip.rule('dashed');
    slip.space(1);
    slip.codeBeside(submission.statement, [
      /^https?:/.test(submission.statement) ? '扫码查进度' : '怎么查进度',
      ...(english ? ['Ask about your case'] : []),
      `电话 ${hall.phone}`,
      `热线 ${hall.hotline}`,
      '任一自助机放身份证\n也能查',
    ]);
    slip.space(1);
    slip.rule('dashed');
    slip.space(1);
    proof(slip, input, english);
    slip.rule('solid');
    closing(slip, input, ['This slip proves we received your case.', `Keep it. Ask at any terminal or ${hall.phone}.`]);
    return slip.finish();
  });

const facts = (slip: Slip, { hall, item, submission, promisedBy }: ReceiptSlipInput, english: boolean): void => {
  slip.largeRow('受理时间', localTime(submission.storedAt, hall.timeZone));
  if (english) slip.row('Received', localTime(submission.storedAt, hall.timeZone));
  if (!submission.clockKnown) {
    slip.text('时间由本机记，联网后核对');
    if (english) slip.text('Time by this terminal, to be confirmed');
  }
  const days = item.guide.promisedWorkingDays;
  if (promisedBy !== null) {
    slip.largeRow('承诺办结', `${chineseDay(promisedBy)}前${days === null ? '' : `（${days} 个工作日）`}`);
    if (english) slip.row('Decision by', englishDay(promisedBy) + (days === null ? '' : ` (${days} working days)`));
  } else if (days !== null) {
    slip.largeRow('承诺办结', `${days} 个工作日内`);
    if (english) slip.row('Decision within', `${days} working days`);
  }
  const { fen } = item.guide.fee;
  slip.largeRow('费用', fen === 0 ? '不收费' : `${(fen / 100).toFixed(2)} 元`);
  if (english) slip.row('Fee', fen === 0 ? 'none' : `${(fen / 100).toFixed(2)} yuan`);
  // What comes after the promised day is told in the item's own words.
  const result = item.next.findLast((step) => !step.title.zh.includes('{') && !step.body.zh.includes('{'));
  if (result === undefined) return;
  slip.largeRow('结果怎么拿', result.body.zh.replace(/。$/, ''));
  if (english) slip.text(result.body.en);
};

const materials = (slip: Slip, { materials: list }: ReceiptSlipInput, english: boolean): void => {
  if (list.length === 0) return;
  const pages = list.reduce((sum, material) => sum + material.pages, 0);
  slip.text(`收到材料 ${list.length} 份 ${pages} 页`);
  if (english) slip.text(`Materials received: ${list.length}, pages: ${pages}`);
  for (const [index, { name, how, pages: count }] of list.entries()) {
    const number = String(index + 1).padEnd(3);
    // What came from the card or the platform has no pages here.
    slip.text(`${number}${name.zh}（${HOW[how].zh}${count === 0 ? '' : ` ${count} 页`}）`, { bold: true, hanging: 3 });
    if (english) slip.text(`   ${name.en} (${HOW[how].en}${count === 0 ? '' : `, ${count} p.`})`, { hanging: 3 });
  }
  slip.space(1);
};

const proof = (slip: Slip, { submission, offline, terminal }: ReceiptSlipInput, english: boolean): void => {
  if (offline) {
    slip.text(`本单由 ${terminal.number} 号机在断网时签发，内容已存下，联网后自动上报。同样有效。`);
    if (english) slip.text('Issued offline. Your case is stored and will be sent when the network is back. Equally valid.');
  }
  slip.text(`校验 ${inFours(submission.digest.slice(0, 16).toUpperCase())}  链 ${String(submission.chainNumber).padStart(5, '0')}`);
  slip.space(1);
};

/** What stands at the end of every slip: 演示 where it is one, what the paper does not say, two English lines. */
export const closing = (slip: Slip, { hall, copy }: { hall: ReceiptSlipInput['hall']; copy?: number }, english: [string, string], demo = '演示 · 不是真的回执'): void => {
  slip.space(1.5);
  if (hall.demo) {
    slip.bar(demo);
    slip.space(1.5);
  }
  slip.row('纸上没有姓名和证件号', copy === undefined ? '自助打印' : `自助打印 第 ${copy} 张`);
  for (const line of english) slip.text(line);
  slip.space(2);
  slip.text('—— 完 ——', { align: 'center' });
};
