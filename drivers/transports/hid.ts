/**
 * Reports of a USB HID device over node-hid. The library is loaded with the first opening: terminals without such a
 * device never load its native part. It tells nothing about plugging; a pulled plug ends the pending read with an error,
 * and in case that error does not come (hubs that stay powered), the list of devices is looked at from time to time.
 */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Device, HIDAsync } from 'node-hid';
import { after } from '../clock.ts';
import { fail, ok, type DriverClock, type Result } from '../contract.ts';
import { createListeners, reasonOf } from './listeners.ts';
import type { ReportTransport } from './port.ts';
import type { HidAddress } from './uri.ts';

const WATCH_MS = 3000;
/** Shorter than the time before a device's first look, so that each look began after the opening of whoever uses it. */
const SHARED_MS = 2900;

/** A look at the bus costs the same for one device as for all: who looks a moment later shares it. */
const looks = new WeakMap<DriverClock, { at: number; found: Promise<Device[]> }>();
const look = (clock: DriverClock): Promise<Device[]> => {
  const last = looks.get(clock);
  if (last !== undefined && clock.now() - last.at < SHARED_MS) return last.found;
  const found = import('node-hid').then(({ devicesAsync }) => devicesAsync()).catch(() => []);
  looks.set(clock, { at: clock.now(), found });
  return found;
};

/** Which part of a device that has several: a scanner that is also a keyboard shows up once for each. */
export interface HidUsage {
  usagePage?: number;
  usage?: number;
}

const hex4 = (id: number): string => id.toString(16).padStart(4, '0');

/** The one device file that is meant, among all that carry the address's ids. `wasHere`: the device of this serial number was open before. */
const choose = (found: readonly Device[], { serial }: HidAddress, { usagePage, usage }: HidUsage, description: string, wasHere: boolean): Result<string> => {
  const fitting = found.filter((one) => (serial === null || one.serialNumber === serial) && (usagePage === undefined || one.usagePage === usagePage) && (usage === undefined || one.usage === usage));
  const paths = [...new Map(fitting.map((one) => [one.path ?? '', one]))];
  const [first] = paths;
  if (first === undefined) {
    if (found.length === 0) return fail('disconnected', `${description}: no such device is plugged in`);
    const others = serial !== null && !found.some((one) => one.serialNumber === serial);
    return others && wasHere
      ? fail('disconnected', `${description}: no longer plugged in; another one of its make is`, { original: found.map((one) => one.serialNumber ?? '').join('; ') })
      : fail('wrong-device', `${description}: plugged in, but ${others ? 'with another serial number' : 'without the part that is needed'}`, {
          original: found.map((one) => `${one.serialNumber ?? ''} usage page ${one.usagePage ?? '?'} usage ${one.usage ?? '?'}`).join('; '),
        });
  }
  const twins = paths.filter(([, one]) => one.interface === first[1].interface && one.usagePage === first[1].usagePage && one.usage === first[1].usage);
  if (twins.length > 1) return fail('bad-input', `${description}: ${twins.length} of this make are plugged in; the address must name the serial number`, { original: twins.map(([, one]) => one.serialNumber ?? '').join('; ') });
  return ok(first[0]);
};

/** The library does not give it; Linux keeps it beside the device file. */
const readDescriptor = async (description: string, path: string): Promise<Result<Uint8Array>> => {
  try {
    return ok(await readFile(`/sys/class/hidraw/${basename(path)}/device/report_descriptor`));
  } catch (error) {
    return fail('wrong-device', `${description}: this system does not tell its report descriptor`, { original: reasonOf(error) });
  }
};

/** @param part of a device that has several; left out, the first one */
export const createHidTransport = (address: HidAddress, clock: DriverClock, part: HidUsage = {}): ReportTransport => {
  const listeners = createListeners();
  const { vendorId, productId, serial } = address;
  const description = `hid ${hex4(vendorId)}:${hex4(productId)}${serial === null ? '' : `:${serial}`}`;
  let device: HIDAsync | null = null;
  let wasHere = false;
  let openPath = '';
  /** Ends with this opening. */
  let over = new AbortController();

  const lose = (candidate: HIDAsync, reason: string): void => {
    if (device !== candidate) return;
    device = null;
    over.abort();
    listeners.closed(reason);
    void release(candidate);
  };

  const watch = async (candidate: HIDAsync, path: string, { signal }: AbortController): Promise<void> => {
    for (;;) {
      await clock.sleep(WATCH_MS, signal);
      if (signal.aborted) return;
      const there = await look(clock);
      if (!there.some((one) => one.path === path)) lose(candidate, 'no longer among the plugged-in devices');
    }
  };

  const openDevice = async (): Promise<Result<{ candidate: HIDAsync; path: string }>> => {
    try {
      const { devicesAsync, HIDAsync } = await import('node-hid');
      const path = choose(await devicesAsync(vendorId, productId), address, part, description, wasHere);
      if (!path.ok) return path;
      return ok({ candidate: await HIDAsync.open(path.value), path: path.value });
    } catch (error) {
      const original = reasonOf(error);
      return /permission denied|access/i.test(original) ? fail('disconnected', `${description}: this account may not open it`, { original }) : fail('disconnected', `${description}: cannot be opened`, { original });
    }
  };

  const open = async ({ signal, deadlineMs }: { signal: AbortSignal; deadlineMs: number }): Promise<Result<void>> => {
    if (device !== null) return ok(undefined);
    if (signal.aborted) return fail('cancelled', `${description}: cancelled before opening`);
    const ended = new AbortController();
    const opening = openDevice();
    const given = new Promise<ReturnType<typeof fail>>((resolve) => {
      signal.addEventListener('abort', () => resolve(fail('cancelled', `${description}: cancelled while opening`)), { once: true, signal: ended.signal });
      void after(clock, deadlineMs, ended.signal, () => resolve(fail('timed-out', `${description}: did not open in time`)));
    });
    const outcome = await Promise.race([opening.then((result) => ({ result, late: false })), given.then((result) => ({ result, late: true }))]);
    ended.abort();
    if (outcome.late) void opening.then((result) => (result.ok ? release(result.value.candidate) : undefined));
    const { result } = outcome;
    if (!result.ok) return result;
    const { candidate, path } = result.value;
    device = candidate;
    wasHere = true;
    openPath = path;
    over = new AbortController();
    // The library says errors as text.
    candidate.on('error', (error: unknown) => lose(candidate, reasonOf(error)));
    candidate.on('data', (report: Buffer) => {
      if (device === candidate) listeners.data(report);
    });
    void watch(candidate, path, over);
    return ok(undefined);
  };

  const withDevice = async <T>(what: string, work: (current: HIDAsync) => Promise<T>): Promise<Result<T>> => {
    if (device === null) return fail('disconnected', `${description}: not open`);
    try {
      return ok(await work(device));
    } catch (error) {
      return fail('disconnected', `${description}: cannot ${what}`, { original: reasonOf(error) });
    }
  };

  return {
    description,
    get isOpen() {
      return device !== null;
    },
    open,
    write: async (report) => {
      const written = await withDevice('send a report', (current) => current.write(Buffer.from(report)));
      return written.ok ? ok(undefined) : written;
    },
    setFeature: async (report) => {
      const set = await withDevice('set a feature', (current) => current.sendFeatureReport(Buffer.from(report)));
      return set.ok ? ok(undefined) : set;
    },
    descriptor: () => readDescriptor(description, openPath),
    getFeature: (id, length) => withDevice('read a feature', (current) => current.getFeatureReport(id, length)),
    onReport: listeners.onData,
    onClose: listeners.onClose,
    close: async () => {
      const current = device;
      device = null;
      over.abort();
      if (current !== null) await release(current);
    },
  };
};

const release = async (candidate: HIDAsync): Promise<void> => {
  try {
    await candidate.close();
  } catch {
    // Gone already: closed either way.
  }
};
