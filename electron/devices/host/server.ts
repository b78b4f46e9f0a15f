/**
 * The device host without its process: takes messages, runs drivers, answers. One driver per device, one command per
 * driver at a time; what goes wrong inside one driver is an answer about that device and touches no other.
 */
import { fail, type CommandContext, type CommandInput, type CommandName, type DeviceClass, type Driver, type DriverClock, type Result } from '../../../drivers/contract.ts';
import { commandSchema } from '../../../drivers/schemas.ts';
import { toHost, type FromHost, type ToHost } from '../protocol.ts';

/** `createDriver` of drivers/index.ts, injected so that tests can put scripted devices in its place. */
export type CreateDriver = (deviceClass: DeviceClass, uri: string, options: Record<string, unknown>, clock: DriverClock) => Driver<DeviceClass>;

export interface HostServer {
  /** Takes one message of the channel, whatever it is. */
  receive(message: unknown): void;
  /** Ends every command and closes every port. */
  close(): Promise<void>;
}

interface Served {
  deviceClass: DeviceClass;
  driver: Driver<DeviceClass>;
  running: boolean;
}

/**
 * @param send hands one message to the agent
 * @param complain for a technician's eyes: one line, never personal data
 */
export const createHostServer = (createDriver: CreateDriver, clock: DriverClock, send: (message: FromHost) => void, complain: (line: string) => void): HostServer => {
  const devices = new Map<string, Served>();
  const cancels = new Map<number, AbortController>();

  const answer = (id: number, result: Result<unknown>): void => send({ type: 'result', id, result });

  /** Runs one driver call: deadline and cancel become its signal, an exception becomes a fault of that device alone. */
  const guarded = async (id: number, name: string, deadlineMs: number, call: (context: CommandContext) => Promise<Result<unknown>>): Promise<void> => {
    const controller = new AbortController();
    cancels.set(id, controller);
    let result: Result<unknown>;
    try {
      result = await call({ signal: controller.signal, deadlineMs });
    } catch (error) {
      // The message of an exception may quote what was being parsed; only its name and place leave the process.
      const where = error instanceof Error ? `${error.name} ${error.stack?.split('\n')[1]?.trim() ?? ''}` : typeof error;
      complain(`${name}: driver threw ${where}`);
      result = fail('device-fault', `the driver of ${name} ended with an exception`, { original: where });
    }
    cancels.delete(id);
    answer(id, result);
  };

  const open = async (message: Extract<ToHost, { type: 'open' }>): Promise<void> => {
    const before = devices.get(message.device);
    devices.delete(message.device);
    await guarded(message.id, message.device, message.deadlineMs, async (context) => {
      await before?.driver.close();
      const driver = createDriver(message.deviceClass, message.uri, message.options, clock);
      devices.set(message.device, { deviceClass: message.deviceClass, driver, running: false });
      return driver.open(context);
    });
  };

  const run = async (message: Extract<ToHost, { type: 'run' }>): Promise<void> => {
    const served = devices.get(message.device);
    if (served === undefined) return answer(message.id, fail('not-responding', `${message.device} is not open in this host`));
    const schema = commandSchema(served.deviceClass, message.command);
    const input = schema?.input.safeParse(message.input);
    if (input === undefined || !input.success) return answer(message.id, fail('bad-input', `${message.command} is not a command of ${served.deviceClass}, or its input is not`));
    if (served.running) return answer(message.id, fail('busy', `${message.device} is running another command`));
    served.running = true;
    await guarded(message.id, message.device, message.deadlineMs, (context) =>
      // The schema is the command's own, so the value has the command's input type.
      served.driver.run(message.command as CommandName<DeviceClass>, input.data as CommandInput<DeviceClass, CommandName<DeviceClass>>, context, (progress) =>
        send({ type: 'progress', id: message.id, progress }),
      ),
    );
    served.running = false;
  };

  const close = async (message: Extract<ToHost, { type: 'close' }>): Promise<void> => {
    const served = devices.get(message.device);
    devices.delete(message.device);
    await guarded(message.id, message.device, 5_000, async () => {
      await served?.driver.close();
      return { ok: true, value: {} };
    });
  };

  return {
    receive: (raw) => {
      const parsed = toHost.safeParse(raw);
      if (!parsed.success) return complain('a message that this host does not understand was dropped');
      const message = parsed.data;
      switch (message.type) {
        case 'open':
          void open(message);
          return undefined;
        case 'run':
          void run(message);
          return undefined;
        case 'cancel':
          cancels.get(message.id)?.abort();
          return undefined;
        case 'close':
          void close(message);
          return undefined;
        case 'ping':
          return send({ type: 'pong', id: message.id });
      }
    },
    close: async () => {
      for (const controller of cancels.values()) controller.abort();
      await Promise.allSettled([...devices.values()].map(({ driver }) => driver.close()));
      devices.clear();
    },
  };
};
