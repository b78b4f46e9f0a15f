/** Rules as text that people write, and the place in it of everything that is wrong. Pure. */
import { Document, isCollection, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { RuleMistake, Rules } from '../api/hall-types.ts';

/** Why a text cannot be read, where there is a word for it. https://eemeli.org/yaml/#errors */
const READING = ['bad-indent', 'tab-as-indent', 'duplicate-key', 'missing-char', 'unexpected-token', 'bad-alias', 'bad-scalar-start', 'multiple-docs'] as const;
type Reading = (typeof READING)[number];
export type Placed = { line: number; path: string; kind: RuleMistake['kind'] | 'unreadable'; message: string; why: { code: NonNullable<RuleMistake['why']>['code'] | Reading; values: Record<string, string> } | null };

const readingOf = (code: string): Placed['why'] => {
  const found = READING.find((one) => one === code.toLowerCase().replaceAll('_', '-'));
  return found === undefined ? null : { code: found, values: {} };
};

/** Names, hours, skills stand in one line each; classes and counters in as many as they need. */
const MOST_IN_LINE = 4;
const FEW = 120;

/** YAML, the way it is written by hand. */
export const toText = (rules: Rules): string => {
  const document = new Document(rules);
  visit(document, {
    Map: (_key, node, path) => {
      if (path.length <= 1) return;
      const flat = node.items.length <= MOST_IN_LINE && node.items.every(({ value }) => !isCollection(value) || (isSeq(value) && value.items.every((item) => isScalar(item))));
      if (flat && JSON.stringify(node).length < FEW) node.flow = true;
    },
    Seq: (_key, node) => {
      if (node.items.every((item) => isScalar(item))) node.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
};

/** The text as data; or where it cannot be read. */
export const readText = (text: string): { ok: true; data: unknown } | { ok: false; mistakes: Placed[] } => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  if (document.errors.length > 0) return { ok: false, mistakes: document.errors.map(({ pos, message, code }) => ({ line: Math.max(1, lines.linePos(pos[0]).line), path: '', kind: 'unreadable', message, why: readingOf(code) })) };
  try {
    return { ok: true, data: document.toJS({ maxAliasCount: 100 }) };
  } catch (error) {
    // An alias without an anchor is found only here; so are aliases that would fill the memory.
    const message = error instanceof Error ? error.message : '';
    return { ok: false, mistakes: [{ line: 1, path: '', kind: 'unreadable', message, why: error instanceof ReferenceError && message.startsWith('Unresolved alias') ? { code: 'bad-alias', values: {} } : null }] };
  }
};

/** Mistakes of the hall's check, each at its line; what is missing is told at what should hold it. */
export const placed = (text: string, mistakes: readonly RuleMistake[]): Placed[] => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  return mistakes
    .map(({ path, kind, message, why }) => {
      let node: unknown = document.contents;
      let offset = 0;
      for (const key of path) {
        if (isMap(node)) {
          const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
          if (!isPair(pair)) break;
          if (isNode(pair.key) && pair.key.range) offset = pair.key.range[0];
          node = pair.value;
        } else {
          node = isSeq(node) ? node.items[Number(key)] : undefined;
          if (!isNode(node) || !node.range) break;
          offset = node.range[0];
        }
      }
      return { line: Math.max(1, lines.linePos(offset).line), path: path.join('.'), kind, message, why };
    })
    .sort((a, b) => a.line - b.line);
};
