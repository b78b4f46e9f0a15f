/** When a class gives numbers, as people say it: 上午 9:00 开始取号. For the pages of citizens and of staff. Pure. */
export type Opening = { today?: { from: string; to: string }[]; until: string | null; opens: { inDays: number; weekday: number; at: string } | null };
type Language = 'zh' | 'en';

const ZH_DAYS = ['一', '二', '三', '四', '五', '六', '日'];
const EN_DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** 13:30 is 下午 1:30. */
export const timeSaid = (time: string, language: Language): string => {
  if (time === '24:00') return language === 'zh' ? '半夜 12:00' : 'midnight';
  const hour = Number(time.slice(0, 2));
  const rest = time.slice(2);
  if (language === 'en') return `${String(hour)}${rest}`;
  const part = hour < 6 ? '凌晨' : hour < 12 ? '上午' : hour < 13 ? '中午' : hour < 18 ? '下午' : '晚上';
  return `${part} ${String(hour > 12 ? hour - 12 : hour)}${rest}`;
};

/** The day on which numbers are given again; empty for today. */
const daySaid = ({ inDays, weekday }: { inDays: number; weekday: number }, language: Language): string => {
  if (inDays === 0) return '';
  if (inDays === 1) return language === 'zh' ? '明天' : 'tomorrow ';
  const today = ((((weekday - 1 - inDays) % 7) + 7) % 7) + 1;
  if (language === 'en') return `${EN_DAYS[weekday - 1] ?? ''} `;
  return `${weekday <= today ? '下周' : '周'}${ZH_DAYS[weekday - 1] ?? ''}`;
};

/** Numbers are given round the clock today; null: they are not. */
export const allDaySaid = ({ today = [] }: Opening, language: Language): string | null => (today.some(({ from, to }) => from === '00:00' && to === '24:00') ? (language === 'zh' ? '全天' : 'all day') : null);

/** When numbers are given again; null: the class is open. */
export const opensSaid = ({ until, opens }: Opening, language: Language): string | null => {
  if (until !== null) return null;
  if (opens === null) return language === 'zh' ? '这几天不取号' : 'No numbers these days';
  const when = `${daySaid(opens, language)}${timeSaid(opens.at, language)}`;
  return language === 'zh' ? `${when} 开始取号` : `Numbers from ${when}`;
};
