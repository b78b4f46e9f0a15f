/** The hall's queue: tickets, counters, calling, boards. Rules are pure (`rules/`); one narrow store port, two engines. */
export { openHallQueue, type HallQueue, type HallQueueOptions, type Outcome } from './hall.ts';
export { fileMarks } from './marks.ts';
export { createSqliteQueueStore } from './sqlite-store.ts';
export type { NumberMarks, QueueStore, StoredEvent, UntoldEvent } from './store.ts';
export { hallTime, type HallTime } from './business-day.ts';
export { REFUSALS, type Appointment, type Command, type Refusal } from './rules/decide.ts';
export { queueEvent, type QueueEvent } from './rules/events.ts';
export { createEstimator, type Estimator } from './estimate/estimator.ts';
export { createAppointmentBook, type AppointmentBook } from './appointments.ts';
export { createTeller, toldOf, type Teller } from './teller.ts';
export { overtakingBound } from './rules/order.ts';
export type { Day, Ticket, TicketState } from './rules/day.ts';
export type { TakeOutcome, TakeRequest, TicketCounter } from './counter-port.ts';
export { boardViewOf, classViewsOf, counterViewOf, ticketViewOf, type ViewContext } from './views.ts';
export * from './wire.ts';
export * from './terminal-wire.ts';
export { createRefusalRecord } from './refusal-record.ts';
export { lastBegunDay, nextOpenDay, openOtherDays, type OtherDays } from './other-days.ts';
