/**
 * The 256-byte text record of a card: UTF-16LE, fields of fixed length padded with spaces, in four layouts that a letter at
 * byte 248 tells apart. Offsets and lengths below are bytes.
 */
import { fail, ok, type IdCard, type IdCardKind, type Result } from '../contract.ts';
import { privateUseIn, standardCharacters } from './characters.ts';
import { TEXT_BYTES } from './codec.ts';
import { isCalendarDay, isCitizenNumber, isPermanentResidence2017Number } from './numbers.ts';
import { CODE_BY_ETHNIC, CODE_BY_SEX, ETHNIC_BY_CODE, SEX_BY_CODE } from './tables.ts';

type Field = readonly [offset: number, length: number];

const KIND_AT: Field = [248, 2];
const KIND_BY_LETTER: Readonly<Record<string, IdCardKind>> = { ' ': 'resident', I: 'foreign-2017', Y: 'foreign-2023', J: 'hmt' };
const LETTER_BY_KIND: Readonly<Record<IdCardKind, string>> = { resident: ' ', 'foreign-2017': 'I', 'foreign-2023': 'Y', hmt: 'J' };

/** Fields that resident, `J` and `Y` records have in common. */
const COMMON = {
  name: [0, 30],
  sex: [30, 2],
  birth: [36, 16],
  address: [52, 70],
  idNumber: [122, 36],
  issuer: [158, 30],
  from: [188, 16],
  to: [204, 16],
} as const;
export const NEW_ADDRESS_BYTES = 70;
const ETHNIC: Field = [32, 4];
const J = { pass: [220, 18], issueCount: [238, 4] } as const;
const Y = { renewals: [32, 4], latinFirst: [52, 70], latinRest: [220, 22], nationality: [242, 6], link: [250, 6] } as const;
const I = {
  latin: [0, 120],
  sex: [120, 2],
  idNumber: [122, 30],
  nationality: [152, 6],
  name: [158, 30],
  from: [188, 16],
  to: [204, 16],
  birth: [220, 16],
  version: [236, 4],
  authority: [240, 8],
} as const;

/** Why a record cannot be used. The field is named, its content never. */
class MalformedRecord extends Error {
  constructor(field: string) {
    super(`the card's ${field} cannot be read`);
  }
}

/** UTF-16 code units as they stand, surrogates included; only padding is taken off. */
const units = (text: Uint8Array, [offset, length]: Field): string => Buffer.from(text.subarray(offset, offset + length)).toString('utf16le');
const trimmed = (value: string): string => value.replace(/[ \0]+$/, '');
const string = (text: Uint8Array, field: Field): string => trimmed(units(text, field));
const orNull = (value: string): string | null => (value === '' ? null : value);

const day = (text: Uint8Array, field: Field, name: string): string => {
  const value = string(text, field);
  if (!isCalendarDay(value)) throw new MalformedRecord(name);
  return `${value.slice(0, 4)}-${value.slice(4, 6)}-${value.slice(6)}`;
};

const endDay = (text: Uint8Array, field: Field): string | null => (string(text, field) === '长期' ? null : day(text, field, 'end of validity'));

const sex = (text: Uint8Array, field: Field): IdCard['sex'] => {
  const value = SEX_BY_CODE[units(text, field)];
  if (value === undefined) throw new MalformedRecord('sex');
  return value;
};

const required = (value: string, name: string): string => {
  // A lone surrogate is half a character: bytes were lost.
  if (value === '' || !value.isWellFormed()) throw new MalformedRecord(name);
  return value;
};

const nothingElse = { nameLatin: null, ethnicity: null, address: null, issuer: null, nationality: null, passNumber: null, issueCount: null };

/** Issuers' own private-use characters beside the published ones: none, unless the terminal's file names some. */
const NO_OWN: ReadonlyMap<string, string> = new Map();

/** Puts assigned characters in the place of private-use ones, and names those that no table knows. */
const withStandardCharacters = (card: IdCard, own: ReadonlyMap<string, string>): IdCard => {
  const now = (value: string): string => standardCharacters(value, own);
  const name = now(card.name);
  const address = card.address === null ? null : now(card.address);
  const issuer = card.issuer === null ? null : now(card.issuer);
  const unmapped = (['name', 'address', 'issuer'] as const).flatMap((field) => privateUseIn({ name, address, issuer }[field] ?? '').map((codePoint) => ({ field, codePoint })));
  return { ...card, name, address, issuer, ...(unmapped.length === 0 ? {} : { unmapped }) };
};

/**
 * Reads a text record; `media-unreadable` when it is none, or when a date, a sex or a name in it is impossible.
 * @param own private-use characters of the issuer's own table, see characters.ts
 */
export const decodeText = (text: Uint8Array, photo: Uint8Array | null, own: ReadonlyMap<string, string> = NO_OWN): Result<IdCard> => {
  try {
    return ok(withStandardCharacters(decode(text, photo), own));
  } catch (error) {
    if (error instanceof MalformedRecord) return fail('media-unreadable', error.message);
    throw error;
  }
};

/** The newer address that a card may carry beside the printed one (the reply to 30 03): 35 UTF-16 units; null when the reply is none. */
export const decodeNewAddress = (data: Uint8Array, own: ReadonlyMap<string, string> = NO_OWN): { address: string; unmapped: string[] } | null => {
  if (data.length !== NEW_ADDRESS_BYTES) return null;
  const address = standardCharacters(string(data, [0, NEW_ADDRESS_BYTES]), own);
  return address === '' || !address.isWellFormed() ? null : { address, unmapped: privateUseIn(address) };
};

/**
 * The reply data of 30 03, as a module gives it.
 * @throws RangeError when the address is longer than 35 units
 */
export const encodeNewAddress = (address: string): Uint8Array => {
  if (address.length * 2 > NEW_ADDRESS_BYTES) throw new RangeError(`a newer address has ${NEW_ADDRESS_BYTES / 2} characters at most`);
  return Buffer.from(address.padEnd(NEW_ADDRESS_BYTES / 2, ' '), 'utf16le');
};

const decode = (text: Uint8Array, photo: Uint8Array | null): IdCard => {
  if (text.length !== TEXT_BYTES) throw new MalformedRecord('text record');
  const kind = KIND_BY_LETTER[units(text, KIND_AT)];
  if (kind === undefined) throw new MalformedRecord('kind');
  if (kind === 'foreign-2017') {
    const latin = required(string(text, I.latin), 'name');
    return {
      ...nothingElse,
      kind,
      // Not every such card carries a Chinese name.
      name: orNull(string(text, I.name)) ?? latin,
      nameLatin: latin,
      sex: sex(text, I.sex),
      birthDate: day(text, I.birth, 'birth date'),
      idNumber: required(string(text, I.idNumber), 'number'),
      issuer: orNull(string(text, I.authority)),
      validFrom: day(text, I.from, 'start of validity'),
      validTo: endDay(text, I.to),
      nationality: orNull(string(text, I.nationality)),
      photo,
    };
  }
  const common = {
    ...nothingElse,
    kind,
    sex: sex(text, COMMON.sex),
    birthDate: day(text, COMMON.birth, 'birth date'),
    idNumber: required(string(text, COMMON.idNumber), 'number'),
    validFrom: day(text, COMMON.from, 'start of validity'),
    validTo: endDay(text, COMMON.to),
    photo,
  };
  if (kind === 'foreign-2023') {
    const latin = orNull(trimmed(units(text, Y.latinFirst) + units(text, Y.latinRest)));
    return {
      ...common,
      name: orNull(string(text, COMMON.name)) ?? required(latin ?? '', 'name'),
      nameLatin: latin,
      nationality: orNull(string(text, Y.nationality)),
      issueCount: orNull(string(text, Y.renewals)),
    };
  }
  const located = { ...common, name: required(string(text, COMMON.name), 'name'), address: orNull(string(text, COMMON.address)), issuer: orNull(string(text, COMMON.issuer)) };
  return kind === 'hmt'
    ? { ...located, passNumber: orNull(string(text, J.pass)), issueCount: orNull(string(text, J.issueCount)) }
    : { ...located, ethnicity: ETHNIC_BY_CODE.get(string(text, ETHNIC)) ?? null };
};

/** Does the card's number pass its own check? A number that does not was misread, or so written by its issuer. */
export const numberPassesCheck = (card: IdCard): boolean => (card.kind === 'foreign-2017' ? isPermanentResidence2017Number(card.idNumber) : isCitizenNumber(card.idNumber));

const compact = (isoDate: string | null): string => (isoDate === null ? '长期' : isoDate.replaceAll('-', ''));

/**
 * Writes a text record, as a card holds it.
 * @throws RangeError when a value is longer than its field
 */
export const encodeText = (card: IdCard): Uint8Array => {
  const text = Buffer.alloc(TEXT_BYTES);
  for (let at = 0; at < TEXT_BYTES; at += 2) text.writeUInt16LE(0x20, at);
  const put = ([offset, length]: Field, value: string | null): void => {
    const bytes = Buffer.from(value ?? '', 'utf16le');
    if (bytes.length > length) throw new RangeError(`a value of ${bytes.length / 2} characters does not fit the field of ${length / 2} at byte ${offset}`);
    bytes.copy(text, offset);
  };
  put(KIND_AT, LETTER_BY_KIND[card.kind]);
  if (card.kind === 'foreign-2017') {
    put(I.latin, card.nameLatin ?? card.name);
    put(I.name, card.name === card.nameLatin ? null : card.name);
    put(I.sex, CODE_BY_SEX[card.sex]);
    put(I.idNumber, card.idNumber);
    put(I.nationality, card.nationality);
    put(I.from, compact(card.validFrom));
    put(I.to, compact(card.validTo));
    put(I.birth, compact(card.birthDate));
    put(I.version, '01');
    put(I.authority, card.issuer);
    return text;
  }
  put(COMMON.name, card.kind === 'foreign-2023' && card.name === card.nameLatin ? null : card.name);
  put(COMMON.sex, CODE_BY_SEX[card.sex]);
  put(COMMON.birth, compact(card.birthDate));
  put(COMMON.idNumber, card.idNumber);
  put(COMMON.from, compact(card.validFrom));
  put(COMMON.to, compact(card.validTo));
  if (card.kind === 'foreign-2023') {
    const latin = card.nameLatin ?? '';
    put(Y.latinFirst, latin.slice(0, 35));
    put(Y.latinRest, latin.slice(35));
    put(Y.renewals, card.issueCount);
    put(Y.nationality, card.nationality);
    return text;
  }
  put(COMMON.address, card.address);
  put(COMMON.issuer, card.issuer);
  if (card.kind === 'hmt') {
    put(J.pass, card.passNumber);
    put(J.issueCount, card.issueCount);
  } else {
    put(ETHNIC, card.ethnicity === null ? null : (CODE_BY_ETHNIC.get(card.ethnicity) ?? '97'));
  }
  return text;
};
