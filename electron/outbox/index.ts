/** What others must get, in order, once, however long it takes. */
export { createOutbox, type OutboxOptions } from './outbox.ts';
export type * from './types.ts';
