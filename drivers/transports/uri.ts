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

export type TransportAddress = SerialAddress | TcpAddress | HttpAddress;

const EXAMPLES = 'serial:/dev/ttyUSB0?baud=115200, tcp:host:port, ipp://host:port/path or escl:http://host:port/eSCL';

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/)
    .transform(Number)
    .refine((value) => value >= least && value <= most);

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
    const names = settings.error.issues.map((issue) => (issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : issue.path.join('.'))).join(', ');
    return fail('bad-input', `serial address: cannot use ${names}; known: baud, data (7, 8), parity (none, even, odd), stop (1, 2), flow (none, rtscts, xonxoff)`);
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
  if (!URL.canParse(text)) return fail('bad-input', `${kind} address is not a URL; known forms: ${EXAMPLES}`);
  const url = new URL(text);
  if (!allowed.includes(url.protocol) || url.hostname === '') return fail('bad-input', `${kind} address must begin with ${allowed.map((scheme) => `${scheme}//host`).join(' or ')}`);
  return ok({ kind, url: text });
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
      return fail('bad-input', 'this program has no driver for HID devices; connect the device by its serial port');
    default:
      return fail('bad-input', `"${scheme === '' ? uri.slice(0, 40) : `${scheme}:`}" is no device address; known forms: ${EXAMPLES}`);
  }
};
