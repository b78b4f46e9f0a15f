/** A test's far end: the transport of reports in a process on a bus of emulated devices, driven by messages. Only tests start it. */
import { systemDriverClock } from '../clock.ts';
import { reportTransportFor } from './index.ts';

export type Ask = { open: number } | { write: string } | { set: string } | { get: number } | { close: true };

const [uri = '', usagePage] = process.argv.slice(2);
const found = reportTransportFor(uri, systemDriverClock, usagePage === undefined ? {} : { usagePage: Number(usagePage) });
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const tell = (line: Record<string, unknown>): void => {
  process.send?.(line);
};

if (!found.ok) {
  tell({ answer: found });
} else {
  const transport = found.value;
  transport.onReport((report) => tell({ report: hex(report) }));
  transport.onClose((reason) => tell({ closed: reason }));
  const act = async (ask: Ask): Promise<unknown> => {
    if ('open' in ask) return transport.open({ signal: new AbortController().signal, deadlineMs: ask.open });
    if ('write' in ask) return transport.write(Buffer.from(ask.write, 'hex'));
    if ('set' in ask) return transport.setFeature(Buffer.from(ask.set, 'hex'));
    if ('get' in ask) {
      const got = await transport.getFeature(ask.get, 8);
      return got.ok ? { ok: true, value: hex(got.value) } : got;
    }
    await transport.close();
    return { ok: true };
  };
  process.on('message', (ask: Ask) => void act(ask).then((answer) => tell({ answer, isOpen: transport.isOpen })));
}
