/** Wires of bytes by address. HTTP devices (IPP, eSCL) have their own port in `http.ts`. */
import { fail, ok, type DriverClock, type Result } from '../contract.ts';
import type { ByteTransport } from './port.ts';
import { createSerialTransport } from './serial.ts';
import { createTcpTransport } from './tcp.ts';
import { parseTransportUri } from './uri.ts';

/**
 * The transport for an address, still closed.
 * @returns `bad-input` when the address is malformed or names no wire of bytes
 */
export const transportFor = (uri: string, clock: DriverClock): Result<ByteTransport> => {
  const address = parseTransportUri(uri);
  if (!address.ok) return address;
  switch (address.value.kind) {
    case 'serial':
      return ok(createSerialTransport(address.value, clock));
    case 'tcp':
      return ok(createTcpTransport(address.value, clock));
    case 'hid':
    case 'file':
    case 'sane':
    case 'modbus':
    case 'ipp':
    case 'escl':
      return fail('bad-input', `this device speaks over serial: or tcp:, not over ${address.value.kind}:`);
  }
};
