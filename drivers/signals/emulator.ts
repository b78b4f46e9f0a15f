/** A relay board: a Modbus slave of its own bytes with relays, contacts, and faults to inject. Never travels in a package. */
import type { Emulator, Listen } from '../emulator.ts';
import { openEmulatedWire, type EmulatedLink } from '../emulator-wire.ts';

export const SIGNALS_FAULTS = [
  'silent',
  'noise',
  /** Noise before each answer. */
  'noise-around',
  'bad-crc',
  'truncated',
  /** Exception 6: the board is busy. */
  'busy',
  /** Exception 6 once. */
  'busy-once',
  /** Exception 4: the board has failed. */
  'failed',
] as const;
type FaultName = (typeof SIGNALS_FAULTS)[number];

export interface SignalsEmulatorSettings {
  listen: Listen;
  unit?: number;
  /** How many relays and contacts it has. */
  relays?: number;
  contacts?: number;
  /** Over TCP: serial frames instead of Modbus/TCP. */
  rtu?: boolean;
}

export interface SignalsEmulator extends Emulator {
  relay(number: number): boolean;
  /** Every switching of a relay, in order. */
  readonly switched: readonly { relay: number; on: boolean }[];
  contact(number: number, closed: boolean): void;
  /** The board loses its power for a moment: all relays fall off. */
  restart(): void;
  unplug(): Promise<void>;
  replug(): Promise<void>;
}

/** CRC by table of one byte's eight steps, so that the driver's own is not checked by itself. */
const CRC_TABLE = Array.from({ length: 256 }, (_unused, index) => Array.from({ length: 8 }).reduce<number>((crc) => ((crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ 0xa001), index));
const crcOf = (bytes: Buffer): number => bytes.reduce((crc, byte) => (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0), 0xffff);

const REQUEST_BYTES = 6;
const NOISE = Buffer.from('00ff5a01', 'hex');

interface Found {
  pdu: Buffer;
  used: number;
  answer: (pdu: Buffer) => Buffer;
}

const findRtu = (bytes: Buffer, unit: number): Found | null => {
  for (let at = 0; at + REQUEST_BYTES + 2 <= bytes.length; at += 1) {
    const body = bytes.subarray(at, at + REQUEST_BYTES);
    if (body[0] !== unit || bytes.readUInt16LE(at + REQUEST_BYTES) !== crcOf(body)) continue;
    return {
      pdu: body.subarray(1),
      used: at + REQUEST_BYTES + 2,
      answer: (pdu) => {
        const frame = Buffer.concat([Buffer.of(unit), pdu, Buffer.alloc(2)]);
        frame.writeUInt16LE(crcOf(frame.subarray(0, -2)), frame.length - 2);
        return frame;
      },
    };
  }
  return null;
};

const findTcp = (bytes: Buffer, unit: number): Found | null => {
  if (bytes.length < 8) return null;
  const length = bytes.readUInt16BE(4);
  if (bytes.length < 6 + length || length < 2 || bytes[6] !== unit) return null;
  const transaction = bytes.subarray(0, 2);
  return {
    pdu: bytes.subarray(7, 6 + length),
    used: 6 + length,
    answer: (pdu) => {
      const head = Buffer.alloc(7);
      transaction.copy(head);
      head.writeUInt16BE(pdu.length + 1, 4);
      head[6] = unit;
      return Buffer.concat([head, pdu]);
    },
  };
};

/** Starts an emulated board. @throws Error in one line when its wire cannot be opened */
export const startSignalsEmulator = async (settings: SignalsEmulatorSettings): Promise<SignalsEmulator> => {
  const { unit = 1, listen } = settings;
  const relays = Array.from({ length: settings.relays ?? 8 }, () => false);
  const contacts = Array.from({ length: settings.contacts ?? 8 }, () => false);
  const switched: { relay: number; on: boolean }[] = [];
  const serial = listen.kind !== 'tcp' || settings.rtu === true;
  let fault: FaultName | null = null;

  const bits = (code: number, levels: boolean[], at: number, count: number): Buffer => {
    if (count < 1 || at + count > levels.length) return Buffer.of(code | 0x80, 0x02);
    const packed = Buffer.alloc(Math.ceil(count / 8));
    levels.slice(at, at + count).forEach((on, index) => {
      if (on) packed[index >> 3] = (packed[index >> 3] ?? 0) | (1 << (index & 7));
    });
    return Buffer.concat([Buffer.of(code, packed.length), packed]);
  };
  const answerTo = (pdu: Buffer): Buffer => {
    const code = pdu[0] ?? 0;
    if (fault === 'busy' || fault === 'busy-once') {
      if (fault === 'busy-once') fault = null;
      return Buffer.of(code | 0x80, 0x06);
    }
    if (fault === 'failed') return Buffer.of(code | 0x80, 0x04);
    if (pdu.length !== 5) return Buffer.of(code | 0x80, 0x03);
    const at = pdu.readUInt16BE(1);
    const value = pdu.readUInt16BE(3);
    if (code === 0x01) return bits(code, relays, at, value);
    if (code === 0x02) return bits(code, contacts, at, value);
    if (code !== 0x05) return Buffer.of(code | 0x80, 0x01);
    if (at >= relays.length) return Buffer.of(code | 0x80, 0x02);
    if (value !== 0xff00 && value !== 0) return Buffer.of(code | 0x80, 0x03);
    relays[at] = value !== 0;
    switched.push({ relay: at, on: value !== 0 });
    return Buffer.from(pdu);
  };
  const send = (link: EmulatedLink, frame: Buffer): void => {
    switch (fault) {
      case 'silent':
        return;
      case 'noise':
        link.send(NOISE);
        return;
      case 'noise-around':
        link.send(Buffer.concat([NOISE, frame]));
        return;
      case 'truncated':
        link.send(frame.subarray(0, frame.length - 2));
        return;
      case 'bad-crc':
        frame[frame.length - 1] = (frame.at(-1) ?? 0) ^ 0x55;
        link.send(serial ? frame : NOISE);
        return;
      default:
        link.send(frame);
    }
  };

  const wire = await openEmulatedWire(listen, {
    baud: 9600,
    paced: false,
    onLink: (link) => {
      let held = Buffer.alloc(0);
      return {
        onData: (chunk) => {
          held = Buffer.concat([held, chunk]).subarray(-512);
          for (let found = (serial ? findRtu : findTcp)(held, unit); found !== null; found = (serial ? findRtu : findTcp)(held, unit)) {
            held = held.subarray(found.used);
            send(link, found.answer(answerTo(found.pdu)));
          }
        },
        onEnd: () => {},
      };
    },
  });

  return {
    uri: `modbus:${wire.uri}${listen.kind === 'tcp' && serial ? '?framing=rtu' : ''}`,
    faults: SIGNALS_FAULTS,
    inject: (name) => {
      const known = SIGNALS_FAULTS.find((candidate) => candidate === name);
      if (name !== null && known === undefined) throw new RangeError(`the relay board cannot play "${name}"; it can play ${SIGNALS_FAULTS.join(', ')}`);
      fault = known ?? null;
    },
    relay: (number) => relays[number] === true,
    switched,
    contact: (number, closed) => {
      contacts[number] = closed;
    },
    restart: () => relays.fill(false),
    unplug: () => wire.unplug(),
    replug: () => wire.replug(),
    close: () => wire.close(),
  };
};
