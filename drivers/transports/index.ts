/** Wires by address: of bytes, and of HID reports. HTTP devices (IPP, eSCL) have their own port in `http.ts`. */
import { fail, ok, type DriverClock, type Result } from '../contract.ts';
import { createFileTransport } from './file.ts';
import { hidBytes } from './hid-bytes.ts';
import { createHidTransport, type HidUsage } from './hid.ts';
import type { ByteTransport, ReportTransport } from './port.ts';
import { createSerialTransport } from './serial.ts';
import { createTcpTransport } from './tcp.ts';
import { tapOf } from './tap.ts';
import { parseTransportUri } from './uri.ts';

/**
 * The transport for an address, still closed.
 * @returns `bad-input` when the address is malformed or names no wire of bytes
 */
export const transportFor = (uri: string, clock: DriverClock): Result<ByteTransport> => {
  const found = untapped(uri, clock);
  return found.ok ? ok(tapOf(clock)?.bytes(found.value) ?? found.value) : found;
};

const untapped = (uri: string, clock: DriverClock): Result<ByteTransport> => {
  const address = parseTransportUri(uri);
  if (!address.ok) return address;
  switch (address.value.kind) {
    case 'serial':
      return ok(createSerialTransport(address.value, clock));
    case 'tcp':
      return ok(createTcpTransport(address.value, clock));
    case 'hid':
      return ok(hidBytes(createHidTransport(address.value, clock), address.value.framing));
    case 'file':
      return ok(createFileTransport(address.value, clock));
    case 'sane':
    case 'modbus':
    case 'ipp':
    case 'escl':
      return fail('bad-input', `this device speaks over serial:, tcp:, hid: or file:, not over ${address.value.kind}:`);
  }
};

/**
 * The transport of whole reports for a `hid:` address, still closed.
 * @param part of a device that has several; left out, the first one
 * @returns `bad-input` when the address is malformed or names another kind of wire
 */
export const reportTransportFor = (uri: string, clock: DriverClock, part: HidUsage = {}): Result<ReportTransport> => {
  const address = parseTransportUri(uri);
  if (!address.ok) return address;
  if (address.value.kind !== 'hid') return fail('bad-input', `this device speaks over hid:, not over ${address.value.kind}:`);
  const wire = createHidTransport(address.value, clock, part);
  return ok(tapOf(clock)?.reports(wire) ?? wire);
};
