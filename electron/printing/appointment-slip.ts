/** 预约单: when, for what, where, and the code that checks its holder in on that day. Bears no name; a second one of it is as good as the first. */
import type { SlipDocument } from '../../drivers/contract.ts';
import type { Fonts } from './fonts.ts';
import { fontOf } from './printer-font.ts';
import { closing } from './receipt-slip.ts';
import { chineseDay, createSlip, DOTS_PER_MM, englishDay, head, localTime, made } from './slip.ts';
import type { AppointmentSlipInput, Made } from './types.ts';

/** Read at arm's length, and copied by hand onto a calendar. */
const TIME_EM = 22 * DOTS_PER_MM;
const CODE_SIDE = 27 * DOTS_PER_MM;
const WEEKDAYS = ['周日', '周一', '周二', '周三', '周四', '周五', '周六'];

/** Lays out the slip of an agreed time. */
export const appointmentSlip = (fonts: Fonts, { hall, terminal, device, queueClass, time, where, code, at, language }: AppointmentSlipInput): Made<SlipDocument> =>
  made(() => {
    const english = language === 'en';
    const slip = createSlip(fonts, { shows: fontOf(terminal, device) });
    const local = localTime(time, hall.timeZone);
    const weekday = new Date(`${local.slice(0, 10)}T12:00:00Z`).getUTCDay();
    head(slip, hall, { zh: '预约单', en: 'Appointment' }, '那天带它来，先签到取号', english);
    slip.large(queueClass.zh, 47, 'center');
    if (english) slip.text(queueClass.en, { align: 'center', bold: true });
    slip.space(1.5);
    slip.large(`${chineseDay(local)} ${WEEKDAYS[weekday] ?? ''}`, 56, 'center');
    if (english) slip.text(englishDay(local), { align: 'center', bold: true });
    slip.space(2);
    slip.huge(local.slice(11, 16), TIME_EM);
    slip.space(3);
    slip.rule('dashed');
    slip.space(1);
    slip.largeRow(english ? '地点 Place' : '地点', hall.name.zh, 36);
    slip.space(0.5);
    slip.largeRow(english ? '等候 Wait at' : '等候', where.zh, 36);
    if (english) {
      slip.text(hall.name.en, { align: 'right' });
      slip.text(where.en, { align: 'right' });
    }
    slip.space(2);
    slip.rule('dashed');
    // Four modules of white above the code, as below it.
    slip.space(3);
    slip.codeBeside(code, ['到了先签到', '把码对着自助机扫码处', '或者写预约码', ...(english ? ['Check in at a terminal:', 'show or type this code'] : [])], CODE_SIDE);
    slip.text(english ? '预约码 Code' : '预约码', { align: 'center' });
    slip.large(code, 52, 'center');
    slip.space(1.5);
    slip.rule('solid');
    slip.space(0.5);
    slip.row(localTime(at, hall.timeZone), `${terminal.number} 号机`);
    closing(slip, { hall }, ['Check in at a terminal of the hall on that day.', 'Whoever has this code has the appointment.'], '演示 · 不是真的预约');
    return slip.finish();
  });
