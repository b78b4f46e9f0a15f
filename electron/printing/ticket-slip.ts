/** 号票: the number, how long, where to sit, and what becomes of it when it is missed. Bears no name. */
import type { SlipDocument } from '../../drivers/contract.ts';
import type { Fonts } from './fonts.ts';
import { fontOf } from './printer-font.ts';
import { createSlip, DOTS_PER_MM, localTime, made, type DrawnParts } from './slip.ts';
import type { Made, TicketSlipInput } from './types.ts';

/** 29 mm em, 21 mm high: read from a chair while the board calls. */
const NUMBER_EM = 29 * DOTS_PER_MM;
const RANGE_EM = 65;
const CODE_SIDE = 27 * DOTS_PER_MM;
const OF_TEN = ['一次也不', '一次', '两次', '三次', '四次', '五次', '六次', '七次', '八次', '九次', '十次都'];

/**
 * Lays out a queue ticket. The number must have been kept before.
 * @param drawn what tickets have in common, and numbers of minutes and people, are drawn once with it
 */
export const ticketSlip = (fonts: Fonts, { hall, terminal, queueClass, number, wait, ahead, agreed, where, code, missedWithin, at, rightOfTen }: TicketSlipInput, drawn?: DrawnParts): Made<SlipDocument> =>
  made(() => {
    const slip = createSlip(fonts, { shows: fontOf(terminal, 'ticket-dispenser'), ...(drawn === undefined ? {} : { drawn }) });
    slip.large(hall.name.zh, 36, 'center');
    slip.space(1);
    slip.rule('solid');
    slip.space(1.5);
    slip.large(queueClass.zh, 47, 'center');
    slip.space(2.5);
    slip.huge(number, NUMBER_EM);
    slip.space(4);
    slip.rule('dashed');
    slip.space(1);
    if (wait !== null) slip.largeRow('大约要等', wait.from === wait.to ? `${wait.from} 分钟` : `${wait.from}–${wait.to} 分钟`, RANGE_EM);
    slip.space(0.5);
    if (agreed !== null && agreed !== undefined) {
      slip.largeRow('约好', localTime(agreed, hall.timeZone).slice(11, 16), RANGE_EM);
      slip.space(0.5);
    }
    slip.largeRow('前面', `${ahead} 人`, 36);
    slip.space(0.5);
    slip.largeRow('请到', where.zh, 36);
    slip.space(2);
    slip.rule('dashed');
    // Four modules of white above the code, as below it.
    slip.space(3);
    slip.codeBeside(code, ['扫码看叫到几号', ...(missedWithin > 0 ? [`叫过没来，${missedWithin} 个号以内`, '到窗口说一声，接着办'] : ['叫过没来，要重新取号']), where.en], CODE_SIDE);
    slip.space(2);
    slip.rule('solid');
    slip.space(0.5);
    slip.row(localTime(at, hall.timeZone), `${terminal.number} 号机　当天有效`);
    slip.space(1);
    if (hall.demo) {
      slip.bar('演示 · 不能排队');
      slip.space(1.5);
    }
    if (wait !== null && rightOfTen !== null) slip.text(`要等多久是估计，上星期十次里${OF_TEN[Math.max(0, Math.min(10, Math.round(rightOfTen)))]}准`, { align: 'center' });
    return slip.finish();
  });
