/** The terminal's record of what happened: see EVENTS.md for the events, catalogue.ts to add one. */
export { createAudit, type Audit, type AuditRow, type ChainVerdict } from './audit.ts';
export { EVENTS, type EventFields, type EventName } from './catalogue.ts';
