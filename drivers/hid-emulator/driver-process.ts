/** Entry of the process in which a driver meets emulated HID devices: calls in, results out, over the channel of `fork`. */
import type { CommandInput, CommandName, DeviceClass, Driver } from '../contract.ts';
import { createDriver, systemDriverClock } from '../index.ts';
import type { FromDriver, ToDriver } from './messages.ts';

let driver: Driver<DeviceClass> | null = null;
const running = new Map<number, AbortController>();

const tell = (message: FromDriver): void => {
  process.send?.(message);
};

const call = async ({ id, call: what, command, input, deadlineMs }: Extract<ToDriver, { type: 'call' }>): Promise<void> => {
  if (driver === null) return;
  const stop = new AbortController();
  running.set(id, stop);
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
      driver = createDriver(message.deviceClass, message.uri, message.options, systemDriverClock);
      break;
    case 'call':
      void call(message);
      break;
    case 'cancel':
      running.get(message.id)?.abort();
      break;
  }
});
process.on('disconnect', () => process.exit(0));
