/** A citizen's session: pure machine and what it shows. */
export { next, isActing, wantsCard } from './machine.ts';
export { waitFactor } from './idle.ts';
export { viewOf, type ViewEnv } from './view.ts';
export { nobody, itemOf, type Effect, type NumberWish, type Page, type Paper, type AppointmentPage, type ScanOrder, type SessionEnv, type SessionEvent, type SessionState, type Step, type Stored } from './state.ts';
export { citizenPost, citizenPostReply, pageDeviceReport, sessionView, speechPost, type CitizenEvent, type PageDeviceReport, type Screen, type SessionView, type SpokenKey } from './page-contract.ts';
export { standing } from './answers.ts';
export { materialsOf, paperCount, restingPhase } from './flow.ts';
export { ticketPrinter } from './where.ts';
export { ticketBehind } from './booking.ts';
export { wantsCode } from './codes.ts';
export type { CodeFound, NumberBack, NumberRefusal } from './page-contract.ts';
