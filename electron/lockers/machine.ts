/**
 * One cell of a pick-up locker. Pure: no door, no clock, no disk.
 *
 * What shapes it: a lock that is pulsed opens a door in the world, so a cell is kept as "about to be opened" first and pulsed once; whatever is not
 * seen afterwards is a doubt, and a doubt ends by what somebody of the hall has looked at, never by a second pulse of our own.
 */

/** What a cell was opened for. `look`: staff look what lies in a doubtful one. */
export const TASKS = ['load', 'hand-over', 'take-back', 'look'] as const;
export type Task = (typeof TASKS)[number];

/**
 * `stuck`: pulsed, and the door says closed; `unknown`: pulsed, and nobody tells; `interrupted`: the program ended between its word and the
 * answer; `left-open`: nobody closed it behind a citizen; `found-open`: nobody was to open it.
 */
export const DOUBTS = ['stuck', 'unknown', 'interrupted', 'left-open', 'found-open'] as const;
export type Doubt = (typeof DOUBTS)[number];

export type CellState =
  | { is: 'free' }
  | { is: 'busy'; task: Task; step: 'opening' | 'open' | 'closed'; document: string | null; /** Of a look alone: what it is to settle. */ doubt: { after: Origin; why: Doubt } | null }
  | { is: 'loaded'; document: string }
  | { is: 'doubtful'; document: string | null; after: Origin; why: Doubt }
  | { is: 'out-of-use' };

/** Had the document been loaded when the doubt came (`rest`), or was it just being put in (`load`)? */
export type Origin = 'load' | 'rest';

/** What somebody found who looked. `waiting`: it was never put in, and staff have it; `returned`: staff took it out. */
export const FINDINGS = ['inside', 'collected', 'returned', 'waiting', 'empty'] as const;
export type Finding = (typeof FINDINGS)[number];

export type Door = 'open' | 'closed' | 'unknown';

export type CellEvent =
  | { type: 'load'; document: string }
  | { type: 'hand-over' }
  | { type: 'take-back' }
  | { type: 'look' }
  /** What became of the pulse; `unopened`: certainly none was sent. */
  | { type: 'pulsed'; how: 'opened' | 'stuck' | 'unknown' | 'unopened' }
  /** What the door says, asked while somebody is at it or now and then. */
  | { type: 'door'; door: Door; occupied: boolean | null }
  /** What the door says when the program began. */
  | { type: 'found'; door: Door; occupied: boolean | null }
  /** It stands open for longer than anybody takes. */
  | { type: 'late' }
  /** Words of who stands there. */
  | { type: 'put' }
  | { type: 'not-put' }
  | { type: 'taken' }
  | { type: 'settle'; found: Finding }
  | { type: 'close-cell' }
  | { type: 'use-cell' };

/** `door`: the door was seen open and then closed; `word`: somebody said so, where nothing can be seen; `staff`: staff looked. */
export const PROOFS = ['door', 'word', 'staff'] as const;
export type Proof = (typeof PROOFS)[number];

export type CellEffect =
  /** After the state is on the disk. */
  { type: 'pulse' } | { type: 'document'; document: string; becomes: 'loaded' | 'waiting' | 'collected' | 'returned'; proof: Proof };

export const CELL_REFUSALS = ['not-free', 'not-loaded', 'door-open', 'not-now'] as const;
export type CellRefusal = (typeof CELL_REFUSALS)[number];

export type CellStep = { ok: true; state: CellState; effects: readonly CellEffect[] } | { ok: false; refusal: CellRefusal };

const FREE: CellState = { is: 'free' };
const to = (state: CellState, ...effects: CellEffect[]): CellStep => ({ ok: true, state, effects });
const no = (refusal: CellRefusal): CellStep => ({ ok: false, refusal });
type Busy = Extract<CellState, { is: 'busy' }>;
type Doubtful = Extract<CellState, { is: 'doubtful' }>;

const doubt = (state: Busy, why: Doubt): Doubtful => ({ is: 'doubtful', document: state.document, after: state.doubt?.after ?? (state.task === 'load' ? 'load' : 'rest'), why });
const becomes = (document: string | null, what: Extract<CellEffect, { type: 'document' }>['becomes'], proof: Proof): CellEffect[] => (document === null ? [] : [{ type: 'document', document, becomes: what, proof }]);
const loaded = (document: string, proof: Proof): CellStep => to({ is: 'loaded', document }, ...becomes(document, 'loaded', proof));

/** The door went shut behind somebody, or somebody says so. */
const shut = (state: Busy, proof: Proof, occupied: boolean | null): CellStep => {
  if (state.task === 'load' || state.task === 'look') return to({ ...state, step: 'closed' });
  // A sensor that still sees it: it was not taken.
  if (occupied === true && state.document !== null) return to({ is: 'loaded', document: state.document });
  return to(FREE, ...becomes(state.document, state.task === 'hand-over' ? 'collected' : 'returned', proof));
};

const settle = (state: { document: string | null; after: Origin }, found: Finding): CellStep => {
  const { document, after } = state;
  switch (found) {
    case 'inside':
      return document === null ? no('not-now') : loaded(document, 'staff');
    case 'empty':
      return document === null ? to(FREE) : no('not-now');
    case 'waiting':
      return document === null || after !== 'load' ? no('not-now') : to(FREE, ...becomes(document, 'waiting', 'staff'));
    case 'collected':
    case 'returned':
      return document === null || after === 'load' ? no('not-now') : to(FREE, ...becomes(document, found, 'staff'));
  }
};

const begin = (task: Task, document: string | null, before: Doubtful | null = null): CellStep =>
  to({ is: 'busy', task, step: 'opening', document, doubt: before === null ? null : { after: before.after, why: before.why } }, { type: 'pulse' });

const ofPulse = (state: Busy, how: Extract<CellEvent, { type: 'pulsed' }>['how'], watched: boolean): CellStep => {
  if (how === 'unopened') {
    if (state.task === 'load') return to(FREE, ...becomes(state.document, 'waiting', 'staff'));
    if (state.doubt !== null) return to(doubt(state, state.doubt.why));
    return state.document === null ? to(FREE) : to({ is: 'loaded', document: state.document });
  }
  // Where no door can be asked, a pulse that was sent is all there is to know.
  if (how === 'opened' || !watched) return to({ ...state, step: 'open' });
  // It is in the hands of whoever was to put it in.
  if (how === 'stuck' && state.task === 'load') return to({ is: 'doubtful', document: null, after: 'load', why: 'stuck' }, ...becomes(state.document, 'waiting', 'staff'));
  return to(doubt(state, how));
};

const busy = (state: Busy, event: CellEvent, watched: boolean): CellStep => {
  const { step, task } = state;
  switch (event.type) {
    case 'pulsed':
      return step === 'opening' ? ofPulse(state, event.how, watched) : to(state);
    case 'found':
      if (step === 'opening') return event.door === 'open' ? to({ ...state, step: 'open' }) : to(doubt(state, 'interrupted'));
      return busy(state, { ...event, type: 'door' }, watched);
    case 'door':
      if (step === 'open' && event.door === 'closed' && watched) return shut(state, 'door', event.occupied);
      if (step === 'closed' && event.door === 'open') return to({ ...state, step: 'open' });
      return to(state);
    case 'late':
      return step === 'open' && task === 'hand-over' ? to(doubt(state, watched ? 'left-open' : 'unknown')) : to(state);
    case 'put':
    case 'not-put':
      if (task !== 'load' || step === 'opening' || state.document === null) return no('not-now');
      if (step === 'open' && watched) return no('door-open');
      return event.type === 'put' ? loaded(state.document, watched ? 'door' : 'word') : to(FREE, ...becomes(state.document, 'waiting', 'staff'));
    case 'taken':
      if ((task !== 'hand-over' && task !== 'take-back') || step !== 'open') return no('not-now');
      return watched ? no('door-open') : shut(state, 'word', null);
    case 'settle':
      if (task !== 'look' || step === 'opening' || state.doubt === null) return no('not-now');
      return step === 'open' && watched ? no('door-open') : settle({ document: state.document, after: state.doubt.after }, event.found);
    case 'load':
      return no('not-free');
    case 'hand-over':
    case 'take-back':
    case 'look':
    case 'close-cell':
    case 'use-cell':
      return no('not-now');
  }
};

/**
 * @param watched can the doors of this locker be asked?
 * @returns the same state where a door or the time says nothing new; a refusal where somebody asks for what cannot be done now
 */
export const nextCell = (state: CellState, event: CellEvent, watched: boolean): CellStep => {
  if (state.is === 'busy') return busy(state, event, watched);
  switch (event.type) {
    case 'load':
      return state.is === 'free' ? begin('load', event.document) : no('not-free');
    case 'hand-over':
    case 'take-back':
      return state.is === 'loaded' ? begin(event.type, state.document) : no('not-loaded');
    case 'look':
      return state.is === 'doubtful' ? begin('look', state.document, state) : no('not-now');
    case 'settle':
      return state.is === 'doubtful' ? settle(state, event.found) : no('not-now');
    case 'close-cell':
      return state.is === 'free' || (state.is === 'doubtful' && state.document === null) ? to({ is: 'out-of-use' }) : no('not-free');
    case 'use-cell':
      return state.is === 'out-of-use' ? to(FREE) : no('not-now');
    case 'door':
    case 'found':
      return state.is === 'loaded' && event.door === 'open' && watched ? to({ is: 'doubtful', document: state.document, after: 'rest', why: 'found-open' }) : to(state);
    // Answers to what is over.
    case 'pulsed':
    case 'late':
      return to(state);
    case 'put':
    case 'not-put':
    case 'taken':
      return no('not-now');
  }
};

/** The document that lies in the cell, or was being put in; no other cell may have it. */
export const documentIn = (state: CellState): string | null => ('document' in state ? state.document : null);
