/** Reads one YAML file and knows where each of its values stands. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isMap, isNode, isPair, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { explain } from './explain.ts';
import type { Finding, Mistake } from './mistake.ts';

/** A configuration file is written by hand; anything larger is not one. */
export const MOST_BYTES = 1_000_000;
/** An alias may not unfold into more than this: a few lines must not fill the memory. */
const MOST_ALIASES = 100;

export interface YamlFile {
  file: string;
  /** Plain data; undefined when the file could not be read as YAML. */
  data: unknown;
  /** Findings, with the place where each stands. A missing value is told at what should hold it. */
  place(findings: readonly Finding[]): Mistake[];
  /** What is wrong with the file as YAML. */
  mistakes: Mistake[];
}

const offsetOf = (document: Document.Parsed, { path, atName }: Finding): number => {
  let node: unknown = document.contents;
  let offset = isNode(node) && node.range ? node.range[0] : 0;
  for (const [index, key] of path.entries()) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (!isPair(pair)) break;
      // A group or a list is told at its name, a plain value where it stands.
      if (isNode(pair.key) && pair.key.range) offset = pair.key.range[0];
      node = pair.value;
      if (atName !== true && index === path.length - 1 && isScalar(node) && node.range && node.value !== null) offset = node.range[0];
    } else {
      node = isNode(node) && 'items' in node && Array.isArray(node.items) ? (node.items as unknown[])[Number(key)] : undefined;
      if (!isNode(node) || !node.range) break;
      offset = node.range[0];
    }
  }
  return offset;
};

const broken = (file: string, message: string, line = 1, column = 1): YamlFile => ({
  file,
  data: undefined,
  place: (findings) => findings.map((finding) => ({ file, line, column, path: finding.path.map(String).join('.'), message: finding.message })),
  mistakes: [{ file, line, column, path: '', message }],
});

/**
 * Parses YAML text. Never throws: what cannot be read is a mistake with its line.
 * @param file name told in mistakes, relative to the configuration
 */
export const parseYaml = (file: string, text: string): YamlFile => {
  const lines = new LineCounter();
  const position = (offset: number): { line: number; column: number } => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
    const [first] = document.errors;
    if (first !== undefined) {
      const mistakes = document.errors.map((error) => ({ file, ...position(error.pos[0]), path: '', message: `cannot be read as YAML: ${error.message}` }));
      return { ...broken(file, first.message), mistakes };
    }
    const data: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
    return {
      file,
      data,
      place: (findings) => findings.map((finding) => ({ file, ...position(offsetOf(document, finding)), path: finding.path.map(String).join('.'), message: finding.message })),
      mistakes: [],
    };
  } catch (error) {
    // Nesting or aliases beyond what a hand-written file has.
    return broken(file, `cannot be read as YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
};

/** Reads `dir`/`file`; an unreadable, oversized or non-UTF-8 file is a mistake, not an exception. */
export const readYaml = (dir: string, file: string): YamlFile => {
  try {
    const path = join(dir, file);
    if (statSync(path).size > MOST_BYTES) return broken(file, `larger than ${MOST_BYTES} bytes: not a configuration file`);
    return parseYaml(file, new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path)));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return broken(file, code === 'ENOENT' ? 'missing: this file is expected here' : code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'not UTF-8 text' : `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
};

/** A file's data checked by its schema: the value, or every mistake. */
export const checkShape = <T>(yaml: YamlFile, schema: z.ZodType<T>): { value: T; mistakes: [] } | { value: null; mistakes: Mistake[] } => {
  if (yaml.mistakes.length > 0) return { value: null, mistakes: yaml.mistakes };
  const parsed = schema.safeParse(yaml.data);
  return parsed.success ? { value: parsed.data, mistakes: [] } : { value: null, mistakes: yaml.place(explain(parsed.error.issues, yaml.data)) };
};
