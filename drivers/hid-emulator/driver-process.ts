/**
 * Entry of the process in which a driver meets emulated HID devices: calls in, results out, over the channel of `fork`. Of all
 * classes only the driver's own is loaded.
 */
import { systemDriverClock } from '../clock.ts';
import type { CommandInput, CommandName, DeviceClass, Driver, DriverFactory } from '../contract.ts';
import { recordDriver } from '../recording/recorder.ts';
import { splitOptions } from '../transports/uri.ts';
import { heldNow } from './held.ts';
import type { FromDriver, ToDriver } from './messages.ts';

let driver: Driver<DeviceClass> | null = null;
let created: Promise<void> = Promise.resolve();
const running = new Map<number, AbortController>();

const tell = (message: FromDriver): void => {
  process.send?.(message);
};

/** `id-card` → `createIdCardDriver` of id-card/driver.ts: the names that the contract gives. */
const create = async ({ deviceClass, uri, options }: Extract<ToDriver, { type: 'create' }>): Promise<void> => {
  const name = `create${deviceClass.replaceAll(/(?:^|-)([a-z])/g, (_whole, letter: string) => letter.toUpperCase())}Driver`;
  const { [name]: factory } = (await import(`../${deviceClass}/driver.ts`)) as Record<string, DriverFactory<DeviceClass> | undefined>;
  const address = splitOptions(uri);
  const { record, ...own } = { ...options, ...address.options };
  if (factory === undefined) return;
  // As the factory over all classes does it.
  driver = typeof record === 'string' ? recordDriver(record, deviceClass, address.uri, own, systemDriverClock, (tapped) => factory(address.uri, own, tapped)) : factory(address.uri, own, systemDriverClock);
};

const call = async ({ id, call: what, command, input, deadlineMs, cancelled }: Extract<ToDriver, { type: 'call' }>): Promise<void> => {
  await created;
  const stop = new AbortController();
  running.set(id, stop);
  if (cancelled) stop.abort();
  const context = { signal: stop.signal, deadlineMs };
  const work = async () => {
    switch (what) {
      case 'open':
        return driver?.open(context);
      case 'run':
        // Both come typed from the Driver that the test holds.
        return driver?.run(command as CommandName<DeviceClass>, input as CommandInput<DeviceClass, CommandName<DeviceClass>>, context, (progress: unknown) => tell({ type: 'progress', id, progress }));
      case 'close':
        return driver?.close();
    }
  };
  const result = await work();
  running.delete(id);
  tell({ type: 'result', id, result: result ?? { ok: true, value: undefined } });
};

process.on('message', (message: ToDriver) => {
  switch (message.type) {
    case 'create':
      created = create(message);
      break;
    case 'call':
      void call(message);
      break;
    case 'cancel':
      running.get(message.id)?.abort();
      break;
    case 'measure':
      // Each call has a signal of its own here: there is none that could gather listeners.
      void created.then(() => heldNow(new AbortController().signal)).then((held) => tell({ type: 'held', id: message.id, held }));
      break;
  }
});
process.on('disconnect', () => process.exit(0));
