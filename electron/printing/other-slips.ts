/** The slip of a doubtful print (疑单) and the slip of places where an item can be done: Chinese, and English beneath it for whoever asked in English. */
import type { SlipDocument } from '../../drivers/contract.ts';
import type { Fonts } from './fonts.ts';
import { fontOf } from './printer-font.ts';
import { closing } from './receipt-slip.ts';
import { createSlip, head, localTime, made } from './slip.ts';
import type { DoubtSlipInput, Made, PlacesSlipInput } from './types.ts';

const DOUBT = { zh: '疑单', en: 'Claim slip' };
const PLACES = { zh: '这些地方能办', en: 'Where it can be done' };

/** Nobody can say how much came out: the citizen leaves with a number and the ways on. */
export const doubtSlip = (fonts: Fonts, { hall, terminal, item, doubtNumber, doubtQr, at, sheets, language }: DoubtSlipInput): Made<SlipDocument> =>
  made(() => {
    const english = language === 'en';
    const slip = createSlip(fonts, { shows: fontOf(terminal) });
    const { phone, extension } = hall.duty;
    head(slip, hall, DOUBT, '没印全的证明，凭它补', english);
    if (english) slip.text('For sheets that may not have printed', { align: 'center' });
    slip.text(english ? '办什么 Item' : '办什么');
    slip.large(item.name.zh, 45);
    if (english) slip.text(item.name.en, { bold: true });
    slip.space(1);
    slip.text(english ? '您的疑单号 Your claim number' : '您的疑单号');
    slip.large(doubtNumber, 112, 'center');
    slip.rule('dashed');
    slip.space(1);
    slip.row(english ? '时间 Time' : '时间', localTime(at, hall.timeZone));
    slip.row(english ? '地点 Place' : '地点', english ? `${terminal.number} 号机 Terminal ${terminal.number}` : `${terminal.number} 号机`);
    if (sheets.printed === null) {
      slip.row(english ? '一共 In all' : '一共', english ? `${sheets.total} 张 sheet(s)` : `${sheets.total} 张`);
      slip.text('印出几张，机器说不准，由工作人员核对', { bold: true });
      if (english) slip.text('How many came out is not certain; staff will check.');
    } else {
      const left = Math.max(0, sheets.total - sheets.printed);
      slip.largeRow(english ? '印出来 Printed' : '印出来', `${sheets.printed} 张`);
      slip.largeRow(english ? '没印出来 Not printed' : '没印出来', `${left} 张`);
    }
    slip.space(1);
    slip.rule('dashed');
    slip.space(1);
    slip.text('申请已存好，没有多收费。');
    slip.text('为防重号，这份不在机器上重印，由工作人员核对后补给您。');
    if (english) {
      slip.text('Your application is stored. Nothing extra was charged.');
      slip.text('Its number must not come out twice: this machine does not print it again, staff give you the rest.');
    }
    slip.space(1);
    slip.rule('dashed');
    slip.space(1);
    slip.codeBeside(doubtQr, [
      '带它和身份证来补',
      ...(english ? ['Bring it and your ID card'] : []),
      '急用，打值班电话',
      ...(english ? ['Urgent? Duty phone'] : []),
      extension === undefined ? phone : `${phone} 转 ${extension}`,
      ...(english && extension !== undefined ? [`ext. ${extension}`] : []),
    ]);
    slip.text(`窗口 ${hall.counters.hours.zh}`, { bold: true });
    if (english) slip.text(`Counters ${hall.counters.hours.en}`, { bold: true });
    slip.text(hall.counters.note.zh);
    if (english) slip.text(hall.counters.note.en);
    slip.space(1);
    slip.rule('solid');
    closing(slip, { hall }, ['Some pages may not have printed. Keep this slip.', `Bring it and your ID card, or call ${hall.phone}.`], '演示 · 不是真的疑单');
    return slip.finish();
  });

/** An item that cannot be done here now: where it can. */
export const placesSlip = (fonts: Fonts, { hall, terminal, item, at, places, language }: PlacesSlipInput): Made<SlipDocument> =>
  made(() => {
    const english = language === 'en';
    const slip = createSlip(fonts, { shows: fontOf(terminal) });
    head(slip, hall, PLACES, '这台机现在办不了，去下面任一处', english);
    if (english) slip.text('This machine cannot do it now; any of these can', { align: 'center' });
    slip.text(english ? '办什么 Item' : '办什么');
    slip.large(item.name.zh, 45);
    if (english) slip.text(item.name.en, { bold: true });
    slip.space(1);
    for (const [index, { name, how, hours }] of places.entries()) {
      slip.rule('dashed');
      slip.space(1);
      slip.large(`${index + 1}  ${name.zh}`, 36);
      slip.text(how.zh);
      slip.row('时间', hours.zh);
      slip.text(name.en, { bold: english });
      if (english) {
        slip.text(how.en);
        slip.row('Hours', hours.en);
      }
      slip.space(1);
    }
    slip.rule('dashed');
    slip.space(1);
    slip.largeRow(english ? '问一问 Ask' : '问一问', hall.phone);
    slip.row(english ? '打印时间 Printed' : '打印时间', localTime(at, hall.timeZone));
    slip.space(1);
    slip.rule('solid');
    closing(slip, { hall }, ['This item cannot be finished here now.', 'The places above can do it. Bring your ID card.'], '演示 · 不能办事');
    return slip.finish();
  });
