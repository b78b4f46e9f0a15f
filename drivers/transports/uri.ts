/** Addresses of devices as they stand in a terminal file or on the command line. */
import { z } from 'zod';
import { fail, ok, type Result } from '../contract.ts';

export interface SerialAddress {
  kind: 'serial';
  /** /dev/ttyUSB0, COM3. */
  path: string;
  baud: number;
  dataBits: 7 | 8;
  parity: 'none' | 'even' | 'odd';
  stopBits: 1 | 2;
  flow: 'none' | 'rtscts' | 'xonxoff';
}

export interface TcpAddress {
  kind: 'tcp';
  host: string;
  port: number;
}

/** An HTTP device: `url` is the part that names the service, `ipp://host:631/ipp/print` or `http://host:port/eSCL`. */
export interface HttpAddress {
  kind: 'ipp' | 'escl';
  url: string;
}

/** A HID device by its USB ids; `serial` tells two of one make apart. */
export interface HidAddress {
  kind: 'hid';
  vendorId: number;
  productId: number;
  serial: string | null;
  framing: HidFraming;
}

/** How a stream of bytes lies in reports, where a maker moved a serial protocol to USB; drivers of reports do not look at it. */
export interface HidFraming {
  /** Bytes of a report without its id. */
  reportSize: number;
  /** 0: the device numbers no reports. */
  reportId: number;
  /** Bytes of the maker's own before the stream's in every report. */
  header: number;
  /** What goes there on the way out; the rest of it is zeros. */
  prefix: Uint8Array;
}

/** A device file that takes and gives bytes, `/dev/usb/lp0`. */
export interface FileAddress {
  kind: 'file';
  path: string;
}

/** A scanner by the name that SANE gives it, `test:0`, `airscan:e0:Office`. */
export interface SaneAddress {
  kind: 'sane';
  device: string;
}

/** A Modbus bus: RTU over a serial line, or over TCP. */
export interface ModbusAddress {
  kind: 'modbus';
  over: SerialAddress | TcpAddress;
}

export type TransportAddress = SerialAddress | TcpAddress | HttpAddress | HidAddress | FileAddress | SaneAddress | ModbusAddress;

/** The forms of an address, for messages. */
export const ADDRESS_FORMS =
  'serial:/dev/ttyUSB0?baud=115200, tcp:host:port, hid:vid:pid, file:/dev/usb/lp0, ipp://host:port/path, escl:http://host:port/eSCL, sane:NAME, modbus:serial:/dev/ttyUSB0?baud=9600, modbus:tcp:host:port or sound:default';

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/)
    .transform(Number)
    .refine((value) => value >= least && value <= most);

/** Names of the settings that a schema refused. */
const unusable = (error: z.ZodError): string => error.issues.map((issue) => (issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : issue.path.join('.'))).join(', ');

const serialSettings = z.strictObject({
  baud: wholeNumber(300, 4_000_000).default(115_200),
  data: z.enum(['7', '8']).default('8'),
  parity: z.enum(['none', 'even', 'odd']).default('none'),
  stop: z.enum(['1', '2']).default('1'),
  flow: z.enum(['none', 'rtscts', 'xonxoff']).default('none'),
});

const parseSerial = (rest: string): Result<SerialAddress> => {
  const mark = rest.indexOf('?');
  const path = mark === -1 ? rest : rest.slice(0, mark);
  if (path === '') return fail('bad-input', 'serial address names no port; expected serial:/dev/ttyUSB0?baud=115200');
  const settings = serialSettings.safeParse(Object.fromEntries(new URLSearchParams(mark === -1 ? '' : rest.slice(mark + 1))));
  if (!settings.success) {
    return fail('bad-input', `serial address: cannot use ${unusable(settings.error)}; known: baud, data (7, 8), parity (none, even, odd), stop (1, 2), flow (none, rtscts, xonxoff)`);
  }
  const { baud, data, parity, stop, flow } = settings.data;
  return ok({ kind: 'serial', path, baud, dataBits: data === '7' ? 7 : 8, parity, stopBits: stop === '2' ? 2 : 1, flow });
};

const parseTcp = (rest: string): Result<TcpAddress> => {
  const match = /^(?:\/\/)?(?:\[([0-9a-fA-F:]+)\]|([^\s:/?#[\]]+)):(\d{1,5})$/.exec(rest);
  const port = Number(match?.[3]);
  if (match === null || port < 1 || port > 65_535) return fail('bad-input', 'tcp address needs a host and a port from 1 to 65535: tcp:192.168.1.20:9100');
  return ok({ kind: 'tcp', host: match[1] ?? match[2] ?? '', port });
};

const parseHttp = (kind: HttpAddress['kind'], text: string): Result<HttpAddress> => {
  const allowed = kind === 'ipp' ? ['ipp:', 'ipps:'] : ['http:', 'https:'];
  if (!URL.canParse(text)) return fail('bad-input', `${kind} address is not a URL; known forms: ${ADDRESS_FORMS}`);
  const url = new URL(text);
  if (!allowed.includes(url.protocol) || url.hostname === '') return fail('bad-input', `${kind} address must begin with ${allowed.map((scheme) => `${scheme}//host`).join(' or ')}`);
  return ok({ kind, url: text });
};

const hidSettings = z
  .strictObject({
    reportSize: wholeNumber(2, 4096).default(64),
    reportId: wholeNumber(0, 255).default(0),
    reportHeader: wholeNumber(0, 64).default(0),
    reportPrefix: z
      .string()
      .regex(/^([0-9a-f]{2})*$/i)
      .default('')
      .transform((text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))),
  })
  .refine(({ reportSize, reportHeader, reportPrefix }) => reportHeader < reportSize && reportPrefix.length <= reportHeader, { path: ['reportHeader'] });

const parseHid = (rest: string): Result<HidAddress> => {
  const match = /^([0-9a-fA-F]{4}):([0-9a-fA-F]{4})(?::([^\s?]{1,64}))?(?:\?(.*))?$/.exec(rest);
  if (match === null) return fail('bad-input', 'hid address needs the two USB ids in hexadecimal: hid:0c2e:0b61, with :SERIAL where there are two of a make');
  const settings = hidSettings.safeParse(Object.fromEntries(new URLSearchParams(match[4] ?? '')));
  if (!settings.success) {
    return fail('bad-input', `hid address: cannot use ${unusable(settings.error)}; known: reportSize (64), reportId (0: unnumbered), reportHeader (bytes, less than reportSize), reportPrefix (hexadecimal, no longer than reportHeader)`);
  }
  const { reportSize, reportId, reportHeader, reportPrefix } = settings.data;
  return ok({
    kind: 'hid',
    vendorId: Number.parseInt(match[1] ?? '', 16),
    productId: Number.parseInt(match[2] ?? '', 16),
    serial: match[3] ?? null,
    framing: { reportSize, reportId, header: reportHeader, prefix: reportPrefix },
  });
};

/** Settings of the wire itself; everything else in a query is the device's own. */
const WIRE_SETTINGS: ReadonlySet<string> = new Set(['baud', 'data', 'parity', 'stop', 'flow', 'reportSize', 'reportId', 'reportHeader', 'reportPrefix']);

/**
 * Takes the device's own settings out of an address's query: `tcp:host:4001?profile=wkly` → `tcp:host:4001` and `{ profile: 'wkly' }`.
 * Digits become numbers, `true` and `false` booleans. Addresses of HTTP devices stay as they are: their query is the device's.
 */
export const splitOptions = (uri: string): { uri: string; options: Record<string, unknown> } => {
  const mark = uri.indexOf('?');
  if (mark === -1 || /^(ipps?|escl):/i.test(uri)) return { uri, options: {} };
  const wire = new URLSearchParams();
  const options: Record<string, unknown> = {};
  for (const [name, value] of new URLSearchParams(uri.slice(mark + 1))) {
    if (WIRE_SETTINGS.has(name)) wire.append(name, value);
    else options[name] = /^\d{1,9}$/.test(value) ? Number(value) : value === 'true' ? true : value === 'false' ? false : value;
  }
  return { uri: `${uri.slice(0, mark)}${wire.size === 0 ? '' : `?${wire.toString()}`}`, options };
};

/**
 * Reads a transport address.
 * @returns the parts, or a `bad-input` fault that says what was expected
 */
export const parseTransportUri = (uri: string): Result<TransportAddress> => {
  const scheme = /^([a-z]+):/i.exec(uri)?.[1]?.toLowerCase() ?? '';
  const rest = uri.slice(scheme.length + 1);
  switch (scheme) {
    case 'serial':
      return parseSerial(rest);
    case 'tcp':
      return parseTcp(rest);
    case 'ipp':
    case 'ipps':
      return parseHttp('ipp', uri);
    case 'escl':
      return parseHttp('escl', rest);
    case 'hid':
      return parseHid(rest);
    case 'file':
      return /^\/[^\0?]+$/.test(rest) ? ok({ kind: 'file', path: rest }) : fail('bad-input', 'file address needs the whole path of a device file: file:/dev/usb/lp0');
    case 'sane':
      return /^[^\s?-][^\s?]*$/.test(rest) ? ok({ kind: 'sane', device: rest }) : fail('bad-input', 'sane address needs the name that scanimage -L tells: sane:test:0');
    case 'modbus': {
      const over = parseTransportUri(rest);
      if (!over.ok) return over;
      return over.value.kind === 'serial' || over.value.kind === 'tcp' ? ok({ kind: 'modbus', over: over.value }) : fail('bad-input', 'modbus runs over serial: or tcp:, for example modbus:serial:/dev/ttyUSB0?baud=9600');
    }
    default:
      return fail('bad-input', `"${scheme === '' ? uri.slice(0, 40) : `${scheme}:`}" is no device address; known forms: ${ADDRESS_FORMS}`);
  }
};
