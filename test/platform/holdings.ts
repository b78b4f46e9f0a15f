/** What the platform "already holds": made up from the person's number, the same every time, of nobody real. */
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { lookUpRequest } from '../../electron/platform/wire.ts';

export type PersonOnWire = z.infer<typeof lookUpRequest>['person'];

export interface Holdings {
  employer: string;
  /** Fen. */
  monthlyIncome: number;
  retired: boolean;
  /** 2016年7月 */
  firstInsured: string;
  insurances: { name: string; from: string; to: string; months: number; status: string }[];
  /** Electronic licences by material id. */
  licences: string[];
}

const EMPLOYERS = ['青溪市第二纺织厂', '青溪市公共交通有限公司', '青溪市万松路小学', '青溪市长风机械有限公司', '青溪市城东人民医院', '青溪市绿源环境服务有限公司'];
const KINDS = ['企业职工基本养老保险', '职工基本医疗保险', '失业保险', '工伤保险', '生育保险'];

const month = (index: number): string => `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`;
const chineseMonth = (index: number): string => `${Math.floor(index / 12)}年${(index % 12) + 1}月`;

/**
 * @param person as read from a card; only number, birth date and kind matter
 * @param at ISO time of asking
 */
export const holdingsOf = (person: PersonOnWire, at: string): Holdings => {
  const dice = createHash('sha256').update(`hall24 demonstration ${person.idNumber}`).digest();
  const roll = (index: number, sides: number): number => dice.readUInt16BE(index * 2) % sides;
  const year = Number(at.slice(0, 4));
  const last = year * 12 + Number(at.slice(5, 7)) - 2;
  const born = Number(person.birthDate.slice(0, 4)) || year - 40;
  const retired = year - born >= 63;
  // Nobody is insured before 18, and nobody here for longer than 25 years.
  const most = Math.max(1, Math.min(300, last - (born + 18) * 12));
  const months = Math.max(1, 1 + roll(1, most));
  const first = last - months + 1;
  return {
    employer: retired ? '已退休' : (EMPLOYERS[roll(2, EMPLOYERS.length)] ?? ''),
    monthlyIncome: retired ? 280_000 + roll(3, 200) * 1_000 : 300_000 + roll(3, 400) * 1_000,
    retired,
    firstInsured: chineseMonth(first),
    insurances: KINDS.slice(0, retired ? 2 : KINDS.length).map((name, index) => {
      const from = index === 0 ? first : Math.min(last, first + roll(4 + index, 6));
      return { name, from: month(from), to: month(last), months: last - from + 1, status: retired ? '待遇享受' : '正常缴费' };
    }),
    licences: person.kind === 'resident' ? ['household-register'] : [],
  };
};
