/** Cards for the emulator from files: JSON in the form in which a read is printed, or a card's own bytes. */
import { z } from 'zod';
import type { IdCard } from '../contract.ts';
import { PHOTO_BYTES, TEXT_BYTES } from './codec.ts';
import { decodeText, encodeText } from './text.ts';

const day = z.iso.date();
const optional = z.string().nullable().default(null);

const cardFile = z.object({
  kind: z.enum(['resident', 'foreign-2017', 'foreign-2023', 'hmt']).default('resident'),
  name: z.string().min(1),
  nameLatin: optional,
  sex: z.enum(['male', 'female', 'unknown', 'unspecified']),
  ethnicity: optional,
  birthDate: day,
  address: optional,
  idNumber: z.string().min(1),
  issuer: optional,
  validFrom: day,
  validTo: day.nullable().default(null),
  nationality: optional,
  passNumber: optional,
  issueCount: optional,
});

const fromBytes = (bytes: Uint8Array): IdCard => {
  const photo = bytes.length === TEXT_BYTES ? null : Uint8Array.from(bytes.subarray(TEXT_BYTES));
  const card = decodeText(bytes.subarray(0, TEXT_BYTES), photo);
  if (!card.ok) throw new RangeError(card.fault.message);
  return card.value;
};

/**
 * Reads a card file: JSON, or 256 bytes of text, or those and 1024 of photo.
 * @throws RangeError in one line that names the first mistake
 */
export const parseCardFile = (bytes: Uint8Array): IdCard => {
  if (bytes.length === TEXT_BYTES || bytes.length === TEXT_BYTES + PHOTO_BYTES) {
    if (bytes[0] !== 0x7b) return fromBytes(bytes);
  }
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString());
  } catch {
    throw new RangeError('the card file is neither JSON nor the bytes of a card (256, or 1280 with photo)');
  }
  const parsed = cardFile.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new RangeError(`the card file at ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a card'}`);
  }
  const card = { ...parsed.data, photo: null };
  // Refused here, by name of the field's length, rather than when the reader is asked.
  encodeText(card);
  return card;
};
