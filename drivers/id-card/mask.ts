/** What a recording of a reader keeps: a card of nobody's in every frame, with the lengths and checks of the one that was read. */
import { createHmac, randomBytes } from 'node:crypto';
import type { IdCard } from '../contract.ts';
import { maskText, type ClassMask, type Piece, type StreamMask } from '../recording/mask.ts';
import { decodeCardBlocks, decodeResponse, encodeCardBlocks, encodeFrame, PREAMBLE, RESPONSE_LENGTH } from './codec.ts';
import { mod11Check, weight731Check } from './numbers.ts';
import { decodeText, encodeText, NEW_ADDRESS_BYTES, numberPassesCheck } from './text.ts';

const BIRTH = '1900-01-01';

/** A number of nobody's with a right check character; where the card's own was wrong, with a wrong one. */
const maskNumber = (card: IdCard): string => {
  const body = card.kind === 'foreign-2017' ? 'XXX00000000000' : `9900001900010100${card.sex === 'male' ? 1 : 2}`;
  const right = card.kind === 'foreign-2017' ? weight731Check(body) : mod11Check(body);
  const number = body + (numberPassesCheck(card) ? right : right === '0' ? '1' : '0');
  return card.idNumber.length === number.length ? number : maskText(card.idNumber);
};

export const maskCard = (card: IdCard): IdCard => {
  const { unmapped: _characters, ...plain } = card;
  return {
    ...plain,
    name: maskText(card.name),
    nameLatin: card.nameLatin === null ? null : maskText(card.nameLatin),
    birthDate: BIRTH,
    address: card.address === null ? null : maskText(card.address),
    idNumber: maskNumber(card),
    issuer: card.issuer === null ? null : maskText(card.issuer),
    passNumber: card.passNumber === null ? null : maskText(card.passNumber),
    photo: card.photo === null ? null : new Uint8Array(card.photo.length),
  };
};

const STATUS_BYTES = 3;
const SERIAL_BYTES = 8;
const HEAD = PREAMBLE.length + 2;

const maskBlocks = (data: Uint8Array): Uint8Array | null => {
  const blocks = decodeCardBlocks(data.slice());
  const card = blocks === null ? null : decodeText(blocks.text, blocks.photo);
  if (blocks === null || card === null || !card.ok) return null;
  const plain = 4 + blocks.text.length + blocks.photo.length;
  try {
    return encodeCardBlocks({ text: encodeText(maskCard(card.value)), photo: new Uint8Array(blocks.photo.length) }, data.length === plain ? null : new Uint8Array(data.length - plain - 2));
  } catch {
    // A private-use character became two units, and the field has no room for them.
    return null;
  }
};

/** The data of an answer without the person in it; null when it is none that is known. */
const maskData = (data: Uint8Array, salt: Uint8Array): Uint8Array | null => {
  switch (data.length) {
    // Nothing; what was found; the module's own number.
    case 0:
    case 4:
    case 16:
      return data;
    // The number of the chip tells the card again: another one, the same for the same card within one recording.
    case SERIAL_BYTES:
      return createHmac('sha256', salt).update(data).digest().subarray(0, SERIAL_BYTES);
    case NEW_ADDRESS_BYTES:
      return Buffer.from(maskText(Buffer.from(data).toString('utf16le')), 'utf16le');
    default:
      return maskBlocks(data);
  }
};

/** One whole frame. A wrong checksum stays wrong; what the frame says stays unknown. */
const maskFrame = (frame: Uint8Array, salt: Uint8Array): Piece => {
  const body = frame.subarray(HEAD, -1);
  const right = encodeFrame(body).at(-1) === frame.at(-1);
  if (!right) {
    const damaged = encodeFrame(new Uint8Array(body.length));
    damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 0x55;
    return damaged;
  }
  const { data } = decodeResponse(body);
  const masked = maskData(data, salt);
  return masked === null ? { length: frame.length } : encodeFrame(Uint8Array.from([...body.subarray(0, STATUS_BYTES), ...masked]));
};

const begins = (bytes: Uint8Array, at: number): boolean => PREAMBLE.every((byte, index) => at + index >= bytes.length || bytes[at + index] === byte);

const answers = (): StreamMask => {
  const salt = randomBytes(16);
  let held = new Uint8Array(0);
  return {
    push: (chunk) => {
      const bytes = Uint8Array.from([...held, ...chunk]);
      const pieces: Piece[] = [];
      let from = 0;
      for (;;) {
        let start = from;
        while (start < bytes.length && !begins(bytes, start)) start += 1;
        if (start > from) pieces.push({ length: start - from });
        from = start;
        if (bytes.length - from < HEAD) break;
        const length = ((bytes[from + PREAMBLE.length] ?? 0) << 8) | (bytes[from + PREAMBLE.length + 1] ?? 0);
        if (length < RESPONSE_LENGTH.least || length > RESPONSE_LENGTH.most) {
          // No frame has this length: the length itself says nothing of anybody.
          pieces.push(bytes.slice(from, from + HEAD));
          from += HEAD;
          continue;
        }
        if (bytes.length < from + HEAD + length) break;
        pieces.push(maskFrame(bytes.subarray(from, from + HEAD + length), salt));
        from += HEAD + length;
      }
      held = bytes.slice(from);
      return pieces;
    },
    flush: () => {
      const { length } = held;
      held = new Uint8Array(0);
      return length === 0 ? [] : [{ length }];
    },
  };
};

const isCard = (value: unknown): value is IdCard => typeof value === 'object' && value !== null && 'idNumber' in value;
const isAddress = (value: unknown): value is { address: string | null } => typeof value === 'object' && value !== null && 'address' in value && !('idNumber' in value);

export const idCardMask: ClassMask = {
  fromDevice: answers,
  // Requests carry nothing of a card.
  toDevice: () => ({ push: (chunk) => [chunk.slice()], flush: () => [] }),
  body: (bytes) => ({ length: bytes.length }),
  input: (value) => value,
  value: (value) => {
    if (isCard(value)) return maskCard(value);
    return isAddress(value) ? { address: value.address === null ? null : maskText(value.address), unmapped: [] } : value;
  },
};
