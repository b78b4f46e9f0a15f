/** One view per screen and state that matters, with people who do not exist. */
import type { Screen, SessionView } from '../../renderer/api/types.ts';

type T = { zh: string; en: string };
const t = (zh: string, en: string): T => ({ zh, en });

const RENT = { id: 'public-rental-housing', name: t('公租房申请', 'Public rental housing') };
const INSURANCE = { id: 'social-insurance-certificate', name: t('社会保险参保证明', 'Social insurance certificate') };
const items: Extract<Screen, { kind: 'home' }>['items'] = [
  { ...RENT, summary: t('收入不高、住房困难的家庭，向市里租房', 'Rent a home from the city if your income is low'), icon: 'house', entry: 'apply', theme: '安居', keywords: ['gzf', 'gongzufang', '租房'], open: true, reasons: [] },
  { ...INSURANCE, summary: t('当场打印，盖电子章', 'Printed on the spot with an electronic seal'), icon: 'shield', entry: 'print', theme: null, keywords: ['sb', 'shebao', 'cbzm'], open: true, reasons: [] },
];
const outOfPaper = { kind: 'consumables' as const, device: 'document-printer' as const, condition: 'paper-out' as const, remedy: 'replenish' as const, since: '2026-11-22T03:02:10+08:00' };
const closedItems = items.map((item, index) => (index === 1 ? { ...item, open: false, reasons: [outOfPaper] } : item));
const places = [
  { name: t('本厅 2 号机', 'Terminal 2 of this hall'), how: t('左手边走 6 步，门口第一台', 'Six steps to your left, first at the door'), hours: t('24 小时', '24 hours') },
  { name: t('万松路自助点', 'Wansong Road self-service point'), how: t('万松路 18 号，银行旁边', '18 Wansong Road, beside the bank'), hours: t('24 小时', '24 hours') },
  { name: t('本厅白天窗口', 'Counters of this hall'), how: t('一楼 3 号窗口，带身份证', 'Ground floor, counter 3, with your ID card'), hours: t('周一到周五 8:30—17:00', 'Mon to Fri 8:30–17:00') },
];
const rail = (current: number): { steps: ('card' | 'form' | 'materials' | 'check' | 'sign' | 'done')[]; current: number } => ({ steps: ['card', 'form', 'materials', 'check', 'sign', 'done'], current });
const printRail = (current: number): { steps: ('card' | 'check' | 'print')[]; current: number } => ({ steps: ['card', 'check', 'print'], current });

const slip = { state: 'take' as const, fault: null, copies: 1, where: t('屏幕下方左边', 'Below the screen, left') };
const sheet = { state: 'take' as const, fault: null, copies: 1, where: t('屏幕左下方', 'Below the screen, far left') };
const cardWhere = t('屏幕右下方', 'Below the screen, right');
const cameraWhere = t('台面右边，有灯的托板', 'The lit plate, on the right of the counter');
const scannerWhere = t('屏幕下方中间', 'Below the screen, middle');

const question = (change: Partial<Extract<Screen, { kind: 'question' }>>, asked: Partial<Extract<Screen, { kind: 'question' }>['question']> = {}): Screen => ({
  kind: 'question',
  item: RENT,
  rail: rail(1),
  index: 4,
  total: 9,
  value: '',
  source: null,
  error: null,
  fromCheck: false,
  correction: null,
  ...change,
  question: {
    field: 'employer',
    title: t('您现在在哪个单位上班？', 'Where do you work now?'),
    hint: t('写全名。退休了或没上班，按输入框下面的按钮。', 'Write its whole name, or press a button below.'),
    label: t('上班的单位', 'Employer'),
    input: 'text',
    choices: [],
    quick: [
      { value: '退休', label: t('我退休了', 'I am retired') },
      { value: '无单位', label: t('我现在没有单位', 'I have no employer') },
    ],
    example: { title: t('不知道全名叫什么？', 'Not sure of the whole name?'), body: t('公章那一圈字就是全名，劳动合同里也有。', 'It is the ring of words on the seal, and in your labour contract.'), picture: 'seal', caption: t('这一圈字就是全名', 'THE FULL NAME') },
    unit: null,
    maxLength: 60,
    ...asked,
  },
});
const page = (index: number, findings: ('pale' | 'blurred' | 'cut-off' | 'tilted' | 'dark' | 'blank' | 'same-side')[] = [], side: 'front' | 'back' | null = null) => ({ id: `page-${String(index)}`, index, url: `/pages/${side ?? String(index)}.png`, findings, side });
const strip = [
  { id: 'household', name: t('户口簿', 'Household book'), state: 'have' as const, how: 'platform' as const, kind: 'pictures' as const, pages: 2 },
  { id: 'id', name: t('身份证', 'ID card'), state: 'have' as const, how: 'card' as const, kind: 'pictures' as const, pages: 1 },
  { id: 'contract', name: t('劳动合同', 'Labour contract'), state: 'now' as const, how: 'scan' as const, kind: 'pictures' as const, pages: 0 },
  { id: 'income', name: t('收入证明', 'Income proof'), state: 'next' as const, how: 'scan' as const, kind: 'pictures' as const, pages: 0 },
];
const material = { id: 'contract', name: t('劳动合同', 'Labour contract'), hint: t('有字的一面朝下，一次放一张。', 'Written side down, one sheet at a time.'), kind: 'pictures' as const, minPages: 2, maxPages: 6 };
const materials = (change: Partial<Extract<Screen, { kind: 'materials' }>>): Screen => ({ kind: 'materials', item: RENT, rail: rail(2), strip, material, phase: 'insert', side: null, pages: [], dropped: 0, over: false, unbound: false, fault: null, ways: [{ way: 'scanner', ready: true, where: scannerWhere }], way: null, where: scannerWhere, fromCheck: false, correction: null, ...change });
const several = { ...material, hint: t('有字的一面朝下。', 'Written side down.'), kind: 'several-pages' as const, minPages: 1, maxPages: 12 };
const card = { id: 'spouse', name: t('爱人的身份证', "Spouse's ID card"), hint: t('正反两面都要。', 'Both sides.'), kind: 'id-copy' as const, minPages: 2, maxPages: 2 };
const cardStrip = [...strip.slice(1, 3).map((one) => ({ ...one, state: 'have' as const, pages: 3 })), { id: 'spouse', name: card.name, state: 'now' as const, how: 'scan' as const, kind: 'id-copy' as const, pages: 0 }, { ...strip[3]!, kind: 'several-pages' as const }];
const cardMaterial = { material: card, strip: cardStrip };

const row = (field: string, label: T, masked: string | T, source: 'card' | 'platform' | 'typed' | 'chosen' | null, more: { full?: string; editable?: boolean; target?: 'question' | 'materials' | 'none' } = {}) => {
  const words = typeof masked === 'string' ? t(masked, masked) : masked;
  return { field, label, masked: words, full: more.full === undefined ? words : t(more.full, more.full), source, editable: more.editable ?? true, target: more.target ?? ('question' as const) };
};
const slotWhere = t('屏幕下方，亮黄灯的出票口', 'Below the screen, the slot with the amber light');
const numberClass = (id: string, prefix: string, name: T, waiting: number, range: { from: number; to: number } | null, more: Partial<Extract<Screen, { kind: 'number' }>['classes'][number]> = {}): Extract<Screen, { kind: 'number' }>['classes'][number] => ({ id, prefix, name, open: true, opening: { today: [{ from: '09:00', to: '17:00' }], until: '17:00', opens: null }, identify: 'none' as const, waiting, openCounters: 2, range, where: t('二楼 B 区', 'Area B, first floor'), ...more });
const numberClasses: Extract<Screen, { kind: 'number' }> = {
  kind: 'number',
  item: null,
  classes: [
    numberClass('insurance', 'A', t('社保医保', 'Social and medical insurance'), 6, { from: 8, to: 15 }),
    numberClass('real-estate', 'B', t('不动产登记', 'Real-estate registration'), 12, { from: 25, to: 40 }),
    numberClass('general', 'C', t('综合业务', 'General services'), 0, { from: 0, to: 0 }),
    numberClass('company', 'D', t('企业开办', 'Starting a company'), 1, null, { identify: 'card-or-code', openCounters: 0 }),
  ],
  priorities: [
    { id: 'elder', name: t('长者优先', 'Elders first'), chosen: false, byCard: false },
    { id: 'disabled', name: t('残障人士优先', 'People with disabilities first'), chosen: true, byCard: false },
    { id: 'soldier', name: t('军人优先', 'Soldiers first'), chosen: false, byCard: false },
  ],
  appointments: true,
};
const ticketShown: Extract<Screen, { kind: 'ticket' }> = {
  kind: 'ticket',
  ticket: {
    number: 'B047', ticket: 'a0b1c2d3e4f5a6b7c8d9e0f1', day: '20261122', state: 'waiting', class: 'real-estate', className: t('不动产登记', 'Real-estate registration'), itemName: null, since: '2026-11-22T10:24:09+08:00',
    ahead: 12, aheadBooked: 2, range: { from: 25, to: 40 }, record: { share: 0.8, of: 120 }, where: t('二楼 B 区', 'Area B, first floor'), way: t('上电梯右转，看屏幕、听广播', 'Up the escalator, then right; watch the board'), openCounters: 4, counter: null, toleranceCalls: 3, behind: 2, agreed: null, asOf: null,
  },
  code: 'https://10.20.0.5:8443/ticket/?t=a0b1c2d3e4f5a6b7c8d9e0f1',
  paper: { ...slip, where: slotWhere },
  device: 'ticket-dispenser',
  canPrint: false,
  had: false,
  giving: false,
  refusal: null,
  otherItems: true,
  earliest: '2026-11-23T09:30:00+08:00',
  notBooked: null,
};
const times: Extract<Screen, { kind: 'times' }> = {
  kind: 'times', number: 'B047', className: ticketShown.ticket.className, times: ['09:30', '10:00', '10:30', '11:00', '14:00', '14:30'].map((at) => `2026-11-23T${at}:00+08:00`), later: true, gone: null,
};
const agreed: Extract<Screen, { kind: 'appointment' }> = {
  kind: 'appointment', appointmentCode: 'Y0123456789AB', time: '2026-11-23T09:30:00+08:00', className: ticketShown.ticket.className, where: ticketShown.ticket.where, way: ticketShown.ticket.way, number: 'B047', numberBack: 'given-back', paper: { ...slip, where: slotWhere }, device: 'ticket-dispenser', canPrint: false,
};

const check: Screen = {
  kind: 'check',
  item: RENT,
  rail: rail(3),
  groups: [
    {
      id: 'applicant',
      title: t('申请人', 'Applicant'),
      rows: [
        row('name', t('姓名', 'Name'), '欧阳吉祥', 'card', { editable: false, target: 'none' }),
        row('idNumber', t('身份证号', 'ID number'), '4412 •••• •••• 0037', 'card', { full: '441200199001010037', editable: false, target: 'none' }),
        row('phone', t('手机号', 'Mobile'), '138 •••• 6620', 'typed', { full: '138 0000 6620' }),
      ],
    },
    {
      id: 'home',
      title: t('住房和收入', 'Home and income'),
      rows: [
        row('address', t('现在住在', 'Living at'), '青溪市城东区万松路 •• 号 ••• 室', 'card', { full: '青溪市城东区万松路 18 号 302 室' }),
        row('household', t('家里几口人', 'People at home'), t('3 口人', '3 people'), 'chosen'),
        row('employer', t('上班的单位', 'Employer'), '青溪市第二纺织厂', 'typed'),
        row('income', t('家庭月收入', 'Monthly income'), t('3,860.00 元', '3,860.00 yuan'), 'platform'),
      ],
    },
    {
      id: 'papers',
      title: t('材料和结果', 'Papers and result'),
      rows: [row('materials', t('交了几份材料', 'Papers handed in'), t('4 份，共 11 页', '4 papers, 11 pages'), null, { target: 'materials' }), row('result', t('结果怎么拿', 'How to get the result'), t('到本厅来打印', 'Print it in this hall'), 'chosen')],
    },
  ],
};
const done: Extract<Screen, { kind: 'done' }> = {
  kind: 'done',
  item: RENT,
  caseNumber: '202611220068',
  storedAt: '2026-11-22T03:24:07+08:00',
  clockKnown: true,
  atPlatform: true,
  slip,
  certificate: null,
  materials: { count: 4, pages: 11 },
  next: [
    { title: t('12月11日前　审核', 'By 11 Dec, review'), body: t('要补的，一次全告诉您', 'Everything to correct is told at once') },
    { title: t('办好后　来这里打印', 'Then, print it here'), body: t('放上身份证，就能看到', 'Lay your ID card to see it') },
  ],
  rating: null,
};
const fault: Extract<Screen, { kind: 'fault' }> = { kind: 'fault', item: INSURANCE, caseNumber: '202611220071', fault: 'paper-out', device: 'document-printer', sheets: { printed: 2, total: 3 }, safe: 'stored', doubtNumber: '0731-6', doubtQr: 'hall24:doubt:0731-6:demo', canRetry: false, places: places.slice(0, 2), slip };

const base: Omit<SessionView, 'screen'> = {
  revision: 1,
  hall: { name: t('青溪市政务服务大厅', 'Qingxi City Government Service Hall'), area: t('24小时自助服务区', '24-hour self-service area'), phone: '0000-8888000', hotline: '12345', timeZone: 'Asia/Shanghai' },
  terminal: { number: 5, demo: true, widthMm: 398, lowerEdgeMm: 760, pageDevices: [] },
  now: '2026-11-22T03:24:30+08:00',
  clockKnown: true,
  language: 'zh',
  modes: { elder: false, spoken: { on: false, languages: ['zh', 'en'], pad: true } },
  inSession: true,
  idle: null,
  help: null,
};
/** Three characters' worth of lines, in mm. */
const ON_PAD: [number, number][][] = [0, 1, 2].flatMap((glyph) => [0, 1, 2, 3].map((stroke) => Array.from({ length: 24 }, (_, step): [number, number] => [12 + glyph * 34 + step * 1.1, 18 + stroke * 8 + Math.sin((step + glyph * 3 + stroke * 5) / 4) * 5])));

const view = (screen: Screen, more: Partial<SessionView> = {}): SessionView => ({ ...base, ...more, screen });
const withCamera: Partial<SessionView> = { terminal: { ...base.terminal, pageDevices: [{ device: 'document-camera', thing: 'camera', label: null, heard: true }] } };
const lockerWhere = t('机器左边的取件柜', 'The cabinet left of the terminal');
const fetch = (change: Partial<Extract<Screen, { kind: 'fetch' }>>): Screen => ({ kind: 'fetch', itemName: RENT.name, caseNumber: '2026112200500012', cell: '12', where: lockerWhere, step: 'open', watched: true, others: 0, ...change });
const home = (change: Partial<Extract<Screen, { kind: 'home' }>> = {}): Screen => ({ kind: 'home', items, openCount: 2, closedCount: 0, reader: 'waiting', readerWhere: cardWhere, numbers: true, codeWhere: null, pickUp: 'open', ...change });

/** Name → view, in Chinese and standard letters on the reference panel; the harness turns each into the other modes. */
export const FIXTURES: Readonly<Record<string, SessionView>> = {
  home: view(home(), { inSession: false }),
  'home-day': view(home({ items: closedItems, openCount: 1, closedCount: 1, reader: 'failed' }), { inSession: false, now: '2026-11-23T09:40:00+08:00' }),
  // Nothing can be begun, and where the reader is takes two lines.
  'home-none-open': view(home({ items: items.map((item) => ({ ...item, open: false, reasons: [outOfPaper] })), openCount: 0, closedCount: 2, readerWhere: t('屏幕右下方，画着卡片的亮灯处', 'Below the screen on the right, where the card sign is lit') }), { inSession: false }),
  'home-reader-closed': view(home({ items: closedItems, openCount: 1, closedCount: 1, reader: 'closed' }), { inSession: false, clockKnown: false, terminal: { ...base.terminal, demo: false } }),
  items: view({ kind: 'items', entry: 'all', items: closedItems }),
  'items-many': view({ kind: 'items', entry: 'apply', items: Array.from({ length: 14 }, (_, index) => ({ ...(items[index % 2] ?? items[0]!), id: `item-${String(index)}` })) }),
  'items-closed': view({ kind: 'items', entry: 'closed', items: closedItems.slice(1) }),
  guide: view({
    kind: 'guide',
    item: RENT,
    open: true,
    rows: [
      { label: t('谁来审', 'Who reviews it'), value: t('青溪市住房和城乡建设局', 'Qingxi City Housing and Construction Bureau') },
      { label: t('谁能办', 'Who can apply'), value: t('年满 18 周岁的本市居民，持居民身份证', 'Residents of this city aged 18 or over, with a resident identity card') },
      { label: t('依据', 'Legal basis'), value: t('《公共租赁住房管理办法》（住房和城乡建设部令第11号）第七条、第八条', 'Measures for the Administration of Public Rental Housing (Order No. 11), Articles 7 and 8') },
      { label: t('多少天办好', 'Days until decided'), value: t('14 个工作日（法定 30 个）', '14 working days (30 by law)') },
      { label: t('收费', 'Fee'), value: t('不收费', 'Free') },
      { label: t('要带什么', 'What to bring'), value: t('身份证\n劳动合同，2 到 6 页\n收入证明，1 到 3 页', 'ID card\nLabour contract, 2 to 6 pages\nIncome proof, 1 to 3 pages') },
      { label: t('拿到什么', 'What you get'), value: t('公租房保障资格确认书', 'Confirmation of eligibility') },
      { label: t('咨询电话', 'Questions'), value: t('0000-12345', '0000-12345') },
    ],
  }),
  closed: view({ kind: 'closed', item: INSURANCE, reasons: [outOfPaper], places, canPrintPlaces: true, numbers: t('社保医保', 'Social and medical insurance') }),
  'closed-platform': view({ kind: 'closed', item: INSURANCE, reasons: [{ kind: 'platform', device: null, condition: null, remedy: null, since: '2026-11-22T02:40:00+08:00' }, { ...outOfPaper, kind: 'hardware', device: 'scanner', condition: 'not-responding', remedy: 'reset' }], places: [], canPrintPlaces: false, numbers: null }),
  card: view({ kind: 'card', item: INSURANCE, rail: printRail(0), state: 'waiting', fault: null, where: cardWhere, forPickUp: false, forNumber: null, codeWhere: null, codeProblem: null }),
  'card-failed': view({ kind: 'card', item: RENT, rail: rail(0), state: 'failed', fault: 'media-removed', where: cardWhere, forPickUp: false, forNumber: null, codeWhere: null, codeProblem: null }),
  'card-reading': view({ kind: 'card', item: null, rail: null, state: 'reading', fault: null, where: cardWhere, forPickUp: false, forNumber: null, codeWhere: null, codeProblem: null }),
  'card-not-accepted': view({ kind: 'card', item: RENT, rail: rail(0), state: 'not-accepted', fault: null, where: cardWhere, forPickUp: false, forNumber: null, codeWhere: null, codeProblem: null }),
  mine: view({
    kind: 'mine',
    name: '欧阳吉祥',
    items,
    numbers: true,
    pickUp: 1,
    cases: [
      { caseNumber: '202611220068', item: RENT, state: 'approved', at: '2026-11-20T03:24:07+08:00', promisedBy: null, printable: true },
      { caseNumber: '202611180012', item: RENT, state: 'to-correct', at: '2026-11-18T10:00:00+08:00', promisedBy: '2026-12-08', printable: false },
    ],
  }),
  'mine-rare': view({ kind: 'mine', name: '𠮷田·阿依努尔', items, cases: [], numbers: false, pickUp: null }),
  notice: view({
    kind: 'notice',
    item: RENT,
    rail: rail(1),
    title: t('办之前，先看一眼', 'Before you begin'),
    paragraphs: [
      t('带上身份证、劳动合同和收入证明。退休了带退休证，没上班带失业登记证。', 'Have your ID card, labour contract and income statement at hand. If you are retired, your pension certificate; if out of work, your unemployment registration.'),
      t('姓名、证件号从身份证读。收入和单位，平台知道的替您填好，您看对不对。', 'Your name and number are read from the card. Your income and employer are filled in where the platform knows them; you check them.'),
      t('您填的和交的，只给住建局审核用，加密存在本机，取走结果 30 天后抹掉，一直没取的半年后抹掉。', 'What you enter and hand in goes to the Housing Bureau for review only. It is kept sealed on this terminal and erased 30 days after you have the result, or half a year later if nobody collects it.'),
      t('填的要是真的。填错了可以改；有意说假话，会取消资格。', 'What you state must be true. Mistakes can be corrected; a false statement made on purpose ends your eligibility.'),
    ],
    agree: t('我看过了，开始填', 'I have read this, begin'),
    resume: { savedAt: '2026-11-21T22:10:00+08:00' },
  }),
  question: view(question({ value: '青溪市第二纺' })),
  'question-empty-error': view(question({ error: { code: 'required', amount: null } })),
  'question-too-long': view(question({ value: '青溪市清河新区第三人民医院后勤保障中心'.repeat(4), error: { code: 'too-long', amount: 60 } })),
  'question-emoji': view(question({ value: '青溪市第二纺织厂😀', error: { code: 'emoji', amount: null } })),
  'question-broken-character': view(question({ value: '青溪市第二\uD842厂', error: { code: 'broken-character', amount: null } })),
  'question-phone': view(question({ value: '1380000', error: { code: 'too-short', amount: 4 }, index: 2 }, { field: 'phone', title: t('您的手机号是多少？', 'What is your mobile number?'), hint: t('11 位数字。材料要补的时候打这个号码。', '11 digits. We call it if something has to be corrected.'), label: t('手机号', 'Mobile'), input: 'phone', quick: [], maxLength: 11, example: { title: t('没有手机？', 'No mobile phone?'), body: t('写家里人的号码也行，先跟他说一声。', "A relative's number will do. Let them know first."), picture: 'phone', caption: null } })),
  'question-amount': view(question({ value: '3860.00', source: 'platform', index: 7 }, { field: 'income', title: t('您家一个月收入多少？', 'What does your family earn a month?'), hint: t('一家人加在一起，税前的。', 'All of you together, before tax.'), label: t('家庭月收入', 'Monthly income'), input: 'amount', quick: [], unit: t('元', 'yuan'), maxLength: null, example: null })),
  'question-date': view(question({ value: '1990-02-31', error: { code: 'not-a-date', amount: null } }, { field: 'since', title: t('从哪一天开始租的？', 'Since which day do you rent?'), hint: null, label: t('开始的日子', 'Since'), input: 'date', quick: [], example: null, maxLength: null })),
  'question-choice': view(question({ value: '3', source: 'chosen', index: 5 }, { field: 'householdSize', title: t('一起住的家里几口人？', 'How many of your family live together?'), hint: t('把您自己也算上。', 'Count yourself too.'), label: t('家里几口人', 'People at home'), input: 'choice', quick: [], example: null, choices: ['1', '2', '3', '4', '5', '6'].map((n) => ({ value: n, label: n === '1' ? t('就我 1 人', 'Just me') : n === '6' ? t('6 口人或更多', '6 people or more') : t(`${n} 口人`, `${n} people`), hint: null })) })),
  'question-correction': view(question({ value: '二纺', fromCheck: true, correction: t('单位要写全名，和劳动合同上的一样。', 'Please give the whole name as in the labour contract.') }, { example: null, hint: null })),
  'question-address': view(question({ value: '青溪市城东区万松路18号302室', source: 'card', index: 3 }, { field: 'address', title: t('您现在住在哪里？', 'Where do you live now?'), hint: t('先填了身份证上的地址。搬过家就改成现在的。', 'This is the address on your card. Change it if you have moved.'), label: t('现在住在', 'Living at'), input: 'address', quick: [], maxLength: 100, example: null })),
  'materials-insert': view(materials({})),
  'materials-fault': view(materials({ fault: 'feeder-jam' })),
  'materials-scanning': view(materials({ phase: 'scanning' })),
  'materials-review': view(materials({ phase: 'review', pages: [page(0), page(1, ['pale']), page(2)] })),
  'materials-either': view(materials({ ways: [{ way: 'scanner', ready: true, where: scannerWhere }, { way: 'camera', ready: true, where: cameraWhere }] }), withCamera),
  'materials-camera-insert': view(materials({ where: cameraWhere, ways: [{ way: 'camera', ready: true, where: cameraWhere }] }), withCamera),
  'materials-camera': view(materials({ phase: 'camera', way: 'camera', where: cameraWhere, ways: [{ way: 'camera', ready: true, where: cameraWhere }, { way: 'scanner', ready: true, where: scannerWhere }] }), withCamera),
  'materials-camera-gone': view(materials({ way: 'camera', fault: 'disconnected', ways: [{ way: 'scanner', ready: true, where: scannerWhere }, { way: 'camera', ready: false, where: cameraWhere }] }), withCamera),
  'materials-camera-alone-gone': view(materials({ way: 'camera', fault: 'disconnected', where: cameraWhere, ways: [{ way: 'camera', ready: false, where: cameraWhere }] }), withCamera),
  'materials-camera-review': view(materials({ phase: 'review', way: 'camera', pages: [page(0), page(1, ['blurred'])], ways: [{ way: 'camera', ready: true, where: cameraWhere }, { way: 'scanner', ready: true, where: scannerWhere }] }), withCamera),
  'materials-several': view(materials({ material: several, phase: 'review', dropped: 2, pages: [page(0), page(1), page(2), page(3, ['pale']), page(4)] })),
  'materials-several-jam': view(materials({ material: several, phase: 'review', fault: 'feeder-jam', pages: [page(0), page(1)] })),
  'materials-several-over': view(materials({ material: { ...several, maxPages: 6 }, phase: 'review', over: true, pages: [0, 1, 2, 3, 4, 5].map((one) => page(one)) })),
  'materials-several-insert': view(materials({ material: several })),
  'materials-binding': view(materials({ material: several, phase: 'binding', pages: [page(0), page(1)] })),
  'materials-too-large': view(materials({ material: several, phase: 'review', fault: 'media-too-large', unbound: true, pages: [page(0), page(1)] })),
  'materials-card-front': view(materials({ ...cardMaterial, side: 'front' })),
  'materials-card-none': view(materials({ ...cardMaterial, side: 'front', fault: 'no-media' })),
  'materials-card-back': view(materials({ ...cardMaterial, side: 'back', pages: [page(0, [], 'front')] })),
  'materials-card-scanning': view(materials({ ...cardMaterial, side: 'back', phase: 'scanning', pages: [page(0, [], 'front')] })),
  'materials-card-review': view(materials({ ...cardMaterial, phase: 'review', pages: [page(0, [], 'front'), page(1, [], 'back')] })),
  'materials-card-same': view(materials({ ...cardMaterial, phase: 'review', pages: [page(0, [], 'front'), page(1, ['same-side'], 'back')] })),
  'materials-card-binding': view(materials({ ...cardMaterial, phase: 'binding', pages: [page(0, [], 'front'), page(1, [], 'back')] })),
  'materials-clear': view(materials({ phase: 'review', pages: [page(0)] })),
  check: view(check),
  sign: view({ kind: 'sign', item: RENT, rail: rail(4), name: '欧阳吉祥', pad: null }),
  'sign-on-pad': view({ kind: 'sign', item: RENT, rail: rail(4), name: '欧阳吉祥', pad: { where: { zh: '屏幕下方，画着笔的板子', en: 'below the screen, the board with the pen' }, written: true, strokes: ON_PAD } }),
  confirm: view({ kind: 'confirm', item: INSURANCE, rail: printRail(1), sheets: 1, facts: [{ label: t('姓名', 'Name'), masked: '欧阳吉祥', full: '欧阳吉祥' }, { label: t('身份证号', 'ID number'), masked: '4412 •••• •••• 0037', full: '441200199001010037' }, { label: t('参保的地方', 'Insured in'), masked: '青溪市', full: '青溪市' }, { label: t('已经交了', 'Months paid'), masked: '126 个月', full: '126 个月' }] }),
  'working-saving': view({ kind: 'working', item: RENT, rail: rail(4), what: 'saving', progress: null }),
  'working-printing': view({ kind: 'working', item: INSURANCE, rail: printRail(2), what: 'printing', progress: { done: 1, total: 3 } }),
  done: view(done),
  'done-offline': view({ ...done, atPlatform: false, clockKnown: false, slip: { ...slip, state: 'failed', fault: 'paper-out' }, rating: 4 }),
  'done-retracted': view({ ...done, slip: { ...slip, state: 'failed', fault: 'media-left' } }),
  'done-uncut': view({ ...done, slip: { ...slip, state: 'doubt', fault: 'cutter-fault' } }),
  'done-sheet': view({ ...done, item: INSURANCE, certificate: sheet, slip: { ...slip, state: 'confirmed' }, materials: { count: 0, pages: 0 }, next: [] }),
  result: view({ kind: 'result', item: RENT, caseNumber: '202611220068', state: 'approved', decidedAt: '2026-11-21T15:02:00+08:00', note: null, sheets: 1, printable: true, closed: [] }),
  'result-refused': view({ kind: 'result', item: RENT, caseNumber: '202611220068', state: 'refused', decidedAt: '2026-11-21T15:02:00+08:00', note: t('家里在本市已有一套住房，人均 22 平方米。不服可以在 60 天内申请复议。', 'Your family owns a home here, 22 m² per person. You may ask for a review within 60 days.'), sheets: 0, printable: false, closed: [] }),
  'result-closed': view({ kind: 'result', item: RENT, caseNumber: '202611220068', state: 'approved', decidedAt: '2026-11-21T15:02:00+08:00', note: null, sheets: 1, printable: true, closed: [outOfPaper] }),
  correction: view({ kind: 'correction', item: RENT, caseNumber: '202611220068', points: [{ label: t('上班的单位', 'Employer'), note: t('单位要写全名，和劳动合同上的一样。', 'Give the whole name as in the labour contract.') }, { label: t('收入证明', 'Income proof'), note: t('第 1 页的章太淡，看不清是哪个单位盖的。', 'Page 1: the stamp is too faint to read.') }] }),
  'fault-paper': view(fault),
  'fault-retry': view({ ...fault, item: RENT, caseNumber: null, fault: 'not-responding', device: 'scanner', sheets: null, safe: 'draft-kept', doubtNumber: null, doubtQr: null, canRetry: true, slip: null, places: places.slice(1) }),
  'fault-card': view({ ...fault, item: null, caseNumber: null, fault: 'timed-out', device: null, sheets: null, safe: 'nothing-begun', doubtNumber: null, doubtQr: null, canRetry: false, slip: null, places: [] }),
  'card-number': view({ kind: 'card', item: null, rail: null, state: 'waiting', fault: null, where: cardWhere, forPickUp: false, forNumber: t('企业开办', 'Starting a company'), codeWhere: t('屏幕右边，亮灯的小窗', 'Right of the screen, the lit window'), codeProblem: null }),
  number: view(numberClasses),
  'number-item': view({ ...numberClasses, item: INSURANCE, classes: numberClasses.classes.slice(0, 1), appointments: false, priorities: numberClasses.priorities.map((one, index) => ({ ...one, chosen: index === 0, byCard: index === 0 })) }),
  'check-in': view({ kind: 'check-in', refusal: null, from: null, agreed: null, codeWhere: t('屏幕右边，亮灯的小窗', 'Right of the screen, the lit window') }),
  'check-in-refused': view({ kind: 'check-in', refusal: 'unknown-appointment', from: null, agreed: null, codeWhere: null }),
  'check-in-elsewhere': view({ kind: 'check-in', refusal: 'other-hall', from: null, agreed: { at: '2026-11-24T14:30:00+08:00', hall: t('河西区政务服务中心', 'Hexi Government Service Centre') }, codeWhere: null }),
  'check-in-past': view({ kind: 'check-in', refusal: 'other-day', from: null, agreed: { at: '2026-11-21T14:30:00+08:00', hall: null }, codeWhere: null }),
  'check-in-unchecked': view({ kind: 'check-in', refusal: 'appointment-unchecked', from: null, agreed: null, codeWhere: null }),
  'number-closed': view({
    ...numberClasses,
    classes: numberClasses.classes.map((one, index) => (index === 0 ? one : { ...one, open: false, range: null, opening: { today: [], until: null, opens: [{ inDays: 0, weekday: 7, at: '13:30' }, { inDays: 1, weekday: 1, at: '09:00' }, { inDays: 4, weekday: 4, at: '09:00' }][index - 1] ?? null } })),
  }),
  'take-number': view(ticketShown),
  'take-number-away': view({ ...ticketShown, ticket: { ...ticketShown.ticket, asOf: '2026-11-22T10:21:00+08:00' } }),
  'take-number-printing': view({ ...ticketShown, paper: { ...slip, state: 'printing', where: slotWhere } }),
  'take-number-failed': view({ ...ticketShown, paper: { ...slip, state: 'failed', fault: 'paper-out', where: slotWhere }, canPrint: true }),
  'take-number-doubt': view({ ...ticketShown, paper: { ...slip, state: 'doubt', fault: 'timed-out', where: slotWhere }, ticket: { ...ticketShown.ticket, state: 'doubtful' } }),
  'take-number-unknown': view({ ...ticketShown, paper: null, device: null, ticket: { ...ticketShown.ticket, number: 'B1047', range: null, record: null, aheadBooked: 0, openCounters: 0 }, refusal: 'unreachable' }),
  'take-number-called': view({ ...ticketShown, paper: { ...slip, state: 'confirmed', where: slotWhere }, ticket: { ...ticketShown.ticket, state: 'called', counter: '3', range: null } }),
  'take-number-not-booked': view({ ...ticketShown, notBooked: 'unanswered' }),
  times: view(times),
  'times-gone': view({ ...times, times: [...times.times.slice(3), '2026-11-24T09:30:00+08:00', '2026-11-24T10:00:00+08:00', '2026-11-24T10:30:00+08:00'], gone: '2026-11-23T10:30:00+08:00' }),
  'times-none': view({ ...times, times: [], later: false }),
  book: view({ kind: 'book', number: 'B047', className: times.className, time: '2026-11-23T09:30:00+08:00', where: agreed.where }),
  appointment: view(agreed),
  'appointment-doubt': view({ ...agreed, numberBack: 'not', paper: { ...slip, state: 'doubt', fault: 'timed-out', where: slotWhere }, canPrint: true }),
  'no-number': view({ kind: 'no-number', refusal: 'unreachable', className: t('不动产登记', 'Real-estate registration') }),
  'home-code': view(home({ codeWhere: t('屏幕右边，亮灯的小窗', 'Right of the screen, the lit window') })),
  'pick-up-card': view({ kind: 'card', item: null, rail: null, state: 'waiting', fault: null, where: cardWhere, forPickUp: true, forNumber: null, codeWhere: t('读卡处上面的小窗', 'The window above the card reader'), codeProblem: null }),
  'pick-ups': view({ kind: 'pick-ups', originals: [{ document: 'c1', itemName: RENT.name, caseNumber: '2026112200500012', cell: '12', ready: true }, { document: 'c2', itemName: INSURANCE.name, caseNumber: '2026112300500021', cell: '3', ready: true }, { document: 'c3', itemName: RENT.name, caseNumber: '2026112300500033', cell: '7', ready: false }], closed: [], where: lockerWhere, byCode: false }),
  'pick-ups-none': view({ kind: 'pick-ups', originals: [], closed: [], where: lockerWhere, byCode: false }),
  'pick-ups-closed': view({ kind: 'pick-ups', originals: [], closed: [{ kind: 'hardware', device: 'locker', condition: 'not-responding', remedy: 'reset', since: '2026-11-22T02:40:00+08:00' }], where: lockerWhere, byCode: false }),
  fetch: view(fetch({})),
  'fetch-opening': view(fetch({ step: 'opening' })),
  'fetch-unwatched': view(fetch({ watched: false })),
  'fetch-collected': view(fetch({ step: 'collected', others: 1 })),
  'fetch-not-opened': view(fetch({ step: 'not-opened' })),
  'fetch-inside': view(fetch({ step: 'inside' })),
  'fetch-stuck': view(fetch({ step: 'stuck' })),
  'fetch-left-open': view(fetch({ step: 'left-open' })),
  'code-other-hall': view({ kind: 'code', found: 'other-hall', numbers: true, cardWhere }),
  'code-slip': view({ kind: 'code', found: 'slip', numbers: true, cardWhere }),
  'number-back': view({ kind: 'number-back', number: 'B047' }),
  rest: view({ kind: 'rest' }, { inSession: false }),
  'take-card': view({ kind: 'take-card' }),
  maintenance: view({ kind: 'maintenance', reason: 'configuration', detail: 'items/public-rental-housing.yaml:12: guide.fee.fen: expected integer, got string' }, { inSession: false }),
  starting: view({ kind: 'maintenance', reason: 'starting', detail: '' }, { inSession: false }),
  idle: view(question({ value: '青溪市第二纺' }), { idle: { secondsLeft: 28, totalSeconds: 40, draftKept: true } }),
  help: view(check, { help: { dutyPhone: '0000-12345', dutyExtension: '5', note: t('值班的人会接，晚上也有人。', 'Somebody answers, also at night.'), counterHours: t('周一到周五 8:30—17:00', 'Mon to Fri 8:30–17:00') } }),
};
