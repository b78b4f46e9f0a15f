import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linesSaid } from './paper-lines.ts';
import { spelled } from './spell.ts';
import { stopsOf, type Part, type StopWords } from './stops.ts';

const WORDS: StopWords = { hidden: '隐去几位', to: '到', pause: '，', button: '按钮', notYet: '现在还不能按', chosen: '已选中', filled: '已填', filledWith: (count) => `已填 ${String(count)} 个字`, empty: '还没有填', printed: '纸上印着：' };

type Box = Exclude<Part<string>, string>;
let count = 0;
const box = (tag: string, children: readonly Part<string>[], more: Partial<Box> = {}): Box => {
  count += 1;
  return { ref: `${tag}${String(count)}`, tag, apart: tag !== 'span' && tag !== 'b', press: null, label: null, said: null, personal: null, together: false, paper: [], children, ...more };
};
const button = (children: readonly Part<string>[], more: Partial<Box> = {}): Box => box('button', children, { press: { disabled: false, chosen: null, key: false }, ...more });
const apart = (text: string): Box => box('span', [text], { apart: true });
const texts = (root: Part<string>): string[] => stopsOf(root, WORDS).map(({ text }) => text);

describe('what can have the focus', () => {
  it('is everything that can be pressed and everything that is only read, in the order of the page', () => {
    const page = box('div', [box('header', [apart('青溪市政务服务大厅'), apart('5 号机')]), box('main', [box('h1', ['您好']), box('p', ['选一件事', box('b', ['，']), '就能开始'])]), button([box('span', [apart('办事申请'), apart('填表、交材料')])]), box('nav', [box('span', []), button(['大字'])])]);
    expect(stopsOf(page, WORDS).map(({ kind, text }) => [kind, text])).toEqual([
      ['read', '青溪市政务服务大厅，5 号机'],
      ['read', '您好'],
      ['read', '选一件事，就能开始'],
      ['press', '办事申请，填表、交材料，按钮'],
      ['press', '大字，按钮'],
    ]);
  });

  it('says that a button is not ready yet, or chosen, and of a key no more than its name', () => {
    expect(texts(box('div', [button(['下一题'], { press: { disabled: true, chosen: null, key: false } }), button(['长者优先'], { press: { disabled: false, chosen: true, key: false } }), button([box('span', [])], { label: '删除', press: { disabled: false, chosen: null, key: true } })]))).toEqual(['下一题，现在还不能按', '长者优先，已选中，按钮', '删除']);
  });

  it('takes a name with what it stands for, a row with its own button apart from it', () => {
    expect(texts(box('dl', [box('dt', ['费用']), box('dd', ['不收费'])]))).toEqual(['费用，不收费']);
    expect(texts(box('dl', [box('dt', ['电话']), box('dd', ['12345']), ' ', box('dd', ['晚上也有人']), box('dt', ['窗口']), box('dd', ['周一到周五'])]))).toEqual(['电话，1 2 3 4 5，晚上也有人', '窗口，周一到周五']);
    const row = box('div', [apart('手机号'), box('span', ['138'], { apart: true, personal: { characters: null } }), apart('您填的'), button(['修改'], { label: '修改 手机号' })]);
    expect(texts(row)).toEqual(['手机号，已填，您填的', '修改 手机号，按钮']);
  });

  it('reads the slip after what the page says of it', () => {
    expect(texts(box('div', [box('h2', ['请拿走回执']), button(['再印一张'])], { paper: ['受理回执', '受理号', '2026 1122'] }))).toEqual(['请拿走回执', '再印一张，按钮', '纸上印着：受理回执，受理号，2 0 2 6，1 1 2 2']);
  });
});

describe('what is a citizen’s own', () => {
  it('is told as filled in or not, with how many characters, and never said', () => {
    const field = (value: string): Part<string> => box('div', [box('span', [box('span', [value])])], { label: '手机号', personal: { characters: [...value].length } });
    expect(texts(field('13800006620'))).toEqual(['手机号，已填 11 个字']);
    expect(texts(field(''))).toEqual(['手机号，还没有填']);
    expect(texts(box('p', [box('span', ['', ' '], { personal: { characters: null } })]))).toEqual(['还没有填']);
  });

  it('is not given away by which choice is chosen, nor by a title that greets by name', () => {
    expect(texts(box('div', [button(['已婚'], { personal: { characters: null }, press: { disabled: false, chosen: true, key: false } })]))).toEqual(['已婚，按钮']);
    expect(texts(box('h1', ['欧阳吉祥，您好'], { said: '您好' }))).toEqual(['您好']);
  });

  it('stays out of every text, wherever on a page it stands', () => {
    const secret = 'SECRET';
    const tree = fc.letrec<{ part: Part<string> }>((tie) => ({
      part: fc.oneof({ maxDepth: 4 }, fc.constantFrom<Part<string>>('字', ' ', box('span', [secret], { personal: { characters: null } }), button([secret, '不'], { label: '按', personal: { characters: 3 } })), fc.tuple(fc.constantFrom('div', 'p', 'span', 'dl', 'dt', 'dd', 'li', 'section'), fc.array(tie('part'), { maxLength: 4 })).map(([tag, children]) => box(tag, children))),
    })).part;
    fc.assert(
      fc.property(tree, (part) => {
        expect(texts(part).join()).not.toContain(secret);
      }),
    );
  });
});

describe('how a text is said', () => {
  const say = (text: string): string => spelled(text, WORDS);
  it('keeps hidden what is hidden', () => {
    expect(say('4412 •••• •••• 0037')).toBe('4412 隐去几位 隐去几位 0 0 3 7');
  });

  it('says the numbers of things digit by digit, and amounts, years and times as they are', () => {
    expect(say('受理号 2026 1122 0050 0017')).toBe('受理号 2 0 2 6，1 1 2 2，0 0 5 0，0 0 1 7');
    expect(say('B047')).toBe('B 0 4 7');
    expect(say('值班电话 0000-12345')).toBe('值班电话 0 0 0 0-1 2 3 4 5');
    expect(say('2026年11月22日 03:24:07 存入')).toBe('2026年11月22日 03:24:07 存入');
    expect(say('4,500.50 元')).toBe('4,500.50 元');
    expect(say('大约要等 25–40 分钟')).toBe('大约要等 25到40 分钟');
    expect(say('二楼 B 区 · 四个窗口')).toBe('二楼 B 区，四个窗口');
  });

  it('makes one line of whatever stands there, without marks that no voice says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        expect(say(text)).toMatch(/^[^\p{Cc}\p{Cs}]*$/u);
      }),
      { numRuns: 50 },
    );
  });
});

describe('what a slip says', () => {
  const lines = ['受理回执', 'Receipt of application', '受理号 Case number', '2026 1122 0050 0017', '收到材料 3 份 5 页', 'Materials received: 3, pages: 5', '—— 完 ——', ' — '];
  it('is in the language of the voice', () => {
    expect(linesSaid(lines, 'zh')).toEqual(['受理回执', '受理号 Case number', '2026 1122 0050 0017', '收到材料 3 份 5 页', '—— 完 ——']);
    expect(linesSaid(lines, 'en')).toEqual(['Receipt of application', 'Case number', '2026 1122 0050 0017', 'Materials received: 3, pages: 5']);
  });
});
