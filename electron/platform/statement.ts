/**
 * The signed statement in a slip's QR code: `HALL24.1.PAYLOAD.SIGNATURE`, both base64url. The payload is a JSON array of
 * terminal, case number, digest of the case (base64url), time, 1 if the clock was known, position in the terminal's chain of
 * statements, first 8 bytes (base64url) of SHA-256 over the statement before, and the key's short name. Ed25519 over
 * everything before the last dot. It holds nothing of the person.
 */
import { hash, sign, verify, type KeyObject } from 'node:crypto';
import { z } from 'zod';

export interface Statement {
  terminal: string;
  caseNumber: string;
  /** SHA-256 of the canonical case, hex. */
  digest: string;
  /** ISO 8601 with offset, to the second. */
  storedAt: string;
  clockKnown: boolean;
  chainNumber: number;
  /** See {@link chainLink}; empty for the first of a chain. */
  before: string;
  keyId: string;
}

const PREFIX = 'HALL24.1.';
/** What a QR code of a slip can hold and a phone still reads. */
const LONGEST = 300;

const payload = z.tuple([
  z.string().min(1),
  z.string().regex(/^\d{16}$/),
  z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  z.iso.datetime({ offset: true }),
  z.union([z.literal(0), z.literal(1)]),
  z.number().int().positive(),
  z.string().regex(/^(?:[A-Za-z0-9_-]{11})?$/),
  z.string().min(1),
]);

/** Binds a statement to the one before it in the terminal's chain. */
export const chainLink = (before: string | null): string => (before === null ? '' : hash('sha256', before, 'buffer').subarray(0, 8).toString('base64url'));

/**
 * Signs a statement.
 * @throws {RangeError} when it is longer than 300 characters (an absurdly long terminal id)
 */
export const signStatement = (key: KeyObject, statement: Statement): string => {
  const fields = [
    statement.terminal,
    statement.caseNumber,
    Buffer.from(statement.digest, 'hex').toString('base64url'),
    statement.storedAt,
    statement.clockKnown ? 1 : 0,
    statement.chainNumber,
    statement.before,
    statement.keyId,
  ] satisfies z.infer<typeof payload>;
  const head = `${PREFIX}${Buffer.from(JSON.stringify(fields)).toString('base64url')}`;
  const text = `${head}.${sign(null, Buffer.from(head), key).toString('base64url')}`;
  if (text.length > LONGEST) throw new RangeError(`a statement of ${text.length} characters does not fit a slip`);
  return text;
};

export type StatementVerdict = { ok: true; statement: Statement } | { ok: false; reason: 'not-a-statement' | 'wrong-signature' };

/** Reads and checks a statement as scanned from a slip; white space around it does not matter. */
export const verifyStatement = (text: string, publicKey: KeyObject): StatementVerdict => {
  const parts = /^(HALL24\.1\.([A-Za-z0-9_-]{1,300}))\.([A-Za-z0-9_-]{86})$/.exec(text.trim());
  const [, head, body, signature] = parts ?? [];
  if (head === undefined || body === undefined || signature === undefined) return { ok: false, reason: 'not-a-statement' };
  if (!verify(null, Buffer.from(head), publicKey, Buffer.from(signature, 'base64url'))) return { ok: false, reason: 'wrong-signature' };
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(body, 'base64url').toString('utf8'));
  } catch {
    return { ok: false, reason: 'not-a-statement' };
  }
  const parsed = payload.safeParse(json);
  if (!parsed.success) return { ok: false, reason: 'not-a-statement' };
  const [terminal, caseNumber, digest, storedAt, clockKnown, chainNumber, before, keyId] = parsed.data;
  return { ok: true, statement: { terminal, caseNumber, digest: Buffer.from(digest, 'base64url').toString('hex'), storedAt, clockKnown: clockKnown === 1, chainNumber, before, keyId } };
};
