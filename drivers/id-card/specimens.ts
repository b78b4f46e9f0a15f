/**
 * Invented citizens for emulators, tests and the demonstration hall. Regions 99xxxx do not exist; the foreigner's numbers are
 * the published specimen pair; every check digit is right.
 */
import type { IdCard } from '../contract.ts';
import { PHOTO_BYTES } from './codec.ts';
import { mod11Check } from './numbers.ts';

export interface SpecimenCard {
  /** Short name for scripts and buttons. */
  id: string;
  /** What is special about this card, for people. */
  label: string;
  card: IdCard;
}

/** Begins every photo block on real cards. */
const WLT_HEADER = [0x57, 0x4c, 0x66, 0x00, 0x7e, 0x00, 0x32, 0x00, 0x00, 0xff, 0x85];

/** A photo block of the right shape that shows nobody: the header, then noise that is the same each time. */
export const specimenPhoto = (seed: number): Uint8Array => {
  const block = new Uint8Array(PHOTO_BYTES);
  let noise = (seed * 2_654_435_761 + 1) >>> 0;
  for (let at = 0; at < block.length; at += 1) {
    // xorshift32
    noise ^= noise << 13;
    noise ^= noise >>> 17;
    noise ^= noise << 5;
    block[at] = WLT_HEADER[at] ?? noise & 0xff;
  }
  return block;
};

const numbered = (region: string, birth: string, sequence: string): string => {
  const body = region + birth + sequence;
  return body + mod11Check(body);
};

const nothingElse = { nameLatin: null, ethnicity: null, address: null, issuer: null, nationality: null, passNumber: null, issueCount: null };

export const SPECIMENS: readonly SpecimenCard[] = [
  {
    id: 'resident',
    label: '欧阳吉祥 · 居民身份证',
    card: {
      ...nothingElse,
      kind: 'resident',
      name: '欧阳吉祥',
      sex: 'male',
      ethnicity: '汉',
      birthDate: '1988-05-12',
      address: '示例省样本市演示区虚构路100号1栋2单元301室',
      idNumber: numbered('990101', '19880512', '001'),
      issuer: '样本市公安局演示分局',
      validFrom: '2016-03-01',
      validTo: '2036-03-01',
      photo: specimenPhoto(1),
    },
  },
  {
    id: 'rare-character',
    label: '李𠮷 · 生僻字姓名',
    card: {
      ...nothingElse,
      kind: 'resident',
      name: '李𠮷',
      sex: 'female',
      ethnicity: '汉',
      birthDate: '1992-11-30',
      address: '示例省样本市演示区虚构大道8号',
      idNumber: numbered('990102', '19921130', '024'),
      issuer: '样本市公安局',
      validFrom: '2019-06-18',
      validTo: '2039-06-18',
      photo: specimenPhoto(2),
    },
  },
  {
    id: 'long-name',
    label: '阿不都克里木·吾买尔江·玉素甫 · 15 字姓名',
    card: {
      ...nothingElse,
      kind: 'resident',
      name: '阿不都克里木·吾买尔江·玉素甫',
      sex: 'male',
      ethnicity: '维吾尔',
      birthDate: '1979-02-03',
      address: '示例自治区样本县演示镇虚构村二组15号',
      idNumber: numbered('990203', '19790203', '035'),
      issuer: '样本县公安局',
      validFrom: '2021-09-09',
      validTo: '2041-09-09',
      photo: specimenPhoto(3),
    },
  },
  {
    id: 'long-term',
    label: '诸葛静好 · 长期有效',
    card: {
      ...nothingElse,
      kind: 'resident',
      name: '诸葛静好',
      sex: 'female',
      ethnicity: '土家',
      birthDate: '1951-10-01',
      address: '示例省样本市演示区虚构巷3号',
      idNumber: numbered('990101', '19511001', '042'),
      issuer: '样本市公安局演示分局',
      validFrom: '2010-01-15',
      validTo: null,
      photo: specimenPhoto(4),
    },
  },
  {
    id: 'foreign-2023',
    label: 'SPECIMEN AISHA · 外国人永久居留身份证(2023)',
    card: {
      ...nothingElse,
      kind: 'foreign-2023',
      name: '样艾莎',
      nameLatin: 'SPECIMEN, AISHA',
      sex: 'female',
      birthDate: '1980-01-01',
      idNumber: '931586198001010028',
      validFrom: '2023-12-01',
      validTo: '2033-12-01',
      nationality: 'PAK',
      issueCount: '00',
      photo: specimenPhoto(5),
    },
  },
  {
    id: 'foreign-2017',
    label: 'SPECIMEN AISHA · 外国人永久居留身份证(2017)',
    card: {
      ...nothingElse,
      kind: 'foreign-2017',
      name: '样艾莎',
      nameLatin: 'SPECIMEN, AISHA',
      sex: 'female',
      birthDate: '1980-01-01',
      idNumber: 'PAK310080010103',
      issuer: '1500',
      validFrom: '2018-04-02',
      validTo: '2028-04-02',
      nationality: 'PAK',
      photo: specimenPhoto(6),
    },
  },
  {
    id: 'hmt',
    label: '林样本 · 港澳台居民居住证',
    card: {
      ...nothingElse,
      kind: 'hmt',
      name: '林样本',
      sex: 'male',
      birthDate: '1985-07-20',
      address: '示例省样本市演示区虚构路66号',
      idNumber: numbered('810000', '19850720', '013'),
      issuer: '样本市公安局',
      validFrom: '2022-08-08',
      validTo: '2027-08-08',
      passNumber: 'H00000000',
      issueCount: '01',
      photo: specimenPhoto(7),
    },
  },
];

/** @returns null when there is none of that name */
export const specimen = (id: string): SpecimenCard | null => SPECIMENS.find((candidate) => candidate.id === id) ?? null;
