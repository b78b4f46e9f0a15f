/** What a schema alone cannot see in an item: names that point nowhere, steps without what they need. */
import { answerJudge, answersFindings, isNumeric } from './answers-schema.ts';
import type { Finding } from './mistake.ts';
import type { CertificateBlock } from './schema/certificate.ts';
import { classesThatServe } from './schema/device-classes.ts';
import { STEP_KINDS, type Item, type Question } from './schema/item.ts';

/** Values of a card that a question may take: the fields of the reader's answer that are text. */
export const CARD_VALUES = ['name', 'nameLatin', 'sex', 'ethnicity', 'birthDate', 'address', 'idNumber', 'issuer', 'validFrom', 'validTo', 'nationality', 'passNumber'] as const;

/** What an item is checked against beyond itself. */
export interface ItemSurroundings {
  /** Names the platform can answer; null: not told, anything goes. */
  platformValues: readonly string[] | null;
  /** Device classes of the terminal (for a whole hall: of any of its terminals). */
  deviceClasses: readonly string[];
  adapterExists: (adapter: string) => boolean;
}

type Form = NonNullable<Item['form']>;

const twice = (values: readonly string[], path: (index: number) => PropertyKey[], what: string): Finding[] =>
  values.flatMap((value, index) => (values.indexOf(value) < index ? [{ path: path(index), message: `${what} "${value}" stands here a second time` }] : []));

const checkQuestion = (form: Form, question: Question, index: number, around: ItemSurroundings, allows: ReturnType<typeof answerJudge>): Finding[] => {
  const findings: Finding[] = [];
  const say = (path: PropertyKey[], message: string): void => void findings.push({ path: ['form', 'questions', index, ...path], message });
  const property = form.schema.properties[question.field];
  if (property === undefined) say(['field'], `"${question.field}" is not a property of form.schema`);
  if (!form.groups.some((group) => group.id === question.group)) say(['group'], `no group "${question.group}"; expected one of ${form.groups.map((group) => group.id).join(', ')}`);

  if (question.input === 'choice' && question.choices === undefined) say(['input'], 'a choice needs "choices"');
  if (question.input !== 'choice' && question.choices !== undefined) say(['choices'], `"choices" belong to the input "choice", not "${question.input}"`);
  if (question.input === 'none' && question.source === undefined) say(['input'], 'never asked and without a source: it would stay empty');
  const numeric = question.input === 'number' || question.input === 'amount';
  if (property !== undefined && numeric !== isNumeric(property) && question.input !== 'none' && question.input !== 'choice') {
    say(['input'], numeric ? `"${question.input}" needs a property of type integer or number` : `"${question.input}" needs a property of type string`);
  }
  if (property !== undefined && numeric && (property['minimum'] === undefined || property['maximum'] === undefined)) say(['field'], 'a number needs minimum and maximum in form.schema');
  if (property !== undefined && ['text', 'address', 'phone'].includes(question.input) && property['maxLength'] === undefined) say(['field'], 'typed text needs maxLength in form.schema');

  for (const kind of ['choices', 'quick'] as const) {
    const offered = question[kind] ?? [];
    for (const [at, { value }] of offered.entries()) {
      if (property !== undefined && !allows(question.field, value)) say([kind, at, 'value'], `form.schema does not allow "${value}" for ${question.field}`);
    }
    findings.push(...twice(offered.map(({ value }) => value), (at) => ['form', 'questions', index, kind, at, 'value'], 'the answer'));
  }

  const [origin, name = ''] = (question.source ?? '').split('.');
  if (origin === 'card' && !CARD_VALUES.some((known) => known === name)) say(['source'], `a card has no "${name}"; it has ${CARD_VALUES.join(', ')}`);
  if (origin === 'platform' && around.platformValues !== null && !around.platformValues.includes(name)) say(['source'], `hall.yaml lists no "${name}" under platform.values`);

  const { when } = question;
  if (when !== undefined) {
    const earlier = form.questions.slice(0, index).find((other) => other.field === when.field);
    if (earlier === undefined) say(['when', 'field'], `"${when.field}" is not asked before this question`);
    else for (const [at, value] of when.in.entries()) if (!allows(when.field, value)) say(['when', 'in', at], `"${when.field}" never has the value "${value}"`);
  }
  return findings;
};

const checkForm = (form: Form, around: ItemSurroundings): Finding[] => {
  const allows = answerJudge(form.schema);
  const compiled = answersFindings(form.schema).map((finding) => ({ ...finding, path: ['form', 'schema', ...finding.path] }));
  const asked = new Set(form.questions.map((question) => question.field));
  return [
    ...compiled,
    ...form.schema.required.flatMap((field, index) => {
      const path = ['form', 'schema', 'required', index];
      if (!Object.hasOwn(form.schema.properties, field)) return [{ path, message: `"${field}" is required, and is not a property` }];
      return asked.has(field) ? [] : [{ path, message: `"${field}" is required, and no question asks for it` }];
    }),
    ...form.questions.flatMap((question) => (question.when !== undefined && form.schema.required.includes(question.field) ? [{ path: ['form', 'schema', 'required', form.schema.required.indexOf(question.field)], message: `"${question.field}" is asked only sometimes ("when"), so it cannot always be required; use if/then` }] : [])),
    ...twice(form.groups.map((group) => group.id), (index) => ['form', 'groups', index, 'id'], 'the group'),
    ...twice(form.questions.map((question) => question.field), (index) => ['form', 'questions', index, 'field'], 'the field'),
    ...form.questions.flatMap((question, index) => checkQuestion(form, question, index, around, allows)),
  ];
};

const checkSteps = (item: Item): Finding[] => {
  const findings: Finding[] = [];
  const has = (step: Item['steps'][number]): boolean => item.steps.includes(step);
  const say = (path: PropertyKey[], message: string): void => void findings.push({ path, message });
  const ordered = STEP_KINDS.filter((step) => has(step));
  if (item.steps.some((step, index) => step !== ordered[index])) say(['steps'], `each step once, in this order: ${ordered.join(', ')}`);
  if (!has('card')) say(['steps'], 'must begin with card');
  if (has('submit') === has('issue')) say(['steps'], 'must end with submit (decided later) or issue (on the spot), one of the two');
  for (const [step, part] of [['notice', item.notice], ['form', item.form]] as const) {
    if (has(step) && part === undefined) say(['steps'], `the step ${step} needs the part "${step}"`);
    if (!has(step) && part !== undefined) say([step], `the part "${step}" stands here, and no step ${step}`);
  }
  if (has('materials') && item.materials.length === 0) say(['steps'], 'the step materials needs at least one material');
  if (!has('materials') && item.materials.length > 0) say(['materials'], 'materials stand here, and no step materials');
  if (has('submit') && has('form') && !has('check')) say(['steps'], 'a form is checked before it is submitted: the step check is missing');
  if (has('issue')) {
    if (item.certificate === undefined) say(['steps'], 'the step issue needs the part "certificate"');
    if (item.requires.platform !== 'now') say(['requires', 'platform'], 'an item issued on the spot needs the platform "now"');
    if (!item.requires.devices.includes('document-printer')) say(['requires', 'devices'], 'an item issued on the spot needs the document-printer');
    if (item.requires.a4Sheets < 1) say(['requires'], 'an item issued on the spot needs a4Sheets of at least 1');
  }
  if (has('submit') && item.guide.promisedWorkingDays === null && item.next.some((row) => /\{promised\}/.test(row.title.zh + row.body.zh))) say(['next'], '"{promised}" needs guide.promisedWorkingDays');
  return findings;
};

const checkMaterials = (item: Item): Finding[] => [
  ...twice(item.materials.map((material) => material.id), (index) => ['materials', index, 'id'], 'the material'),
  ...item.materials.flatMap((material, index) => {
    const findings: Finding[] = [];
    const say = (path: PropertyKey[], message: string): void => void findings.push({ path: ['materials', index, ...path], message });
    if (material.pages.min > material.pages.max) say(['pages', 'min'], `more than max (${material.pages.max})`);
    if (material.kind === 'id-copy' && (material.pages.min !== 2 || material.pages.max !== 2)) say(['pages'], 'a card has two sides: an id-copy needs { min: 2, max: 2 }');
    if (material.kind !== 'pictures' && !material.from.includes('scan')) say(['kind'], `"${material.kind}" is made of what is scanned, and "from" names no scan`);
    const { when } = material;
    if (when !== undefined) {
      const allows = item.form === undefined ? null : answerJudge(item.form.schema);
      if (allows === null || item.form?.questions.every((question) => question.field !== when.field) === true) say(['when', 'field'], `"${when.field}" is not asked`);
      else for (const [at, value] of when.in.entries()) if (!allows(when.field, value)) say(['when', 'in', at], `"${when.field}" never has the value "${value}"`);
    }
    if (material.required && material.from.every((from) => from === 'scan') && !classesThatServe('scanner').some((device) => item.requires.devices.includes(device))) findings.push({ path: ['materials', index, 'from'], message: 'can only be scanned, and requires.devices names no scanner and no document-camera' });
    return findings;
  }),
];

const PLACEHOLDER = /\{([^{}]*)\}/g;
const texts = (block: CertificateBlock, index: number): [PropertyKey[], string][] => {
  const base = ['certificate', 'blocks', index];
  if (block.type === 'paragraph') return [[[...base, 'text'], block.text]];
  if (block.type === 'facts') return block.rows.map((row, at) => [[...base, 'rows', at, 'value'], row.value]);
  if (block.type === 'signature') return [[[...base, 'agency'], block.agency], [[...base, 'date'], block.date]];
  return [];
};

const checkCertificate = (item: Item): Finding[] =>
  (item.certificate?.blocks ?? []).flatMap((block, index) =>
    texts(block, index).flatMap(([path, value]): Finding[] => {
      const bad = [...value.matchAll(PLACEHOLDER)].find(([, name = '']) => !/^[a-z][A-Za-z0-9.]*$/.test(name));
      if (bad !== undefined) return [{ path, message: `"${bad[0]}" is not a placeholder; expected {name} or {group.name}` }];
      return /[{}]/.test(value.replaceAll(PLACEHOLDER, '')) ? [{ path, message: 'a { or } stands alone; placeholders are written {name}' }] : [];
    }),
  );

/** Everything wrong in an item that has the right shape. Empty: nothing. */
export const checkItem = (item: Item, around: ItemSurroundings): Finding[] => [
  ...checkSteps(item),
  ...(item.form === undefined ? [] : checkForm(item.form, around)),
  ...checkMaterials(item),
  ...checkCertificate(item),
  ...(item.steps.includes('card') && !item.requires.devices.includes('id-card') ? [{ path: ['requires', 'devices'], message: 'the step card needs the device id-card' }] : []),
  ...twice(item.requires.devices, (index) => ['requires', 'devices', index], 'the device'),
  ...item.requires.devices.flatMap((device, index) => (classesThatServe(device).some((each) => around.deviceClasses.includes(each)) ? [] : [{ path: ['requires', 'devices', index], message: `no terminal here has a ${device}` }])),
  ...(item.guide.legalWorkingDays !== null && item.guide.promisedWorkingDays !== null && item.guide.promisedWorkingDays > item.guide.legalWorkingDays ? [{ path: ['guide', 'promisedWorkingDays'], message: `more than the legal ${item.guide.legalWorkingDays} working days` }] : []),
  ...(item.adapter !== undefined && !around.adapterExists(item.adapter) ? [{ path: ['adapter'], message: `no file adapters/${item.adapter}.yaml` }] : []),
];
