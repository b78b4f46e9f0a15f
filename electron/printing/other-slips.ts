/** The slip of a doubtful print (疑单) and the slip of places where an item can be done. */
import type { SlipDocument } from '../../drivers/contract.ts';
import type { Fonts } from './fonts.ts';
import { fontOf } from './printer-font.ts';
import { closing } from './receipt-slip.ts';
import { createSlip, head, localTime, made } from './slip.ts';
import type { DoubtSlipInput, Made, PlacesSlipInput } from './types.ts';

/** Nobody can say how much came out: the citizen leaves with a number and the ways on. */
export const doubtSlip = (fonts: Fonts, { hall, terminal, item, doubtNumber, doubtQr, at, sheets }: DoubtSlipInput): Made<SlipDocument> =>
  made(() => {
    const slip = createSlip(fonts, fontOf(terminal));
    head(slip, hall, { zh: '疑单', en: 'Claim slip' }, '没印全的证明，凭它补', false);
    slip.text('办什么');
    slip.large(item.name.zh, 45);
    slip.space(1);
    slip.text('您的疑单号');
    slip.large(doubtNumber, 112, 'center');
    slip.rule('dashed');
    slip.space(1);
    slip.row('时间', localTime(at, hall.timeZone));
    slip.row('地点', `${terminal.number} 号机`);
    if (sheets.printed === null) {
      slip.row('一共', `${sheets.total} 张`);
      slip.text('印出几张，机器说不准，由工作人员核对', { bold: true });
    } else {
      slip.largeRow('印出来', `${sheets.printed} 张`);
      slip.largeRow('没印出来', `${Math.max(0, sheets.total - sheets.printed)} 张`);
    }
    slip.space(1);
    slip.rule('dashed');
    slip.space(1);
    slip.text('申请已存好，没有多收费。');
    slip.text('为防重号，这份不在机器上重印，由工作人员核对后补给您。');
    slip.space(1);
    slip.rule('dashed');
    slip.space(1);
    slip.codeBeside(doubtQr, ['带它和身份证来补', '急用，打值班电话', hall.duty.phone]);
    slip.text(`窗口 ${hall.counters.hours.zh}`, { bold: true });
    slip.text(hall.counters.note.zh);
    slip.space(1);
    slip.rule('solid');
    closing(slip, { hall }, ['Some pages may not have printed. Keep this slip.', `Bring it and your ID card, or call ${hall.phone}.`], '演示 · 不是真的疑单');
    return slip.finish();
  });

/** An item that cannot be done here now: where it can. */
export const placesSlip = (fonts: Fonts, { hall, terminal, item, at, places }: PlacesSlipInput): Made<SlipDocument> =>
  made(() => {
    const slip = createSlip(fonts, fontOf(terminal));
    head(slip, hall, { zh: '这些地方能办', en: 'Places' }, '这台机现在办不了，去下面任一处', false);
    slip.text('办什么');
    slip.large(item.name.zh, 45);
    slip.space(1);
    for (const [index, { name, how, hours }] of places.entries()) {
      slip.rule('dashed');
      slip.space(1);
      slip.large(`${index + 1}  ${name.zh}`, 36);
      slip.text(how.zh);
      slip.row('时间', hours.zh);
      slip.text(name.en);
      slip.space(1);
    }
    slip.rule('dashed');
    slip.space(1);
    slip.largeRow('问一问', hall.phone);
    slip.row('打印时间', localTime(at, hall.timeZone));
    slip.space(1);
    slip.rule('solid');
    closing(slip, { hall }, ['This item cannot be finished here now.', 'The places above can do it. Bring your ID card.'], '演示 · 不能办事');
    return slip.finish();
  });
