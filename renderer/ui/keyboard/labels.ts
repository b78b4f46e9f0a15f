/** Words on and around the keys. */
export type Labels = {
  ways: Record<'pinyin' | 'rare' | 'digits' | 'latin', string>;
  separator: string;
  separatorName: string;
  dot: string;
  marks: string;
  space: string;
  spaceFirst: string;
  clear: string;
  delete: string;
  shift: string;
  enter: string;
  next: string;
  previous: string;
  choices: string;
  byCode: string;
  byReading: string;
  fewerStrokes: string;
  moreStrokes: string;
  anyStrokes: string;
  strokes: (count: number) => string;
  loading: string;
  failed: string;
  nothing: string;
  full: (most: number) => string;
  pinyinHint: string;
  rareHint: string;
  codeHint: string;
};

const zh: Labels = {
  ways: { pinyin: '拼音', rare: '难字', digits: '数字', latin: '英文' },
  separator: '分词',
  separatorName: '分词：把拼音分开',
  dot: '间隔点',
  marks: '标点',
  space: '空格',
  spaceFirst: '空格 选第一个词',
  clear: '清空',
  delete: '删除一个字',
  shift: '大写',
  enter: '写好了',
  next: '后面的字',
  previous: '前面的字',
  choices: '选字',
  byCode: '用编码找',
  byReading: '用读音找',
  fewerStrokes: '少一画',
  moreStrokes: '多一画',
  anyStrokes: '不限笔画',
  strokes: (count) => `只看 ${String(count)} 画`,
  loading: '正在打开字库',
  failed: '字库打不开，再按一次键试试',
  nothing: '没有这个读音，按删除键改一改',
  full: (most) => `写满了，最多 ${String(most)} 个字`,
  pinyinHint: '按字母，在这里选字',
  rareHint: '按读音，再按笔画数缩小范围',
  codeHint: '写字的编码，如 20BB7',
};

const en: Labels = {
  ways: { pinyin: '拼音 Pinyin', rare: '难字 Rare', digits: '123', latin: 'ABC' },
  separator: 'split',
  separatorName: 'Split syllables',
  dot: 'Middle dot',
  marks: 'Punctuation',
  space: 'Space',
  spaceFirst: 'Space takes the first',
  clear: 'Clear',
  delete: 'Delete one character',
  shift: 'Shift',
  enter: 'Done',
  next: 'More characters',
  previous: 'Earlier characters',
  choices: 'Characters',
  byCode: 'By code',
  byReading: 'By sound',
  fewerStrokes: 'Fewer',
  moreStrokes: 'More',
  anyStrokes: 'Any strokes',
  strokes: (count) => `${String(count)} strokes`,
  loading: 'Opening the dictionary',
  failed: 'The dictionary did not open. Press a key to try again',
  nothing: 'No such sound. Press delete to change it',
  full: (most) => `Full: ${String(most)} characters at most`,
  pinyinHint: 'Type Pinyin, then choose here',
  rareHint: 'Type the sound, then the number of strokes',
  codeHint: 'Type the code, such as 20BB7',
};

export const labelsOf = (language: 'zh' | 'en'): Labels => (language === 'zh' ? zh : en);
