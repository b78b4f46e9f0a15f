import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { IdCard } from '../contract.ts';
import { parseCardFile } from './card-file.ts';
import { isCalendarDay, isCitizenNumber, isExpired, isPermanentResidence2017Number, mod11Check, weight731Check } from './numbers.ts';
import { SPECIMENS } from './specimens.ts';
import { CODE_BY_ETHNIC } from './tables.ts';
import { decodeNewAddress, decodeText, encodeNewAddress, encodeText, numberPassesCheck } from './text.ts';

const characters = fc.constantFrom(...'王李张欧阳诸葛·𠮷㐂䶮艾麦提ABCxyz 0');
/** Text of at most `units` UTF-16 units that padding cannot change. */
const text = (units: number) =>
  fc
    .array(characters, { minLength: 1, maxLength: units })
    .map((list) => list.join('').trim())
    .filter((value) => value !== '' && value.length <= units);
const maybe = (units: number) => fc.option(text(units), { nil: null });
const latin = fc.stringMatching(/^[A-Z]{2,20}, [A-Z]{2,20}$/);
const day = fc.date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10));
const code = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`));
const sex = fc.constantFrom<IdCard['sex'][]>('male', 'female', 'unknown', 'unspecified');
const none = fc.constant(null);
const base = { sex, birthDate: day, validFrom: day, validTo: fc.option(day, { nil: null }), photo: none };

const cards: fc.Arbitrary<IdCard> = fc.oneof(
  fc.record({ ...base, kind: fc.constant('resident' as const), name: text(15), nameLatin: none, ethnicity: fc.constantFrom(...CODE_BY_ETHNIC.keys()), address: maybe(35), idNumber: code(18), issuer: maybe(15), nationality: none, passNumber: none, issueCount: none }),
  fc.record({ ...base, kind: fc.constant('hmt' as const), name: text(15), nameLatin: none, ethnicity: none, address: maybe(35), idNumber: code(18), issuer: maybe(15), nationality: none, passNumber: fc.option(code(9), { nil: null }), issueCount: fc.option(code(2), { nil: null }) }),
  fc.record({ ...base, kind: fc.constant('foreign-2023' as const), name: text(15), nameLatin: latin, ethnicity: none, address: none, idNumber: code(18), issuer: none, nationality: fc.constantFrom('PAK', 'FRA'), passNumber: none, issueCount: fc.option(code(2), { nil: null }) }),
  fc.record({ ...base, kind: fc.constant('foreign-2017' as const), name: text(15), nameLatin: latin, ethnicity: none, address: none, idNumber: fc.constant('PAK310080010103'), issuer: fc.option(code(4), { nil: null }), nationality: fc.constantFrom('PAK', 'FRA'), passNumber: none, issueCount: none }),
);

describe('text record', () => {
  test('all four layouts say what was written on them', () => {
    fc.assert(
      fc.property(cards, (card) => {
        expect(decodeText(encodeText(card), null)).toEqual({ ok: true, value: card });
      }),
    );
  });

  test('a Latin name longer than its first field goes on in the second', () => {
    const card = { ...SPECIMENS.find(({ id }) => id === 'foreign-2023')!.card, nameLatin: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ, ABCDEFGHIJKLMNO', photo: null };
    expect(decodeText(encodeText(card), null)).toEqual({ ok: true, value: card });
  });

  test('a resident record has its fields where the published layout has them', () => {
    const { card } = SPECIMENS[0]!;
    const bytes = Buffer.from(encodeText(card));
    const at = (from: number, length: number) => bytes.subarray(from, from + length).toString('utf16le');
    expect([at(0, 30).trimEnd(), at(30, 2), at(32, 4), at(36, 16), at(122, 36), at(188, 16), at(204, 16), at(248, 2)]).toEqual(['欧阳吉祥', '1', '01', '19880512', card.idNumber, '20160301', '20360301', ' ']);
  });

  test('长期 is no end of validity', () => {
    const { card } = SPECIMENS.find(({ id }) => id === 'long-term')!;
    expect(Buffer.from(encodeText(card)).subarray(204, 220).toString('utf16le')).toBe('长期      ');
    expect(decodeText(encodeText(card), null)).toMatchObject({ ok: true, value: { validTo: null } });
  });

  test('any 256 bytes are a card or unreadable, and the fault repeats nothing of them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 256, maxLength: 256 }), (bytes) => {
        const result = decodeText(bytes, null);
        expect(result.ok || (result.fault.code === 'media-unreadable' && /^the card's [a-z ]+ cannot be read$/.test(result.fault.message))).toBe(true);
      }),
    );
  });

  test.each([
    ['a birth date that no calendar has', 36, '20230229'],
    ['a sex outside the table', 30, '7'],
    ['a kind that is none', 248, 'Q'],
    ['half a character in the name', 0, '\ud842'],
  ])('%s is unreadable', (_what, offset, value) => {
    const bytes = Buffer.from(encodeText(SPECIMENS[0]!.card));
    bytes.write(value, offset, 'utf16le');
    expect(decodeText(bytes, null)).toMatchObject({ ok: false, fault: { code: 'media-unreadable' } });
  });
});

describe('numbers', () => {
  test('the check character is that of ISO 7064 MOD 11-2 in its recursive form', () => {
    fc.assert(
      fc.property(code(17), (body) => {
        let product = 0;
        for (const digit of body) product = ((product + Number(digit)) * 2) % 11;
        const check = (12 - product) % 11;
        expect(mod11Check(body)).toBe(check === 10 ? 'X' : String(check));
      }),
    );
  });

  test('the published specimen pair passes', () => {
    expect(isCitizenNumber('931586198001010028')).toBe(true);
    expect(isPermanentResidence2017Number('PAK310080010103')).toBe(true);
    expect(weight731Check('PAK31008001010')).toBe('3');
  });

  test('one changed digit fails, and so does a right check character on an impossible date', () => {
    expect(isCitizenNumber('931586198001010038')).toBe(false);
    expect(isCitizenNumber(`99010119880230001${mod11Check('99010119880230001')}`)).toBe(false);
    expect(isCalendarDay('20240229')).toBe(true);
    expect(isCalendarDay('19000229')).toBe(false);
  });

  test('every specimen passes its own check and is told apart by its number', () => {
    expect(SPECIMENS.filter(({ card }) => !numberPassesCheck(card)).map(({ id }) => id)).toEqual([]);
    expect(new Set(SPECIMENS.map(({ card }) => card.idNumber)).size).toBe(SPECIMENS.length);
    expect(SPECIMENS.find(({ id }) => id === 'long-name')!.card.name).toHaveLength(15);
  });
});

test('a card is good on its last day, past it the day after, and never without one', () => {
  expect([isExpired({ validTo: '2026-03-01' }, '2026-03-01'), isExpired({ validTo: '2026-03-01' }, '2026-03-02'), isExpired({ validTo: null }, '2999-01-01')]).toEqual([false, true, false]);
});

test('any bytes are a newer address or none, whole or not at all', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 141 }), (bytes) => {
      const found = decodeNewAddress(bytes);
      expect(found === null || (bytes.length === 70 && found.address.isWellFormed())).toBe(true);
    }),
  );
  fc.assert(
    fc.property(text(35), (address) => {
      expect(decodeNewAddress(encodeNewAddress(address))).toEqual({ address, unmapped: [] });
    }),
  );
  expect(() => encodeNewAddress('长'.repeat(36))).toThrow(RangeError);
});

describe('card files', () => {
  test('what a read prints can be laid on the emulator again', () => {
    for (const { card } of SPECIMENS) {
      const { photo: _photo, ...printed } = card;
      expect(parseCardFile(Buffer.from(JSON.stringify({ ...printed, photoBytes: 1024 })))).toEqual({ ...card, photo: null });
    }
  });

  test("a card's own bytes are taken too", () => {
    const { card } = SPECIMENS[1]!;
    expect(parseCardFile(Buffer.concat([encodeText(card), card.photo!]))).toEqual(card);
  });

  test('a mistake is named by its field', () => {
    expect(() => parseCardFile(Buffer.from('{"name":"x"}'))).toThrow(/at sex/);
    expect(() => parseCardFile(Buffer.from('nothing'))).toThrow(/neither JSON/);
  });
});
