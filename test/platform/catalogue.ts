/** The item catalogue, one for terminal and platform: the office takes its labels from it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadHall, type Item, type Question, type Text } from '../../kiosk-config/index.ts';
import type { WireMessage } from '../../electron/platform/wire.ts';

export type Submitted = Extract<WireMessage['body'], { kind: 'submitted' }>;

export interface Catalogue {
  byCode(code: string): Item | null;
  /** The hall that the items are of. */
  hall: { id: string; name: Text } | null;
  /** Its queue classes, where it takes appointments. */
  bookable: readonly string[];
}

const here = import.meta.dirname;
/** Seen from the sources and from the bundled program. */
const DEMO = [join(here, '..', '..', 'kiosk-config', 'demo-hall'), join(here, '..', 'kiosk-config', 'demo-hall')];

/**
 * Reads the items of a hall's folder; without one, of the demonstration.
 * @param dir a folder that {@link loadHall} reads
 */
export const openCatalogue = (dir: string | null): Catalogue => {
  const folder = dir ?? DEMO.find((candidate) => existsSync(join(candidate, 'hall.yaml'))) ?? null;
  const loaded = folder === null ? null : loadHall(folder);
  const items = loaded !== null && loaded.ok ? loaded.config.items : [];
  const config = loaded !== null && loaded.ok ? loaded.config : null;
  return {
    byCode: (code) => items.find((item) => item.code === code) ?? null,
    hall: config === null ? null : { id: config.hall.id, name: config.hall.name },
    bookable: config?.queue?.appointments === undefined ? [] : config.queue.classes.map(({ id }) => id),
  };
};

const same = (word: string): Text => ({ zh: word, en: word });

/** 386000 fen → 3,860.00 */
export const yuan = (fen: string): string => (/^\d{1,15}$/.test(fen) ? (Number(fen) / 100).toLocaleString('en-US', { minimumFractionDigits: 2 }) : fen);

const shown = (question: Question, value: string): Text => {
  const offered = [...(question.choices ?? []), ...(question.quick ?? [])].find((choice) => choice.value === value);
  if (offered !== undefined) return offered.label;
  const unit = question.unit ?? same('');
  const plain = question.input === 'amount' ? yuan(value) : value;
  return { zh: `${plain} ${unit.zh}`.trim(), en: `${plain} ${unit.en}`.trim() };
};

export interface AnswerRow {
  field: string;
  label: Text;
  value: Text;
  source: Submitted['answers'][string]['source'];
}

/** Answers in the order of the form, groups first to last; fields the catalogue does not know come last under their own name. */
export const answerRows = (item: Item | null, submitted: Submitted): { title: Text; rows: AnswerRow[] }[] => {
  const left = new Map(Object.entries(submitted.answers));
  const groups = (item?.form?.groups ?? []).map((group) => ({
    title: group.title,
    rows: (item?.form?.questions ?? []).flatMap((question): AnswerRow[] => {
      const answer = question.group === group.id ? left.get(question.field) : undefined;
      if (answer === undefined) return [];
      left.delete(question.field);
      return [{ field: question.field, label: question.label, value: shown(question, answer.value), source: answer.source }];
    }),
  }));
  const rest = [...left].map(([field, answer]): AnswerRow => ({ field, label: same(field), value: same(answer.value), source: answer.source }));
  return [...groups, { title: { zh: '其他', en: 'Other' }, rows: rest }].filter((group) => group.rows.length > 0);
};

/** A material's name in the catalogue, else its id. */
export const materialName = (item: Item | null, id: string): Text => item?.materials.find((material) => material.id === id)?.name ?? same(id);
