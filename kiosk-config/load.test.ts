import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyDemo, DEMO_HALL, HOUSING, INSURANCE, TERMINAL, type DemoCopy } from './demo-copy.fixture.ts';
import { checkHall, loadHall, type HallConfig, type LoadOptions } from './load.ts';
import { mistakeLine, type Mistake } from './mistake.ts';

let demo: DemoCopy;
beforeEach(() => {
  demo = copyDemo();
});
afterEach(() => demo.remove());

const good = (options: LoadOptions = {}): HallConfig => {
  const loaded = loadHall(demo.dir, options);
  if (!loaded.ok) throw new Error(loaded.mistakes.map((mistake) => mistakeLine(mistake)).join('\n'));
  return loaded.config;
};
const onlyMistake = (): Mistake => {
  const mistakes = checkHall(demo.dir);
  expect(mistakes.map((mistake) => mistakeLine(mistake))).toHaveLength(1);
  return mistakes[0]!;
};

describe('the demo hall', () => {
  it('has no mistakes', () => {
    expect(checkHall(DEMO_HALL, { expectDemo: true })).toEqual([]);
  });
  it('has two items, one terminal and a device of each class that can be played', () => {
    const { items, terminal, hall, badItems, badDevices } = good({ expectDemo: true });
    expect(items.map((item) => item.id)).toEqual(['public-rental-housing', 'social-insurance-certificate']);
    expect(terminal.number).toBe(5);
    expect(terminal.devices.map((device) => device.class)).toEqual(['id-card', 'receipt-printer', 'document-printer', 'scanner', 'ticket-dispenser', 'code-scanner', 'locker', 'window-display', 'call-pad', 'signals', 'sound']);
    expect(hall.demo).toBe(true);
    expect([badItems, badDevices]).toEqual([[], []]);
  });
  it('runs with the addresses that a demonstration knows only when it starts', () => {
    const { terminal, hall } = good({ overrides: { transports: { scanner: 'escl:http://127.0.0.1:4711/eSCL' }, platformUrl: 'http://127.0.0.1:4712' } });
    expect(terminal.devices.find((device) => device.id === 'scanner')?.transport).toBe('escl:http://127.0.0.1:4711/eSCL');
    expect(hall.platform.url).toBe('http://127.0.0.1:4712');
  });
  it.each(['青溪市政务服务大厅🏛', 'A\uE000', '大厅\u0007', '🇨🇳 Hall'])('has no words that no font paints: %j is told in its line', (name) => {
    const line = demo.edit('hall.yaml', '青溪市政务服务大厅', JSON.stringify(name));
    expect(mistakeLine(onlyMistake())).toMatch(new RegExp(`^hall\\.yaml:${line}:\\d+ name\\.zh: expected words that a terminal can paint and print: no emoji`));
  });
  it('asks for nothing that card or platform can answer', () => {
    const housing = good().items[0]!;
    const sources = Object.fromEntries((housing.form?.questions ?? []).flatMap((question) => (question.source === undefined ? [] : [[question.field, question.source]])));
    expect(sources).toEqual({ name: 'card.name', idNumber: 'card.idNumber', currentAddress: 'card.address', employer: 'platform.employer', monthlyIncome: 'platform.monthlyIncome' });
  });
});

describe('what stops a terminal', () => {
  it('is a hall of the other kind: demonstration and real exclude each other', () => {
    const asReal = loadHall(demo.dir, { expectDemo: false });
    expect(asReal.ok).toBe(false);
    expect(asReal.ok ? [] : asReal.mistakes[0]).toMatchObject({ file: 'hall.yaml', path: 'demo', line: demo.read('hall.yaml').split('\n').findIndex((line) => line.startsWith('demo:')) + 1 });
    demo.edit('hall.yaml', 'demo: true', 'demo: false');
    expect(loadHall(demo.dir, { expectDemo: true }).ok).toBe(false);
    expect(loadHall(demo.dir, { expectDemo: false }).ok).toBe(true);
  });
  it('is a mistake in the hall, told with line and column together with those of the other files', () => {
    const line = demo.edit('hall.yaml', "phone: 0000-12345", 'phon: 0000-12345');
    demo.edit(HOUSING, 'input: phone', 'input: fone');
    const loaded = loadHall(demo.dir);
    expect(loaded.ok).toBe(false);
    expect(loaded.ok ? [] : loaded.mistakes.map((mistake) => [mistake.file, mistake.path])).toEqual([
      ['hall.yaml', 'phone'],
      ['hall.yaml', 'phon'],
      [HOUSING, 'form.questions.2.input'],
    ]);
    expect(loaded.ok ? null : loaded.mistakes[1]).toMatchObject({ line, column: 1, message: '"phon" is not known here; check its spelling or take it out' });
  });
  it('is a terminal that is not there', () => {
    const loaded = loadHall(demo.dir, { terminal: 'terminal-9' });
    expect(loaded.ok ? [] : loaded.mistakes).toMatchObject([{ file: 'terminals/terminal-9.yaml', message: 'no such terminal; here are terminal-5' }]);
  });
  it('is not knowing which of several terminals this is', () => {
    demo.write('terminals/terminal-6.yaml', demo.read(TERMINAL).replace('id: terminal-5', 'id: terminal-6').replace('number: 5', 'number: 6'));
    expect(loadHall(demo.dir).ok).toBe(false);
    expect(good({ terminal: 'terminal-6' }).terminal.number).toBe(6);
  });
  it('is an empty folder', () => {
    rmSync(demo.dir, { recursive: true });
    const loaded = loadHall(demo.dir);
    expect(loaded.ok ? [] : loaded.mistakes.map((mistake) => mistake.file)).toEqual(['hall.yaml', 'items', 'terminals']);
  });
});

describe('what config check tells', () => {
  it.each(["'24:30'", "'12:75'", "'99:00'"])('a business day cannot start at %s', (time) => {
    const line = demo.edit('hall.yaml', "businessDayStartsAt: '00:00'", `businessDayStartsAt: ${time}`);
    expect(onlyMistake()).toMatchObject({ file: 'hall.yaml', line, path: 'businessDayStartsAt', message: expect.stringContaining('00:00 to 23:59') });
  });
  it('a terminal with one wrong number is one mistake: its devices are not said to be missing', () => {
    const line = demo.edit(TERMINAL, 'number: 5', 'number: five');
    expect(onlyMistake()).toMatchObject({ file: TERMINAL, line, path: 'number' });
  });
  it('a hall without a terminal is one mistake', () => {
    rmSync(join(demo.dir, TERMINAL));
    expect(onlyMistake()).toMatchObject({ file: 'terminals' });
  });
});

describe('what is left out alone', () => {
  it('is a device with a wrong address: the others work', () => {
    const line = demo.edit(TERMINAL, 'transport: tcp:127.0.0.1:9102', 'transport: usb');
    const config = good();
    expect(config.terminal.devices.map((device) => device.id).slice(0, 3)).toEqual(['id-card', 'document-printer', 'scanner']);
    expect(config.badDevices).toMatchObject([{ id: 'receipt-printer', deviceClass: 'receipt-printer', mistakes: [{ file: TERMINAL, line, path: 'devices.1.transport' }] }]);
    // Its class is still on this terminal: the items stay, and say what is out of order.
    expect(config.items).toHaveLength(2);
  });
  it('is a device of a class that does not exist', () => {
    demo.edit(TERMINAL, 'class: scanner', 'class: scaner');
    expect(good().badDevices).toMatchObject([{ id: 'scanner', deviceClass: null }]);
  });
  it('is the second device of a class', () => {
    demo.edit(TERMINAL, 'class: document-printer', 'class: receipt-printer');
    demo.edit(TERMINAL, 'ipp://127.0.0.1:9103/ipp/print', 'tcp:127.0.0.1:9103');
    expect(good().badDevices.map((bad) => bad.id)).toEqual(['document-printer']);
  });
  it('is an item with a mistake: the other one stays open', () => {
    demo.edit(INSURANCE, 'steps: [card, issue]', 'steps: [card]');
    const config = good();
    expect(config.items.map((item) => item.id)).toEqual(['public-rental-housing']);
    expect(config.badItems).toMatchObject([{ id: 'social-insurance-certificate', file: INSURANCE }]);
  });
});

describe('a file that is no configuration', () => {
  const broken: [string, string | Uint8Array, RegExp][] = [
    ['not YAML', 'id: [1, 2\nname: x', /cannot be read as YAML/],
    ['twice the same name', 'id: a\nid: b\n', /cannot be read as YAML/],
    ['empty', '', /expected a group of named values/],
    ['a list', '- 1\n- 2\n', /expected a group of named values, found a list/],
    ['not UTF-8', new Uint8Array([0x69, 0x64, 0x3a, 0x20, 0xff, 0xfe]), /not UTF-8/],
    ['aliases that unfold without end', `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'.split('').map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghi'[index]}`).join(',')}]`).join('\n')}\n`, /cannot be read as YAML/],
    ['nested beyond reason', '['.repeat(100_000), /cannot be read as YAML/],
    ['larger than a megabyte', `# ${'x'.repeat(1_100_000)}`, /larger than/],
  ];
  it.each(broken)('is told, not thrown: %s', (_name, content, expected) => {
    demo.write(INSURANCE, content);
    const mistakes = checkHall(demo.dir).filter((mistake) => mistake.file === INSURANCE);
    expect(mistakes[0]?.message).toMatch(expected);
    expect(mistakes[0]?.line).toBeGreaterThanOrEqual(1);
  });
});

/** Told where the other half of the contradiction stands. */
const ELSEWHERE = ['materials', 'form.questions.9.input', 'form.questions.8.field', 'materials.2.from', 'materials.0.kind', 'materials.4.when.field'];

describe('cross-checks of an item', () => {
  const cases: [string, string, string, string, RegExp][] = [
    ['a question without a property', 'field: housingNow\n', 'field: housing\n', 'form.questions.7.field', /not a property of form\.schema/],
    ['a group that does not exist', 'group: wish', 'group: wishes', 'form.questions.10.group', /no group "wishes"/],
    ['a choice that the schema forbids', 'value: dormitory', 'value: dorm', 'form.questions.7.choices.2.value', /does not allow "dorm"/],
    ['a condition on a value that never is', 'in: [married]', 'in: [wed]', 'form.questions.4.when.in.0', /never has the value "wed"/],
    ['a condition on a later question', 'field: maritalStatus, in:', 'field: housingWanted, in:', 'form.questions.4.when.field', /not asked before/],
    ['a value that no card has', 'source: card.address', 'source: card.home', 'form.questions.6.source', /a card has no "home"/],
    ['a value that the platform does not hold', 'source: platform.employer', 'source: platform.boss', 'form.questions.8.source', /lists no "boss"/],
    ['an amount of type text', 'monthlyIncome: { type: integer, minimum: 0, maximum: 10000000 }', "monthlyIncome: { type: string, maxLength: 9 }", 'form.questions.9.input', /integer or number/],
    ['typed text without a longest length', 'employer: { type: string, minLength: 2, maxLength: 60 }', 'employer: { type: string }', 'form.questions.8.field', /maxLength/],
    ['a required answer that nobody asks for', 'required: [name, idNumber,', 'required: [name, shoeSize,', 'form.schema.required.1', /not a property/],
    ['a schema that is no JSON Schema', 'phone: { type: string,', 'phone: { type: strong,', 'form.schema.properties.phone.type', /not JSON Schema/],
    ['a pattern that is none', "pattern: '^1[3-9][0-9]{9}$'", "pattern: '^1[3-9'", 'form.schema.properties.phone.pattern', /not JSON Schema: Invalid regular expression/],
    ['a keyword that JSON Schema does not have', 'employer: { type: string, minLength: 2, maxLength: 60 }', 'employer: { type: string, minLength: 2, maxLength: 60, shortest: 2 }', 'form.schema.properties.employer.shortest', /unknown keyword: "shortest"/],
    ['a reference to nothing', 'employer: { type: string, minLength: 2, maxLength: 60 }', "employer: { type: string, maxLength: 60, $ref: '#/$defs/firm' }", 'form.schema.properties.employer', /not JSON Schema: can't resolve reference/],
    ['steps in the wrong order', 'steps: [card, notice, form,', 'steps: [card, form, notice,', 'steps', /in this order/],
    ['a step without its part', 'steps: [card, notice, form, materials,', 'steps: [card, notice, form,', 'materials', /no step materials/],
    ['a scan without a scanner', 'devices: [id-card, receipt-printer, scanner]', 'devices: [id-card, receipt-printer]', 'materials.2.from', /names no scanner/],
    ['a copy of a card with one side', 'pages: { min: 2, max: 2 }', 'pages: { min: 1, max: 2 }', 'materials.4.pages', /two sides/],
    ['a document of what is never scanned', 'from: [card]\n', 'from: [card]\n    kind: several-pages\n', 'materials.0.kind', /names no scan/],
    ['a material wanted by what nobody asks', 'dpi: 300 }\n    when: { field: maritalStatus', 'dpi: 300 }\n    when: { field: shoeSize', 'materials.4.when.field', /"shoeSize" is not asked/],
    ['a placeholder that is none', '{applicant.name}（', '{Applicant name}（', 'certificate.blocks.0.text', /is not a placeholder/],
    ['a promise longer than the law', 'promisedWorkingDays: 14', 'promisedWorkingDays: 40', 'guide.promisedWorkingDays', /more than the legal 30/],
    ['an id that is not the file\'s', 'id: public-rental-housing', 'id: public-housing', 'id', /expected the id "public-rental-housing"/],
    ['an adapter that is not there', 'adapter: public-rental-housing', 'adapter: somewhere', 'adapter', /no file adapters\/somewhere\.yaml/],
  ];
  it.each(cases)('%s', (_name, from, to, path, expected) => {
    const line = demo.edit(HOUSING, from, to);
    const mistakes = checkHall(demo.dir).filter((mistake) => mistake.file === HOUSING);
    const told = mistakes.find((mistake) => mistake.path === path && expected.test(mistake.message));
    expect(told ?? mistakes).toMatchObject({ path });
    expect(ELSEWHERE.includes(path) || told?.line === line).toBe(true);
  });
  it('a code for every value of an answer in the adapter', () => {
    demo.edit('adapters/public-rental-housing.yaml', ", none: '9' }", ' }');
    expect(onlyMistake()).toMatchObject({ file: 'adapters/public-rental-housing.yaml', message: 'no code for none' });
    expect(good().badItems.map((bad) => bad.id)).toEqual(['public-rental-housing']);
  });
  it('one code, one item', () => {
    const code = /^code: (.*)$/m.exec(demo.read(HOUSING))?.[1] ?? '';
    demo.write(INSURANCE, demo.read(INSURANCE).replace(/^code: .*$/m, `code: ${code}`));
    expect(onlyMistake()).toMatchObject({ file: INSURANCE, path: 'code' });
  });
  it('two terminals with one number', () => {
    demo.write('terminals/terminal-6.yaml', demo.read(TERMINAL).replace('id: terminal-5', 'id: terminal-6'));
    expect(onlyMistake()).toMatchObject({ file: 'terminals/terminal-6.yaml', path: 'number', message: 'terminal-5.yaml has the number 5 too' });
  });
  it('a place for an item that does not exist', () => {
    demo.edit('hall.yaml', 'items: [social-insurance-certificate]', 'items: [dog-licence]');
    expect(onlyMistake()).toMatchObject({ file: 'hall.yaml', path: 'otherPlaces.1.items.0' });
  });
});

describe('the source of the demo hall', () => {
  it('speaks plainly: no words of a machine, no exclamation marks', () => {
    const found = ['hall.yaml', TERMINAL, HOUSING, INSURANCE].flatMap((file) => readFileSync(join(DEMO_HALL, file), 'utf8').match(/系统|异常|请稍后|操作|提交成功|！/g) ?? []);
    expect(found).toEqual([]);
  });
});
