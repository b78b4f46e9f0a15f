/** What is wrong with a configuration, told so that whoever wrote it finds the place. */

export interface Mistake {
  /** Relative to the configuration folder, with `/`. */
  file: string;
  /** From 1. */
  line: number;
  column: number;
  /** Where inside the file's data: `form.questions.3.field`; empty: the whole file. */
  path: string;
  /** What was expected, in plain words. */
  message: string;
}

/** A finding inside one file's data, before it is known where that stands. */
export interface Finding {
  path: readonly PropertyKey[];
  message: string;
  /** Told at the name, not at its value: the name itself is wrong. */
  atName?: boolean;
}

/** By file, then line, then column; equal ones once. */
export const sortMistakes = (mistakes: readonly Mistake[]): Mistake[] => {
  const seen = new Map(mistakes.map((mistake) => [JSON.stringify([mistake.file, mistake.line, mistake.column, mistake.message]), mistake]));
  return [...seen.values()].sort((a, b) => (a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1));
};

/** `items/x.yaml:12:5 form.questions.3.field: expected …` */
export const mistakeLine = (mistake: Mistake, prefix = ''): string =>
  `${prefix}${mistake.file}:${mistake.line}:${mistake.column} ${mistake.path === '' ? '' : `${mistake.path}: `}${mistake.message}`;
