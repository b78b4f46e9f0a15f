/** Made-up people and papers that the tests of this folder print. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { hall as hallSchema, item as itemSchema, terminal as terminalSchema, type Hall, type Item, type Terminal } from '../../kiosk-config/index.ts';
import type { IssuedCertificate, Submission } from '../cases/types.ts';
import type { AppointmentSlipInput, DoubtSlipInput, PlacesSlipInput, ReceiptSlipInput, TicketSlipInput } from './types.ts';

const folder = join(import.meta.dirname, '../../kiosk-config/demo-hall');
const read = (file: string): unknown => parse(readFileSync(join(folder, file), 'utf8'));

export const demoHall: Hall = hallSchema.parse(read('hall.yaml'));
export const housing: Item = itemSchema.parse(read('items/public-rental-housing.yaml'));
export const insurance: Item = itemSchema.parse(read('items/social-insurance-certificate.yaml'));
export const terminal5: Terminal = terminalSchema.parse({ id: 'terminal-5', number: 5, panel: { widthMm: 398, lowerEdgeMm: 700 }, devices: [] });

export const insured: IssuedCertificate = {
  number: '青社证〔2026〕0012345',
  issuedAt: '2026-11-22T03:24:07+08:00',
  verificationCode: '7C2F-9A10-4E8B',
  values: {
    asOf: '2026年11月',
    person: { name: '王𠮷安', idNumber: '110101199003070011', sex: '女' },
    employer: '青溪市清河机械制造有限公司',
    firstInsured: '2014-07',
    insurances: [
      { name: '职工基本养老保险', from: '2014-07', to: '2026-10', months: 148, status: '正常缴费' },
      { name: '职工基本医疗保险', from: '2014-07', to: '2026-10', months: 148, status: '正常缴费' },
      { name: '失业保险', from: '2014-07', to: '2026-10', months: 148, status: '正常缴费' },
      { name: '工伤保险', from: '2014-07', to: '2026-10', months: 148, status: '正常缴费' },
      { name: '生育保险', from: '2014-07', to: '2026-10', months: 148, status: '正常缴费' },
    ],
    agency: '青溪市社会保险基金管理局',
    issuedOn: '2026-11-22',
  },
};

export const confirmed: IssuedCertificate = {
  number: '青房保〔2026〕0004417',
  issuedAt: '2026-12-09T10:41:30+08:00',
  verificationCode: '51D0-77AE-C3F2',
  values: {
    applicant: { name: '王𠮷安', idNumber: '11010119900307001X' },
    application: { submittedOn: '2026年11月22日', caseNumber: '2026112200050068' },
    household: { size: 3, monthlyIncome: '3,860.00' },
    eligibility: { housing: '两居室', validFrom: '2026-12-09', validTo: '2028-12-08' },
    agency: '青溪市住房和城乡建设局',
    issuedOn: '2026-12-09',
  },
};

export const submission: Submission = {
  caseNumber: '2026112200050068',
  storedAt: '2026-11-22T03:24:07+08:00',
  clockKnown: true,
  digest: '7c2f9a104e8bd366a1b2c3d4e5f60718293a4b5c6d7e8f90112233445566778',
  statement: `HALL24:1:qingxi:5:412:2026112200050068:2026-11-22T03:24:07+08:00:${'Kq7_'.repeat(11)}:${'xY3-'.repeat(21)}Qg`,
  chainNumber: 412,
};

export const receiptInput: ReceiptSlipInput = {
  hall: demoHall,
  terminal: terminal5,
  item: housing,
  submission,
  promisedBy: '2026-12-11',
  materials: [
    { name: { zh: '户口簿', en: 'Household register' }, how: 'platform', pages: 4 },
    { name: { zh: '身份证', en: 'ID card' }, how: 'card', pages: 2 },
    { name: { zh: '劳动合同', en: 'Labour contract' }, how: 'scan', pages: 3 },
    { name: { zh: '收入证明', en: 'Proof of income' }, how: 'scan', pages: 2 },
  ],
  offline: true,
  copy: 1,
  language: 'zh',
};

export const doubtInput: DoubtSlipInput = {
  hall: demoHall,
  terminal: terminal5,
  item: insurance,
  doubtNumber: '0731-6',
  doubtQr: 'HALL24:doubt:qingxi:5:0731-6',
  at: '2026-11-22T03:26:00+08:00',
  sheets: { printed: 2, total: 3 },
  language: 'zh',
};

export const placesInput: PlacesSlipInput = { hall: demoHall, terminal: terminal5, item: insurance, at: '2026-11-22T03:26:00+08:00', places: demoHall.otherPlaces, language: 'zh' };

export const appointmentInput: AppointmentSlipInput = {
  hall: demoHall,
  terminal: terminal5,
  device: 'receipt-printer',
  queueClass: { zh: '不动产登记', en: 'Real-estate registration' },
  time: '2026-11-24T09:30:00+08:00',
  where: { zh: '二楼 B 区', en: 'Area B, first floor' },
  code: 'Y0123456789AB',
  at: '2026-11-23T10:25:12+08:00',
  language: 'zh',
};

export const ticketInput: TicketSlipInput = {
  hall: demoHall,
  terminal: terminal5,
  queueClass: { zh: '不动产登记', en: 'Real estate' },
  number: 'B047',
  wait: { from: 25, to: 40 },
  ahead: 12,
  where: { zh: '二楼 B 区等候', en: 'Wait in Area B, 2F' },
  code: 'HALL24:ticket:qingxi:20261123:B047',
  missedWithin: 3,
  at: '2026-11-23T10:24:09+08:00',
  rightOfTen: 8,
};
