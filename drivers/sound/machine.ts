/** The queue of sentences: one is spoken, the others wait in their order. Pure. */

export interface QueueState {
  speaking: number | null;
  waiting: readonly number[];
}

export type QueueInput =
  | { type: 'say'; id: number }
  /** It was said, or could not be. */
  | { type: 'ended'; id: number }
  | { type: 'cancel'; id: number }
  /** Everything that is said or waits is dropped: whoever it was meant for has left. */
  | { type: 'hush' };

/** `stop`: it is being spoken and ends with `ended`. `drop`: it never began. */
export type QueueEffect = { type: 'start' | 'stop' | 'drop' | 'refuse'; id: number };

/** Longer, and nobody would still stand where the first ones sent them. */
export const MOST_WAITING = 32;

export const QUEUE_START: QueueState = { speaking: null, waiting: [] };

export const queueNext = (state: QueueState, input: QueueInput): { state: QueueState; effects: QueueEffect[] } => {
  switch (input.type) {
    case 'say':
      if (state.speaking === null) return { state: { ...state, speaking: input.id }, effects: [{ type: 'start', id: input.id }] };
      if (state.waiting.length >= MOST_WAITING) return { state, effects: [{ type: 'refuse', id: input.id }] };
      return { state: { ...state, waiting: [...state.waiting, input.id] }, effects: [] };
    case 'ended': {
      if (state.speaking !== input.id) return { state, effects: [] };
      const [first, ...rest] = state.waiting;
      return first === undefined ? { state: QUEUE_START, effects: [] } : { state: { speaking: first, waiting: rest }, effects: [{ type: 'start', id: first }] };
    }
    case 'cancel':
      if (state.speaking === input.id) return { state, effects: [{ type: 'stop', id: input.id }] };
      if (!state.waiting.includes(input.id)) return { state, effects: [] };
      return { state: { ...state, waiting: state.waiting.filter((id) => id !== input.id) }, effects: [{ type: 'drop', id: input.id }] };
    case 'hush':
      return {
        state: { ...state, waiting: [] },
        effects: [...state.waiting.map((id): QueueEffect => ({ type: 'drop', id })), ...(state.speaking === null ? [] : [{ type: 'stop', id: state.speaking } as const])],
      };
  }
};
