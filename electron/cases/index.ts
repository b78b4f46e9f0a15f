/** Life cycle of a case and its materials. */
export { createCases, type CasesOptions, type LedgerEvents } from './cases.ts';
export { CaseError } from './record.ts';
export { createRetention, type Retention, type RetentionOptions } from './retention.ts';
export { CaseNumbersExhausted, isCaseNumber } from './numbers.ts';
export type * from './types.ts';
