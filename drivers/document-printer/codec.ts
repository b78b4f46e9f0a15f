/**
 * IPP messages, bytes ⇄ values (RFC 8010 §3). Pure. Own code because the npm codec reads lengths as signed numbers: a few
 * wrong bytes from a printer make it walk in a circle for ever. It serves the tests as an independent second opinion instead.
 */
import { fail, ok } from '../contract.ts';
import type { Result } from '../contract.ts';

/** Delimiter tags, RFC 8010 §3.5.1. */
export const GROUP = { operation: 0x01, job: 0x02, end: 0x03, printer: 0x04, unsupported: 0x05 } as const;

/** Value tags, RFC 8010 §3.5.2. */
export const TAG = {
  unsupported: 0x10,
  unknown: 0x12,
  noValue: 0x13,
  integer: 0x21,
  boolean: 0x22,
  enum: 0x23,
  octets: 0x30,
  dateTime: 0x31,
  resolution: 0x32,
  range: 0x33,
  beginCollection: 0x34,
  textWithLanguage: 0x35,
  nameWithLanguage: 0x36,
  endCollection: 0x37,
  text: 0x41,
  name: 0x42,
  keyword: 0x44,
  uri: 0x45,
  uriScheme: 0x46,
  charset: 0x47,
  language: 0x48,
  mime: 0x49,
  memberName: 0x4a,
} as const;

export const OPERATION = {
  printJob: 0x02,
  validateJob: 0x04,
  createJob: 0x05,
  sendDocument: 0x06,
  cancelJob: 0x08,
  getJobAttributes: 0x09,
  getJobs: 0x0a,
  getPrinterAttributes: 0x0b,
  holdJob: 0x0c,
  releaseJob: 0x0d,
} as const;

export const STATUS = {
  ok: 0x0000,
  okIgnored: 0x0001,
  okConflicting: 0x0002,
  badRequest: 0x0400,
  forbidden: 0x0401,
  notAuthenticated: 0x0402,
  notAuthorized: 0x0403,
  notPossible: 0x0404,
  timeout: 0x0405,
  notFound: 0x0406,
  gone: 0x0407,
  tooLarge: 0x0408,
  formatNotSupported: 0x040a,
  attributesNotSupported: 0x040b,
  charsetNotSupported: 0x040d,
  compressionNotSupported: 0x040f,
  documentFormatError: 0x0411,
  internalError: 0x0500,
  operationNotSupported: 0x0501,
  serviceUnavailable: 0x0502,
  versionNotSupported: 0x0503,
  deviceError: 0x0504,
  temporaryError: 0x0505,
  notAccepting: 0x0506,
  busy: 0x0507,
  jobCanceled: 0x0508,
} as const;

export interface Resolution {
  x: number;
  y: number;
  unit: 'dpi' | 'dpcm';
}

/** Out-of-band values (no-value, unknown, unsupported) are null; octets and dateTime stay bytes. */
export type IppData = number | boolean | string | null | Uint8Array | Resolution | { low: number; high: number } | { language: string; text: string } | { members: IppAttribute[] };

export interface IppValue {
  tag: number;
  data: IppData;
}

export interface IppAttribute {
  name: string;
  values: IppValue[];
}

export interface IppGroup {
  tag: number;
  attributes: IppAttribute[];
}

export interface IppMessage {
  version: { major: number; minor: number };
  /** Operation of a request, status of an answer. */
  code: number;
  requestId: number;
  groups: IppGroup[];
  /** The document behind the attributes; empty where there is none. */
  data: Uint8Array;
}

/** An attribute with values of one tag. */
export const attribute = (name: string, tag: number, ...data: IppData[]): IppAttribute => ({ name, values: data.map((value) => ({ tag, data: value })) });

// ------------------------------------------------------------------------------------------------ encode

const u16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
};
const i32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const sized = (bytes: Uint8Array): Buffer => {
  if (bytes.byteLength > 0x7fff) throw new RangeError(`IPP value of ${bytes.byteLength} bytes; 32767 is the most`);
  return Buffer.concat([u16(bytes.byteLength), bytes]);
};

function valueBytes(value: IppValue): Buffer {
  const { tag, data } = value;
  if (data === null) return Buffer.alloc(0);
  if (typeof data === 'number') return i32(data);
  if (typeof data === 'boolean') return Buffer.from([data ? 1 : 0]);
  if (typeof data === 'string') return Buffer.from(data, 'utf8');
  if (data instanceof Uint8Array) return Buffer.from(data);
  if ('unit' in data) return Buffer.concat([i32(data.x), i32(data.y), Buffer.from([data.unit === 'dpi' ? 3 : 4])]);
  if ('low' in data) return Buffer.concat([i32(data.low), i32(data.high)]);
  if ('language' in data) return Buffer.concat([sized(Buffer.from(data.language, 'utf8')), sized(Buffer.from(data.text, 'utf8'))]);
  throw new TypeError(`value of tag 0x${tag.toString(16)} cannot be encoded here`);
}

function pushAttribute(out: Uint8Array[], name: string, values: readonly IppValue[]): void {
  values.forEach((value, index) => {
    out.push(Buffer.from([value.tag]), sized(Buffer.from(index === 0 ? name : '', 'utf8')));
    if (value.data !== null && typeof value.data === 'object' && 'members' in value.data) {
      out.push(u16(0));
      for (const member of value.data.members) {
        out.push(Buffer.from([TAG.memberName]), u16(0), sized(Buffer.from(member.name, 'utf8')));
        pushAttribute(out, '', member.values);
      }
      out.push(Buffer.from([TAG.endCollection]), u16(0), u16(0));
    } else out.push(sized(valueBytes(value)));
  });
}

/**
 * @returns the pieces of the message in order, the document as the last one and not copied
 * @throws RangeError when a value is longer than IPP can say (programmer error)
 */
export function encodeIpp(message: IppMessage): Uint8Array[] {
  const out: Uint8Array[] = [Buffer.from([message.version.major, message.version.minor]), u16(message.code), i32(message.requestId)];
  for (const group of message.groups) {
    out.push(Buffer.from([group.tag]));
    for (const { name, values } of group.attributes) pushAttribute(out, name, values);
  }
  out.push(Buffer.from([GROUP.end]));
  const head = Buffer.concat(out);
  return message.data.byteLength === 0 ? [head] : [head, message.data];
}

// ------------------------------------------------------------------------------------------------ decode

/** No printer sends more; a message that does is not believed. */
const MAX_VALUES = 20_000;
const MAX_DEPTH = 8;

class BadIpp extends Error {}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;
  #values = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Where the next so many bytes begin. */
  #over(length: number): number {
    const from = this.#at;
    if (from + length > this.#bytes.length) throw new BadIpp(`ends inside a field at byte ${from}`);
    this.#at = from + length;
    return from;
  }

  take(length: number): Buffer {
    const from = this.#over(length);
    return this.#bytes.subarray(from, from + length);
  }
  u8(): number {
    return this.#bytes.readUInt8(this.#over(1));
  }
  u16(): number {
    return this.#bytes.readUInt16BE(this.#over(2));
  }
  i32(): number {
    return this.#bytes.readInt32BE(this.#over(4));
  }
  sized(): Buffer {
    return this.take(this.u16());
  }
  rest(): Buffer {
    return this.take(this.#bytes.length - this.#at);
  }
  countValue(): void {
    this.#values += 1;
    if (this.#values > MAX_VALUES) throw new BadIpp(`more than ${MAX_VALUES} values`);
  }
}

const exactly = (bytes: Buffer, length: number): Buffer => {
  if (bytes.length !== length) throw new BadIpp(`value of ${bytes.length} bytes where ${length} belong`);
  return bytes;
};

function readValue(reader: Reader, tag: number, depth: number): IppValue {
  reader.countValue();
  const bytes = reader.sized();
  if (tag >= 0x10 && tag <= 0x1f) return { tag, data: null };
  switch (tag) {
    case TAG.integer:
    case TAG.enum:
      return { tag, data: exactly(bytes, 4).readInt32BE() };
    case TAG.boolean:
      return { tag, data: exactly(bytes, 1).readUInt8() !== 0 };
    case TAG.range:
      return { tag, data: { low: exactly(bytes, 8).readInt32BE(0), high: bytes.readInt32BE(4) } };
    case TAG.resolution:
      return { tag, data: { x: exactly(bytes, 9).readInt32BE(0), y: bytes.readInt32BE(4), unit: bytes.readUInt8(8) === 3 ? 'dpi' : 'dpcm' } };
    case TAG.textWithLanguage:
    case TAG.nameWithLanguage: {
      const inner = new Reader(bytes);
      return { tag, data: { language: inner.sized().toString('utf8'), text: inner.sized().toString('utf8') } };
    }
    case TAG.beginCollection:
      return { tag, data: { members: readMembers(reader, depth + 1) } };
    default:
      if (tag >= 0x40 && tag <= 0x5f) return { tag, data: bytes.toString('utf8') };
      // Octets, dateTime, and whatever tag is not known: kept as bytes.
      return { tag, data: new Uint8Array(bytes) };
  }
}

function readMembers(reader: Reader, depth: number): IppAttribute[] {
  if (depth > MAX_DEPTH) throw new BadIpp('collections nested too deep');
  const members: IppAttribute[] = [];
  for (;;) {
    const tag = reader.u8();
    reader.sized();
    if (tag === TAG.endCollection) {
      reader.sized();
      return members;
    }
    if (tag === TAG.memberName) {
      reader.countValue();
      members.push({ name: reader.sized().toString('utf8'), values: [] });
      continue;
    }
    const member = members.at(-1);
    if (member === undefined || tag < 0x10) throw new BadIpp('collection without a member name');
    member.values.push(readValue(reader, tag, depth));
  }
}

/** Fault `bad-frame` for anything that is not one whole IPP message. Work and memory are linear in the bytes given. */
export function decodeIpp(bytes: Uint8Array): Result<IppMessage> {
  try {
    const reader = new Reader(bytes);
    const version = { major: reader.u8(), minor: reader.u8() };
    const code = reader.u16();
    const requestId = reader.i32();
    const groups: IppGroup[] = [];
    for (;;) {
      const tag = reader.u8();
      if (tag === GROUP.end) return ok({ version, code, requestId, groups, data: new Uint8Array(reader.rest()) });
      if (tag < 0x10) {
        groups.push({ tag, attributes: [] });
        if (groups.length > MAX_VALUES) throw new BadIpp('too many groups');
        continue;
      }
      const group = groups.at(-1);
      if (group === undefined) throw new BadIpp('attribute outside a group');
      const name = reader.sized().toString('utf8');
      const value = readValue(reader, tag, 0);
      const last = group.attributes.at(-1);
      if (name !== '') group.attributes.push({ name, values: [value] });
      else if (last === undefined) throw new BadIpp('additional value without an attribute');
      else last.values.push(value);
    }
  } catch (error) {
    if (!(error instanceof BadIpp)) throw error;
    return fail('bad-frame', `not an IPP message: ${error.message}`);
  }
}

/** Values of one group by attribute name, plain; language-tagged strings without their language. Empty when the group is absent. */
export function plainGroup(group: IppGroup | undefined): Map<string, unknown[]> {
  const plain = new Map<string, unknown[]>();
  for (const { name, values } of group?.attributes ?? []) {
    plain.set(
      name,
      values.flatMap(({ data }) => (data === null ? [] : [typeof data === 'object' && 'language' in data ? data.text : data])),
    );
  }
  return plain;
}
