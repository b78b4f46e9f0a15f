/** Ticket and receipt slip in the parts that every encoder knows: text in the printer's own font, rows, rules, a QR code, the cut. */
import type { SlipDocument } from '../../drivers/contract.ts';

export type Line =
  | { kind: 'text'; text: string; size: 1 | 2; center: boolean }
  | { kind: 'row'; left: string; right: string }
  | { kind: 'rule' }
  | { kind: 'qr'; text: string };

export interface Layout {
  name: 'ticket' | 'slip';
  lines: Line[];
}

const text = (words: string, size: 1 | 2 = 1, center = false): Line => ({ kind: 'text', text: words, size, center });
const row = (left: string, right: string): Line => ({ kind: 'row', left, right });
const RULE: Line = { kind: 'rule' };

/** What a ticket and a receipt slip say, in both languages of a hall. */
export const LAYOUTS: Readonly<Record<'english' | 'chinese', readonly Layout[]>> = {
  english: [
    {
      name: 'ticket',
      lines: [
        text('Qingxi City Government Service Hall', 1, true), RULE, text('Real estate', 2, true), text('B047', 2, true), RULE, row('Wait about', '25-40 minutes'), row('Ahead of you', '12'), row('Please go to', 'Area B, 2F'), RULE,
        { kind: 'qr', text: 'HALL24:ticket:qingxi:20261123:B047' }, text('Scan to see the number now called'), text('Missed? Within 3 numbers, tell the counter.'), RULE, row('2026-11-23 10:24:09', 'Terminal 5, valid today'), text('DEMONSTRATION', 1, true),
      ],
    },
    {
      name: 'slip',
      lines: [
        text('Qingxi City Government Service Hall', 1, true), text('Receipt', 2, true), RULE, text('Public rental housing', 2), text('Case number'), text('2026 1122 0005 0068', 2), RULE, row('Received', '2026-11-22 03:24:07'), row('Decision by', '11 December (14 working days)'), row('Fee', 'none'), row('Result', 'locker of this hall'), RULE,
        text('Materials received: 4, pages: 11'), text('1 Household register (e-licence, 4 p.)'), text('2 ID card (4 p.)'), text('3 Labour contract (scanned, 3 p.)'), text('4 Proof of income (scanned, 2 p.)'), RULE,
        { kind: 'qr', text: 'https://example.invalid/q/2026112200050068' }, text('Issued offline. Your case is stored.'), text('Check 7C2F 9A10 4E8B D366 Chain 00412'), RULE, text('DEMONSTRATION', 1, true), row('No name on this paper', 'Copy 1'), text('This slip proves we received your case.'), text('Keep it. Check progress: scan the code.'),
      ],
    },
  ],
  chinese: [
    {
      name: 'ticket',
      lines: [
        text('青溪市政务服务大厅', 1, true), RULE, text('不动产登记', 2, true), text('B047', 2, true), RULE, row('大约要等', '25到40分钟'), row('前面', '12人'), row('请到', '二楼B区等候'), RULE,
        { kind: 'qr', text: 'HALL24:ticket:qingxi:20261123:B047' }, text('扫码看叫到几号'), text('叫过没来，三个号以内到窗口说一声，接着办'), RULE, row('2026-11-23 10:24:09', '5号机当天有效'), text('演示不能排队', 1, true), text('要等多久是估计，上星期十次里八次准', 1, true),
      ],
    },
    {
      name: 'slip',
      lines: [
        text('青溪市政务服务大厅', 1, true), text('受理回执', 2, true), RULE, text('公租房申请', 2), text('受理号'), text('2026 1122 0005 0068', 2), RULE, row('受理时间', '2026-11-22 03:24:07'), row('承诺办结', '12月11日前'), row('费用', '不收费'), row('结果怎么拿', '本厅取件柜'), RULE,
        text('收到材料4份11页'), text('1户口簿（电子证照4页）'), text('2身份证（现场读卡2页）'), text('3劳动合同（扫描3页）'), text('4收入证明（扫描2页）'), RULE,
        { kind: 'qr', text: 'https://example.invalid/q/2026112200050068' }, text('本单在断网时签发，内容已存下。同样有效。'), text('校验7C2F 9A10 4E8B D366'), RULE, text('演示不是真的回执', 1, true), row('纸上没有姓名', '第1张'),
      ],
    },
  ],
};

/** A layout as the product's own document. */
export const documentOf = ({ lines }: Layout): SlipDocument => ({
  parts: [
    ...lines.map((line): SlipDocument['parts'][number] => {
      switch (line.kind) {
        case 'text':
          return { type: 'text', text: line.text, width: line.size, height: line.size, align: line.center ? 'center' : 'left' };
        case 'row':
          return { type: 'row', left: line.left, right: line.right };
        case 'rule':
          return { type: 'rule', style: 'dashed' };
        case 'qr':
          return { type: 'qr', text: line.text, module: 6 };
      }
    }),
    { type: 'cut', mode: 'full' },
  ],
});
