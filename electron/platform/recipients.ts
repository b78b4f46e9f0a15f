/**
 * What each recipient may get, field by field. A field that is not on its list does not leave the terminal: in tests it is an
 * error, in a hall it is left out and put on record.
 *
 * Paths are joined by dots; `*` stands for every element of a list or member of a record, a final `**` for all beneath.
 */

export type FieldList = readonly string[];

const aboutCase = ['kind', 'caseNumber'] as const;
const aboutPlace = ['itemCode', 'itemId', 'hall', 'terminal', 'storedAt', 'clockKnown'] as const;

/** Whose it is the platform knows. */
const aboutOriginal = [...aboutCase, 'document', 'cell', 'at'] as const;

/** The central platform, by kind of message. */
export const platformFields = {
  submitted: [
    ...aboutCase,
    ...aboutPlace,
    'round',
    'applicant.kind',
    'applicant.name',
    'applicant.idNumber',
    'applicant.sex',
    'applicant.birthDate',
    'applicant.ethnicity',
    'applicant.address',
    'applicant.nationality',
    'answers.*.value',
    'answers.*.source',
    'materials.*.id',
    'materials.*.how',
    'materials.*.pages.*.digest',
    'materials.*.pages.*.bytes',
    'materials.*.pages.*.contentType',
    'signature.widthMm',
    'signature.heightMm',
    'signature.strokes.**',
    'statement',
  ],
  issued: [...aboutCase, ...aboutPlace, 'certificateNumber'],
  printed: [...aboutCase, 'certificateNumber', 'at', 'proof'],
  'print-in-doubt': [...aboutCase, 'certificateNumber', 'at', 'doubtNumber'],
  rated: [...aboutCase, 'at', 'score'],
  'original-loaded': [...aboutOriginal, 'proof'],
  'original-collected': [...aboutOriginal, 'proof'],
  'original-returned': [...aboutOriginal, 'proof'],
  'original-in-doubt': aboutOriginal,
} as const satisfies Record<string, FieldList>;

/** A field was about to leave that its recipient is not meant to get. */
export class OutboundFieldError extends Error {
  override readonly name = 'OutboundFieldError';
  readonly fields: string[];
  constructor(recipient: string, fields: string[]) {
    super(`not on the field list of ${recipient}: ${fields.join(', ')}`);
    this.fields = fields;
  }
}

type Node = Map<string, Node>;
const trees = new WeakMap<FieldList, Node>();
const treeOf = (list: FieldList): Node => {
  let root = trees.get(list);
  if (root !== undefined) return root;
  root = new Map();
  for (const path of list) {
    let node: Node = root;
    for (const step of path.split('.')) {
      let next = node.get(step);
      if (next === undefined) {
        next = new Map();
        node.set(step, next);
      }
      node = next;
    }
  }
  trees.set(list, root);
  return root;
};

const NONE: readonly string[] = [];

/**
 * Is every field of `value` on the list? Looks without copying: nearly every message is.
 * @param seen members of `value` that were asked about before, as they are
 */
export const allListed = (list: FieldList, value: object, seen: readonly string[] = NONE): boolean => {
  const walk = (part: unknown, node: Node): boolean => {
    if (part === null || part === undefined || node.has('**')) return true;
    if (typeof part !== 'object') return node.size === 0;
    const any = node.get('*');
    if (Array.isArray(part)) {
      if (any === undefined) return false;
      // A signature is a thousand numbers.
      if (any.size === 0) return part.every((element) => typeof element !== 'object' || element === null);
      return part.every((element) => walk(element, any));
    }
    for (const key of Object.keys(part)) {
      const member = (part as Record<string, unknown>)[key];
      if (member === undefined || (part === value && seen.includes(key))) continue;
      const next = node.get(key) ?? any;
      if (next === undefined || !walk(member, next)) return false;
    }
    return true;
  };
  return walk(value, treeOf(list));
};

/** What of `value` the list allows, and the paths (list positions and record keys written as `*`) of what it does not. */
export const filterOutbound = (list: FieldList, value: object): { value: Record<string, unknown>; dropped: string[] } => {
  const dropped = new Set<string>();
  const walk = (part: unknown, node: Node, path: string): unknown => {
    if (node.has('**')) return part;
    if (part === null || typeof part !== 'object') {
      // A leaf may stand where the list ends; null may also stand for a whole missing group.
      if (node.size === 0 || part === null) return part;
      dropped.add(path);
      return undefined;
    }
    const below = (step: string, member: unknown): unknown => {
      const next = node.get(step) ?? node.get('*');
      const here = `${path === '' ? '' : `${path}.`}${node.has(step) || !node.has('*') ? step : '*'}`;
      if (next === undefined) {
        dropped.add(here);
        return undefined;
      }
      return walk(member, next, here);
    };
    if (Array.isArray(part)) return part.map((element) => below('*', element)).filter((element) => element !== undefined);
    return Object.fromEntries(
      Object.entries(part).flatMap(([key, member]) => {
        if (member === undefined) return [];
        const kept = below(key, member);
        return kept === undefined ? [] : [[key, kept]];
      }),
    );
  };
  const kept = walk(value, treeOf(list), '') as Record<string, unknown>;
  return { value: kept, dropped: [...dropped] };
};
