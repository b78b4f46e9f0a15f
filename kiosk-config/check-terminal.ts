/** A terminal's file: the glass must be right, each device stands for itself. */
import { realpathSync, statSync } from 'node:fs';
import { normalize } from 'node:path';
import { z } from 'zod';
import { explain } from './explain.ts';
import type { Finding, Mistake } from './mistake.ts';
import { deviceConfig, terminal, type DeviceConfig, type Terminal } from './schema/terminal.ts';
import { checkShape, type YamlFile } from './yaml-file.ts';

/** A device that cannot be used as configured: out of service alone, the others work. */
export interface BadDevice {
  /** As written, or its place in the list. */
  id: string;
  /** null: the file does not say a class that exists. */
  deviceClass: DeviceConfig['class'] | null;
  mistakes: Mistake[];
}

const BYTES = /^(serial:\/\S+|serial:COM\d+\S*|tcp:(\[[0-9a-fA-F:]+\]|[^\s:]+):\d{1,5}(?:\?\S*)?|hid:[0-9a-fA-F]{4}:[0-9a-fA-F]{4}\S*)$/;
const PRINTER = new RegExp(`${BYTES.source}|^file:\\/\\S+$`);
/** A hall has a display and a pad at each counter, and cabinets as it likes. */
const SEVERAL: ReadonlySet<DeviceConfig['class']> = new Set(['window-display', 'call-pad', 'locker']);
const PAGE = /^page:camera(\?label=[^\s&]+)?$/;
const TRANSPORTS: Record<DeviceConfig['class'], { shape: RegExp; expected: string }> = {
  'id-card': { shape: BYTES, expected: 'serial:/dev/ttyUSB0?baud=115200, tcp:host:port or hid:vid:pid' },
  'code-scanner': { shape: new RegExp(`${BYTES.source}|^page:keyboard$`), expected: 'serial:/dev/ttyUSB0?baud=9600, tcp:host:port, hid:vid:pid or page:keyboard' },
  'receipt-printer': { shape: PRINTER, expected: 'serial:/dev/ttyUSB0?baud=115200, tcp:host:port or file:/dev/usb/lp0' },
  'ticket-dispenser': { shape: PRINTER, expected: 'serial:/dev/ttyUSB0?baud=9600, tcp:host:port or file:/dev/usb/lp0' },
  'document-printer': { shape: /^ipps?:\/\/[^\s/]+(\/\S*)?$/, expected: 'ipp://host:port/path' },
  scanner: { shape: /^(escl:https?:\/\/[^\s/]+(\/\S*)?|sane:\S+)$/, expected: 'escl:http://host:port/eSCL or sane:NAME' },
  'document-camera': { shape: PAGE, expected: 'page:camera, or page:camera?label=HD%20Camera where there are several' },
  locker: { shape: BYTES, expected: 'serial:/dev/ttyUSB0?baud=9600 or tcp:host:port' },
  'window-display': { shape: BYTES, expected: 'serial:/dev/ttyUSB0?baud=9600 or tcp:host:port' },
  'call-pad': { shape: BYTES, expected: 'serial:/dev/ttyUSB0?baud=9600, tcp:host:port or hid:vid:pid' },
  signals: { shape: new RegExp(`^modbus:(?=serial:|tcp:)${BYTES.source.slice(1)}`), expected: 'modbus:serial:/dev/ttyUSB0?baud=9600 or modbus:tcp:host:port' },
  'nav-pad': { shape: BYTES, expected: 'hid:vid:pid' },
  'signature-pad': { shape: new RegExp(`${BYTES.source}|^page:glass$`), expected: 'hid:vid:pid or page:glass' },
  sound: { shape: /^sound:\S*$/, expected: 'sound:default' },
};

/** Does this transport fit the class? null: yes, else what was expected. */
export const transportMistake = (deviceClass: DeviceConfig['class'], transport: string): string | null =>
  TRANSPORTS[deviceClass].shape.test(transport) ? null : `"${transport}" is no address for the class ${deviceClass}; expected ${TRANSPORTS[deviceClass].expected}`;

/** What a path of a device file leads to: links of udev (`/dev/serial/by-id/…`) and second names are the same device. Where it is not plugged in, or on another machine, the path itself. */
const deviceFile = (path: string): string => {
  try {
    const { rdev } = statSync(path);
    // Numbers of a character device; a plain file has none.
    return rdev === 0 ? realpathSync(path) : `device ${rdev}`;
  } catch {
    return normalize(path);
  }
};

/** The port that a wire of bytes occupies alone, whatever its settings and whatever it is called; null: several may share it, or it is none. */
const portOf = (transport: string): string | null => {
  const wire = transport.replace(/^modbus:/, '').replace(/\?.*$/s, '');
  const [, kind, rest = ''] = /^(serial|tcp|hid|file):(.*)$/s.exec(wire) ?? [];
  switch (kind) {
    case 'serial':
      return rest.startsWith('/') ? deviceFile(rest) : rest.toUpperCase();
    case 'file':
      return deviceFile(rest);
    case 'tcp':
    case 'hid':
      return `${kind}:${rest.toLowerCase()}`;
    default:
      return null;
  }
};

/** `hid:0c2e:0b61` is whatever is plugged in of the make, also the one that `hid:0c2e:0b61:A1` names. */
const isSamePort = (one: string | null, other: string | null): boolean => one !== null && other !== null && (one === other || (one.startsWith('hid:') && (one.startsWith(`${other}:`) || other.startsWith(`${one}:`))));

/** Would these two addresses speak into each other on one port? */
export const onOnePort = (one: string, other: string): boolean => isSamePort(portOf(one), portOf(other));

/** How several of a class come onto one line (RS-485): two programs of one master would speak into each other. */
const ON_ONE_LINE: Partial<Record<DeviceConfig['class'], string>> = {
  'call-pad': "pads on one line are one device with options such as counters: { 1: '3', 2: '4' } (address: counter)",
  'window-display': "boards on one line are one device with options such as boards: [{ board: 1, counter: '3' }, { board: 2, counter: '4' }]",
  locker: 'lock boards on one line are one device; its boards are told apart by their numbers',
};

/** Of the boards of a window display what can be told apart here; whether its make has such boards is for its driver to judge. */
const displayBoards = z.looseObject({ boards: z.array(z.looseObject({ board: z.unknown().default(1), counter: z.union([z.string(), z.number().transform(String)]).optional().catch(undefined) })) });
const boardsOf = (device: DeviceConfig): z.infer<typeof displayBoards>['boards'] => (device.class === 'window-display' ? (displayBoards.safeParse(device.options).data?.boards ?? []) : []);

/** One address is one board's, and one counter has one board, whatever line it hangs on. */
const boardsTwice = (device: DeviceConfig, others: readonly DeviceConfig[], path: readonly PropertyKey[]): Finding[] =>
  boardsOf(device).flatMap(({ board, counter }, at, all): Finding[] => {
    const before = all.slice(0, at);
    const elsewhere = others.find((other) => counter !== undefined && boardsOf(other).some((one) => one.counter === counter));
    return [
      ...(before.some((one) => one.board === board) ? [{ path: [...path, at, 'board'], message: `a second board with the address ${String(board)}` }] : []),
      ...(counter !== undefined && before.some((one) => one.counter === counter) ? [{ path: [...path, at, 'counter'], message: `a second board for counter ${counter}` }] : []),
      ...(elsewhere === undefined ? [] : [{ path: [...path, at, 'counter'], message: `"${elsewhere.id}" has a board for counter ${counter ?? ''} already` }]),
    ];
  });

const looseTerminal = terminal.extend({ devices: z.array(z.unknown()) });
const knownClass = z.looseObject({ class: deviceConfig.shape.class });
const knownId = z.looseObject({ id: deviceConfig.shape.id });

/**
 * @param transports addresses that replace what the file says, by device id
 * @returns `places`: file and line of each good device, by id; `terminal` null when the terminal itself (not one of its devices) is wrong
 */
export const checkTerminal = (yaml: YamlFile, transports: Readonly<Record<string, string>>): { terminal: Terminal | null; badDevices: BadDevice[]; places: Record<string, string>; mistakes: Mistake[] } => {
  const shape = checkShape(yaml, looseTerminal);
  if (shape.value === null) return { terminal: null, badDevices: [], places: {}, mistakes: shape.mistakes };
  const devices: DeviceConfig[] = [];
  const badDevices: BadDevice[] = [];
  const places: Record<string, string> = {};
  for (const [index, entry] of shape.value.devices.entries()) {
    const parsed = deviceConfig.safeParse(entry);
    const findings: Finding[] = parsed.success ? [] : explain(parsed.error.issues, entry).map((finding) => ({ ...finding, path: ['devices', index, ...finding.path] }));
    if (parsed.success) {
      const { data } = parsed;
      const transport = Object.hasOwn(transports, data.id) ? (transports[data.id] ?? data.transport) : data.transport;
      const wrong = transportMistake(data.class, transport);
      if (wrong !== null) findings.push({ path: ['devices', index, 'transport'], message: wrong });
      if (devices.some((other) => other.id === data.id)) findings.push({ path: ['devices', index, 'id'], message: `a second device "${data.id}"` });
      if (!SEVERAL.has(data.class) && devices.some((other) => other.class === data.class)) findings.push({ path: ['devices', index, 'class'], message: `a second ${data.class}; a terminal has one of each class` });
      const port = portOf(transport);
      const taken = devices.find((other) => isSamePort(portOf(other.transport), port));
      if (taken !== undefined) findings.push({ path: ['devices', index, 'transport'], message: `"${taken.id}" is on this port already, as ${taken.transport}; one port is one device's${taken.class === data.class && ON_ONE_LINE[data.class] !== undefined ? `: ${ON_ONE_LINE[data.class]}` : ''}` });
      findings.push(...boardsTwice(data, devices, ['devices', index, 'options', 'boards']));
      if (findings.length === 0) {
        devices.push({ ...data, transport });
        const [place] = yaml.place([{ path: ['devices', index, 'transport'], message: '' }]);
        if (place !== undefined) places[data.id] = `${place.file}:${place.line}`;
      }
    }
    if (findings.length > 0) {
      badDevices.push({ id: knownId.safeParse(entry).data?.id ?? `device ${index + 1}`, deviceClass: knownClass.safeParse(entry).data?.class ?? null, mistakes: yaml.place(findings) });
    }
  }
  const lockers = shape.value.devices.flatMap((entry) => (knownClass.safeParse(entry).data?.class === 'locker' ? [knownId.safeParse(entry).data?.id] : []));
  const nowhere = (shape.value.pickUp?.cells ?? []).flatMap((row, index): Finding[] => (lockers.includes(row.device) ? [] : [{ path: ['pickUp', 'cells', index, 'device'], message: `no locker "${row.device}" among the devices` }]));
  return { terminal: { ...shape.value, devices }, badDevices, places, mistakes: [...badDevices.flatMap((bad) => bad.mistakes), ...yaml.place(nowhere)] };
};
