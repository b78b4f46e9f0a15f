/** Writes down what passes between a driver and its device, and what became of each command, masked before it reaches the disk. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { fail, type Driver, type DriverClock, type DeviceClass, type Result } from '../contract.ts';
import type { HttpAnswer, HttpClient } from '../transports/http-port.ts';
import type { ByteTransport, ReportTransport } from '../transports/port.ts';
import { TappedClock, type WireTap } from '../transports/tap.ts';
import { MASKS } from './classes.ts';
import { OPENING, pieceOut, valueOut, type Happened } from './format.ts';
import { recordPrograms } from './programs.ts';
import { HOLLOW_PROGRAMS, type Carried, type Piece } from './mask.ts';

/** Past this a recording ends without its last line: a forgotten one must not fill the disk. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Headers by which drivers go. */
const HEADERS = ['content-type', 'location', 'retry-after'];

/** A recording never overwrites another one: `x.jsonl`, `x-2.jsonl`, … @throws Error when the folder cannot be written to */
const create = (path: string): number => {
  for (let count = 1; ; count += 1) {
    try {
      return openSync(count === 1 ? path : path.replace(/(\.[^./]*)?$/, `-${count}$1`), 'wx', 0o600);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST') || count > 999) throw error;
    }
  }
};

/** Stopping twice is stopping once. */
const once = (work: () => void): (() => void) => {
  let left = true;
  return () => {
    if (left) work();
    left = false;
  };
};

const faultOf = <T>(result: Result<T>) => (result.ok ? {} : { fault: result.fault });

/**
 * A driver whose wires and commands are written to a file until it is closed.
 * @param make the driver, on the clock that it is given
 * @returns the driver; one that answers `bad-input` to everything when the file cannot be made
 */
export const recordDriver = <C extends DeviceClass>(path: string, deviceClass: C, uri: string, options: Record<string, unknown>, clock: DriverClock, make: (clock: DriverClock) => Driver<C>): Driver<C> => {
  const mask = MASKS[deviceClass];
  const began = clock.now();
  let file: number;
  try {
    file = create(path);
  } catch (error) {
    const refused = () => Promise.resolve(fail('bad-input', `the recording cannot be written to ${path}`, { original: error instanceof Error && 'code' in error ? String(error.code) : String(error) }));
    return { deviceClass, open: refused, run: refused, close: () => Promise.resolve() };
  }
  let written = 0;
  let events = 0;
  let closed = false;

  const line = (value: unknown): void => {
    const text = `${JSON.stringify(value)}\n`;
    if (closed || written + text.length > MOST_BYTES) {
      written = Number.POSITIVE_INFINITY;
      return;
    }
    written += text.length;
    writeSync(file, text);
  };
  const note = (happened: Happened): void => {
    const { type, ...rest } = happened;
    events += 1;
    line({ at: Math.round(clock.now() - began), type, ...rest, ...('data' in happened ? { data: pieceOut(happened.data) } : {}), ...('file' in happened && happened.file !== undefined ? { file: { ...happened.file, data: pieceOut(happened.file.data) } } : {}) });
  };
  line({ recording: 1, class: deviceClass, uri, options });

  let wires = 0;
  const settles: (() => void)[] = [];
  /** What one wire's both directions write. */
  const ears = (carried: Carried) => {
    const wire = wires;
    wires += 1;
    const from = mask.fromDevice(carried);
    const to = mask.toDevice(carried);
    let listening = 0;
    const came = (data: Piece): void => note({ type: 'in', wire, data, ...(listening > 0 ? {} : { unheard: true as const }) });
    const settle = (): void => {
      for (const data of from.flush()) came(data);
    };
    settles.push(settle);
    let up = false;
    const gone = (reason: string): void => {
      up = false;
      settle();
      note({ type: 'closed', wire, reason });
    };
    return {
      wire,
      heard: (chunk: Uint8Array) => {
        // A copy: what a mask replaces, the driver must still hear as it came.
        for (const data of from.push(Uint8Array.from(chunk))) came(data);
      },
      said: (chunk: Uint8Array) => {
        settle();
        for (const data of [...to.push(Uint8Array.from(chunk)), ...to.flush()]) note({ type: 'out', wire, data });
      },
      /** Counts who listens. */
      counted: (listen: (listener: (chunk: Uint8Array) => void) => () => void) => (listener: (chunk: Uint8Array) => void) => {
        const stop = listen(listener);
        listening += 1;
        return once(() => {
          listening -= 1;
          stop();
        });
      },
      opened: (result: Result<void>) => {
        up = result.ok;
        note({ type: 'open', wire, ...faultOf(result) });
      },
      closed: gone,
      /** A wire may be gone and tell nobody but who writes. */
      sent: (result: Result<void>): Result<void> => {
        if (!result.ok && up) gone(result.fault.original ?? result.fault.message);
        return result;
      },
    };
  };

  const bytes = (inner: ByteTransport): ByteTransport => {
    const ear = ears('bytes');
    inner.onData(ear.heard);
    inner.onClose(ear.closed);
    return {
      description: inner.description,
      get isOpen() {
        return inner.isOpen;
      },
      open: async (how) => {
        const result = await inner.open(how);
        ear.opened(result);
        return result;
      },
      write: async (chunk) => {
        ear.said(chunk);
        return ear.sent(await inner.write(chunk));
      },
      onData: ear.counted((listener) => inner.onData(listener)),
      onClose: (listener) => inner.onClose(listener),
      here: () => inner.here?.() ?? Promise.resolve(true),
      flush: () => inner.flush(),
      close: () => inner.close(),
    };
  };

  const reports = (inner: ReportTransport): ReportTransport => {
    const ear = ears('reports');
    inner.onReport(ear.heard);
    inner.onClose(ear.closed);
    return {
      description: inner.description,
      get isOpen() {
        return inner.isOpen;
      },
      open: async (how) => {
        const result = await inner.open(how);
        ear.opened(result);
        return result;
      },
      write: async (report) => {
        ear.said(report);
        return ear.sent(await inner.write(report));
      },
      setFeature: async (report) => {
        const result = await inner.setFeature(report);
        note({ type: 'set', wire: ear.wire, data: report, ...faultOf(result) });
        return result;
      },
      getFeature: async (id, length) => {
        const result = await inner.getFeature(id, length);
        note({ type: 'get', wire: ear.wire, data: result.ok ? result.value : Uint8Array.of(id), ...faultOf(result) });
        return result;
      },
      descriptor: async () => {
        const result = (await inner.descriptor?.()) ?? fail('wrong-device', 'the wire does not tell the report descriptor');
        note({ type: 'descriptor', wire: ear.wire, data: result.ok ? result.value : new Uint8Array(0), ...faultOf(result) });
        return result;
      },
      onReport: ear.counted((listener) => inner.onReport(listener)),
      onClose: (listener) => inner.onClose(listener),
      close: () => inner.close(),
    };
  };

  let asks = 0;
  const answered = (ask: number, result: Result<HttpAnswer>): void => {
    if (!result.ok) {
      note({ type: 'answer', ask, status: 0, headers: {}, data: new Uint8Array(0), fault: result.fault });
      return;
    }
    const { status, headers, body } = result.value;
    const kept = HEADERS.flatMap((name): [string, string][] => (typeof headers[name] === 'string' ? [[name, headers[name]]] : []));
    note({ type: 'answer', ask, status, headers: Object.fromEntries(kept), data: mask.body(body, headers['content-type'] ?? '') });
  };
  const http = (inner: HttpClient): HttpClient => ({
    origin: inner.origin,
    ask: async (question) => {
      asks += 1;
      const ask = asks;
      const body = question.body === undefined ? new Uint8Array(0) : question.body instanceof Uint8Array ? question.body : Buffer.concat(question.body);
      note({ type: 'ask', ask, method: question.method, path: question.path, data: mask.body(body, question.headers?.['content-type'] ?? question.headers?.['Content-Type'] ?? '') });
      const result = await inner.ask(question);
      answered(ask, result);
      return result;
    },
    close: () => inner.close(),
  });

  const tap: WireTap = { bytes, reports, http, programs: recordPrograms(mask.program ?? HOLLOW_PROGRAMS, note) };
  const driver = make(new TappedClock(clock, tap));

  let commands = 0;
  const told = async <T>(command: string, input: unknown, context: { signal: AbortSignal; deadlineMs: number }, work: () => Promise<Result<T>>): Promise<Result<T>> => {
    commands += 1;
    const id = commands;
    note({ type: 'command', id, command, ...(input === undefined ? {} : { input: valueOut(mask.input(input)) }), deadlineMs: context.deadlineMs });
    const cancelled = (): void => note({ type: 'cancel', id });
    context.signal.addEventListener('abort', cancelled, { once: true });
    const result = await work();
    context.signal.removeEventListener('abort', cancelled);
    for (const settle of settles) settle();
    note({ type: 'result', id, ...(result.ok ? { value: valueOut(mask.value(result.value)) ?? null } : { fault: result.fault }) });
    return result;
  };

  return {
    deviceClass,
    open: (context) => told(OPENING, undefined, context, () => driver.open(context)),
    run: (command, input, context, onProgress) => told(command, input, context, () => driver.run(command, input, context, onProgress)),
    close: async () => {
      await driver.close();
      if (closed) return;
      line({ at: Math.round(clock.now() - began), type: 'end', events });
      closed = true;
      closeSync(file);
    },
  };
};
