/** The configuration of a hall: schemas, types, loading with file and line of every mistake. */
export { text, type Text } from './schema/text.ts';
export { item, question, material, STEP_KINDS, type Item, type Question, type Material } from './schema/item.ts';
export { certificateLayout, certificateBlock, type CertificateLayout, type CertificateBlock } from './schema/certificate.ts';
export { opening, queue, queueClass, queueCounter, queuePriority, type Queue, type QueueClass, type QueueCounter, type QueuePriority } from './schema/queue.ts';
export { hall, place, type Hall } from './schema/hall.ts';
export { classesThatServe } from './schema/device-classes.ts';
export { terminal, deviceConfig, type Terminal, type DeviceConfig, type PickUp } from './schema/terminal.ts';
export { adapter, adapterField, type AdapterConfig } from './schema/adapter.ts';
export { loadHall, checkHall, type HallConfig, type LoadOptions, type LoadResult, type BadItem } from './load.ts';
export { type BadDevice } from './check-terminal.ts';
export { keepLastGood, loadOrLastGood, type FromLastGood, type LastGoodResult } from './last-good.ts';
export { mistakeLine, type Mistake } from './mistake.ts';
export { compileAnswers, asJudged } from './answers-schema.ts';
export { CARD_VALUES } from './check-item.ts';
export { jsonSchemas } from './json-schema.ts';
