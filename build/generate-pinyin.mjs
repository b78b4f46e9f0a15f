/**
 * Makes the two tables of the on-screen Pinyin keyboard (renderer/ui/keyboard/pinyin/dictionary/, format in format.md there)
 * from public data. Run it only when a source changes; its results are kept in the repository, so that a build needs none of them.
 *
 *   node build/generate-pinyin.mjs WORDS UNIHAN
 *
 * WORDS   complete.json of the npm package @pinyin-pro/data (1.3.1, ISC): words of jieba's dictionary (MIT) with frequency and reading
 * UNIHAN  folder with Unihan_{Readings,IRGSources,Variants,OtherMappings}.txt.bz2 as in Debian's unicode-data (15.0, Unicode licence)
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pinyin } from 'pinyin-pro';

const [wordsFile = '', unihanFolder = ''] = process.argv.slice(2);
if (wordsFile === '' || unihanFolder === '') {
  process.stderr.write('usage: node build/generate-pinyin.mjs WORDS.json UNIHAN-FOLDER\n');
  process.exit(2);
}
const target = join(import.meta.dirname, '../renderer/ui/keyboard/pinyin/dictionary');

/** Words of government halls that a general dictionary lacks or ranks too low. */
const FIELD_WORDS =
  '公租房 廉租房 居住证 暂住证 户口簿 户口本 身份证 不动产 不动产权 不动产登记 营业执照 社保卡 社会保障 医保 社保 养老保险 医疗保险 失业保险 工伤保险 生育保险 公积金 住房公积金 参保 参保证明 完税证明 无犯罪记录 ' +
  '结婚证 离婚证 出生证明 准生证 低保 低保户 残疾人证 退休证 驾驶证 行驶证 毕业证 学位证 公证书 授权委托书 承诺书 申请表 申请书 回执 受理 受理号 办件 办事 取号 窗口 自助 政务 政务服务 政务大厅 服务大厅 审批 核验 补正 补办 换领 挂失 ' +
  '注销 变更 开办 企业开办 餐饮 餐馆 药店 食品经营 卫生许可 个体户 个体工商户 法人 法定代表人 经办人 代办 委托人 监护人 配偶 子女 父母 户主 籍贯 民族 汉族 回族 壮族 满族 苗族 彝族 藏族 维吾尔族 蒙古族 土家族 侗族 瑶族 ' +
  '街道办事处 居委会 村委会 派出所 小区 单元 号楼 号院 纺织厂 机械厂 化工厂 造纸厂 制衣厂 食品厂 有限公司 有限责任公司 股份有限公司 分公司 事业单位 合作社 幼儿园 小学 中学 卫生院 卫生室 自由职业 灵活就业 待业 退休 务工 务农 无单位 ' +
  '电子证照 高拍仪 扫描 复印 打印 样表 缴费 票据 快递 邮寄 证明 盖章 公章 签字 签名 劳动合同 收入证明 租房合同 房产证 购房合同 青溪市';

const TONES = { ā: 'a', á: 'a', ǎ: 'a', à: 'a', ē: 'e', é: 'e', ě: 'e', è: 'e', ī: 'i', í: 'i', ǐ: 'i', ì: 'i', ō: 'o', ó: 'o', ǒ: 'o', ò: 'o', ū: 'u', ú: 'u', ǔ: 'u', ù: 'u', ǖ: 'v', ǘ: 'v', ǚ: 'v', ǜ: 'v', ü: 'v', ń: 'n', ň: 'n', ǹ: 'n', ḿ: 'm', ê: 'e' };
/** Erhua, sighs and hums have no vowel; this is how they are typed. @type {Record<string, string>} */
const VOWELLESS = { r: 'er', n: 'en', ng: 'en', m: 'mu', hm: 'heng', hng: 'heng' };
/** @param {string} reading with tone mark @returns {string} letters as typed, ü as v */
const plain = (reading) => {
  const letters = lettersOf(reading);
  return VOWELLESS[letters] ?? letters;
};
const lettersOf = (/** @type {string} */ reading) =>
  [...reading.normalize('NFC').toLowerCase()]
    .map((letter) => /** @type {Record<string, string>} */ (TONES)[letter] ?? letter)
    .join('')
    .normalize('NFD')
    .replaceAll(/[^a-z]/g, '');

/** @param {string} name @returns {[string, string, string][]} character, field, value */
function unihan(name) {
  const text = execFileSync('bzcat', [join(unihanFolder, `Unihan_${name}.txt.bz2`)], { maxBuffer: 1 << 28 }).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line.startsWith('U+'))
    .map((line) => {
      const [point = '', field = '', value = ''] = line.split('\t');
      return [String.fromCodePoint(Number.parseInt(point.slice(2), 16)), field, value];
    });
}

// Readings of each character with the share of use of each.
/** @type {Map<string, Map<string, number>>} */
const readings = new Map();
/** @param {string} character @param {string} syllable @param {number} share */
function addReading(character, syllable, share) {
  if (syllable === '' || !/^[a-z]+$/.test(syllable)) return;
  const known = readings.get(character) ?? new Map();
  known.set(syllable, Math.max(known.get(syllable) ?? 0, share));
  readings.set(character, known);
}
const readingRows = unihan('Readings');
const counted = new Set(readingRows.filter(([, field]) => field === 'kHanyuPinlu').map(([character]) => character));
for (const [character, field, value] of readingRows) {
  // Without counts of its own, a character is nearly always read in its first way.
  if (field === 'kMandarin') addReading(character, plain(value.split(' ')[0] ?? ''), counted.has(character) ? 1 : 400);
  if (field === 'kTGHZ2013' || field === 'kXHC1983') for (const reading of value.split(' ')) addReading(character, plain(reading.split(':')[1] ?? ''), 2);
  if (field === 'kHanyuPinyin') for (const reading of (value.split(':')[1] ?? '').split(/[, ]/)) addReading(character, plain(reading), 0.2);
  if (field === 'kHanyuPinlu') for (const [, reading = '', count = '0'] of value.matchAll(/([^( ]+)\((\d+)\)/g)) addReading(character, plain(reading), Number(count));
}
// A variant without a reading of its own is read as the character it stands for (𠮷 as 吉).
const NAMED_VARIANTS = { '𠮷': '吉', '𠀋': '丈', '𡈽': '土', '𣘺': '橋', '𠮟': '叱', '𨋢': '立', '𬭎': '弘', '𪧲': '雅' };
for (const [character, base] of Object.entries(NAMED_VARIANTS)) if (!readings.has(character)) for (const [syllable, share] of readings.get(base) ?? []) addReading(character, syllable, Math.min(share, 1));
for (const [character, field, value] of unihan('Variants')) {
  if (readings.has(character) || field === 'kSpoofingVariant') continue;
  const base = /^U\+([0-9A-F]+)/.exec(value)?.[1];
  if (base !== undefined) for (const [syllable, share] of readings.get(String.fromCodePoint(Number.parseInt(base, 16))) ?? []) addReading(character, syllable, Math.min(share, 1));
}

/** @type {Map<string, number>} */
const strokes = new Map();
for (const [character, field, value] of unihan('IRGSources')) if (field === 'kTotalStrokes') strokes.set(character, Number(value.split(' ')[0]));

/** @type {Set<string>} */
const common = new Set();
/** GB 2312 level 1: found by 拼音 at once, so last among rare characters. @type {Set<string>} */
const everyday = new Set();
for (const [character, field] of readingRows) if (field === 'kTGHZ2013') common.add(character);
for (const [character, field, value] of unihan('OtherMappings')) {
  if (field !== 'kGB0') continue;
  common.add(character);
  if (Number(value) < 5600) everyday.add(character);
}

/** @type {Record<string, [string, number]>} */
const source = JSON.parse(readFileSync(wordsFile, 'utf8'));
// The package stores jieba's counts divided by 10^12.
const count = (/** @type {string} */ word) => Math.round((source[word]?.[1] ?? 0) * 1e12);
const level = (/** @type {number} */ uses) => Math.max(0, Math.round(4 * Math.log2(uses + 1)));

/** @type {Map<string, [string[], number]>} */
const words = new Map();
const PLACE = /[省市县区旗盟州镇]$/u;
for (const [word, [reading]] of Object.entries(source)) {
  const length = [...word].length;
  if (length < 2 || length > 8 || !/^\p{Script=Han}+$/u.test(word) || [...word].some((character) => !common.has(character))) continue;
  const uses = count(word);
  if (uses < 14 && !(PLACE.test(word) && uses >= 3)) continue;
  const syllables = reading.split(' ').map(plain);
  if (syllables.length === length && syllables.every((syllable) => syllable !== '')) words.set(word, [syllables, uses]);
}
for (const word of FIELD_WORDS.split(' ')) {
  const syllables = words.get(word)?.[0] ?? pinyin(word, { type: 'array' }).map(plain);
  words.set(word, [syllables, Math.max(count(word), 1500)]);
}
/** Rare readings that many people bear as a name (单 shan, 仇 qiu); lifted, because names are what is typed most. */
const SURNAME_LIFT = 16;
/** @type {string} */
const SURNAMES = 'pinyin-pro/dist/esm/data/surname.mjs';
/** @type {Set<string>} */
const surnameReadings = new Set();
// The package exports its list of surnames without types.
const surnames = /** @type {Record<string, string>} */ ((await import(SURNAMES)).default);
for (const [word, reading] of Object.entries(surnames)) {
  if ([...word].length > 1) words.set(word, [reading.split(' ').map(plain), Math.max(count(word), 200)]);
  else {
    addReading(word, plain(reading), 2);
    surnameReadings.add(`${word}${plain(reading)}`);
  }
}
// A reading that only words know (行 in 银行) still belongs to the character.
for (const [word, [syllables]] of words) [...word].forEach((character, at) => addReading(character, syllables[at] ?? '', 0.05));

/** @type {Map<string, { character: string; level: number }[]>} */
const bySyllable = new Map();
/** @type {Map<string, string[]>} */
const order = new Map();
for (const character of common) {
  const shares = [...(readings.get(character) ?? [])].filter(([, share]) => share >= 0.05);
  const total = shares.reduce((sum, [, share]) => sum + share, 0);
  const rows = shares
    .map(([syllable, share]) => ({ syllable, level: level((count(character) * share) / total) + (share >= 2 ? 2 : 0) + (share < total / 2 && surnameReadings.has(`${character}${syllable}`) ? SURNAME_LIFT : 0) }))
    // The decoder numbers readings in the same way.
    .sort((a, b) => b.level - a.level || (a.syllable < b.syllable ? -1 : 1));
  order.set(character, rows.map((row) => row.syllable));
  for (const row of rows) bySyllable.set(row.syllable, [...(bySyllable.get(row.syllable) ?? []), { character, level: row.level }]);
}
const compare = (/** @type {string} */ a, /** @type {string} */ b) => (a.codePointAt(0) ?? 0) - (b.codePointAt(0) ?? 0);
const lines = ['hall24-pinyin 1'];
for (const [syllable, rows] of [...bySyllable].sort(([a], [b]) => (a < b ? -1 : 1))) {
  rows.sort((a, b) => b.level - a.level || compare(a.character, b.character));
  lines.push(`${syllable}\t${rows.map((row) => row.character).join('')}\t${rows.map((row) => String.fromCharCode(48 + row.level)).join('')}`);
}
lines.push('');
/** @type {Map<number, string[]>} */
const byLevel = new Map();
for (const [word, [syllables, uses]] of words) {
  const indices = [...word].map((character, at) => (order.get(character) ?? []).indexOf(syllables[at] ?? ''));
  if (indices.some((index) => index < 0 || index > 9)) continue;
  const text = indices.every((index) => index === 0) ? word : `${word}${indices.join('')}`;
  byLevel.set(level(uses), [...(byLevel.get(level(uses)) ?? []), text]);
}
let kept = 0;
for (const [value, texts] of [...byLevel].sort(([a], [b]) => b - a)) {
  kept += texts.length;
  lines.push(`${String(value)}\t${texts.sort().join(' ')}`);
}
mkdirSync(target, { recursive: true });
writeFileSync(join(target, 'words.txt'), `${lines.join('\n')}\n`);

/** @type {Map<string, Map<number, string[]>>} */
const rare = new Map();
for (const [character, shares] of readings) {
  if (!/^\p{Script=Han}$/u.test(character)) continue;
  for (const [syllable] of shares) {
    const groups = rare.get(syllable) ?? new Map();
    const number = strokes.get(character) ?? 0;
    groups.set(number, [...(groups.get(number) ?? []), character]);
    rare.set(syllable, groups);
  }
}
const rarity = (/** @type {string} */ character) => (Object.hasOwn(NAMED_VARIANTS, character) ? 0 : everyday.has(character) ? 3 : common.has(character) ? 1 : 2);
const rareLines = ['hall24-rare 1'];
for (const [syllable, groups] of [...rare].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const parts = [...groups].sort(([a], [b]) => a - b).map(([number, list]) => `${String(number)}:${list.sort((/** @type {string} */ a, /** @type {string} */ b) => rarity(a) - rarity(b) || count(b) - count(a) || compare(a, b)).join('')}`);
  rareLines.push(`${syllable}\t${parts.join('\t')}`);
}
writeFileSync(join(target, 'rare.txt'), `${rareLines.join('\n')}\n`);
process.stdout.write(`${String(kept)} words, ${String(common.size)} common characters, ${String(bySyllable.size)} syllables; ${String(readings.size)} characters with a reading\n`);
