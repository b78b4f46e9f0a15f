/** What is the matter with a device, over time: since when, what began, what ended. */
import type { Condition, DeviceStatus, Fault } from '../../drivers/contract.ts';
import { CONDITION_CODES, condition, REMEDY_OF, type ConditionCode } from '../../drivers/contract.ts';

const isConditionCode = (code: string): code is ConditionCode => (CONDITION_CODES as readonly string[]).includes(code);

/**
 * A device that refuses its own address, model or options (`bad-input` of an opening or a status, which ask for nothing else)
 * is configured wrongly: no reset mends it. Every other fault stays what it is.
 * @param configuredAt file and line of the terminal file; null: not known
 */
export const faultOfDevice = (fault: Fault, configuredAt: string | null): Fault => {
  if (fault.code !== 'bad-input') return fault;
  const message = `${configuredAt === null ? '' : `${configuredAt}: `}${fault.message}`;
  return { code: 'misconfigured', remedy: REMEDY_OF.misconfigured, message, original: fault.original === undefined ? message : `${message} (${fault.original})` };
};

/** The wire says that no device is at its other end: no use in asking again over what is open. */
export const nothingThere = (fault: Fault): boolean => fault.code === 'disconnected' || fault.code === 'busy-elsewhere' || fault.code === 'misconfigured';

/** Silence: a new host may wake the device. Whatever said what is wrong would say the same to a new host. */
export const hostHelps = (fault: Fault): boolean => fault.code === 'not-responding' || fault.code === 'timed-out';

/** The condition that keeps a device out of service, made from the fault that its last call ended with. */
export const outage = (fault: Fault): Condition => {
  const code = isConditionCode(fault.code) ? fault.code : 'not-responding';
  return { ...condition(code, 'error', fault.original ?? (code === fault.code ? fault.message : `${fault.code}: ${fault.message}`)), remedy: code === fault.code ? fault.remedy : REMEDY_OF[code] };
};

/** Status of a device that cannot be asked: everything unknown, one condition that says why. */
export const unreachable = (why: Condition, before: DeviceStatus): DeviceStatus => ({
  online: false,
  component: 'unavailable',
  media: before.media === 'no-sensor' ? 'no-sensor' : 'unknown',
  conditions: [why],
  supplies: before.supplies,
  model: before.model,
});

/** Before the first answer: nothing is known, nothing is wrong. */
export const UNKNOWN: DeviceStatus = { online: false, component: 'unknown', media: 'unknown', conditions: [], supplies: [], model: null };

/** `now` with the time of each condition: the old one where it lasted, `at` where it is new. */
export const withSince = (now: readonly Condition[], before: readonly Condition[], at: string): Condition[] =>
  now.map((one) => ({ ...one, since: before.find(({ code }) => code === one.code)?.since ?? one.since ?? at }));

/** Which conditions are new or graver, and which are gone. A code that a device names twice counts once. */
export const difference = (before: readonly Condition[], now: readonly Condition[]): { began: Condition[]; ended: Condition[] } => ({
  began: now.filter((one, index) => now.findIndex(({ code }) => code === one.code) === index && !before.some(({ code, severity }) => code === one.code && severity === one.severity)),
  ended: before.filter((one, index) => before.findIndex(({ code }) => code === one.code) === index && !now.some(({ code }) => code === one.code)),
});
