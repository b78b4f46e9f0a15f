/**
 * The keys of the tickets with which boards, counters and terminals take up their TLS sessions again (RFC 8446 §2.2). They outlive the hall's
 * process: after a restart everybody comes back within a moment, and a hundred whole handshakes would keep all of them waiting.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { keptFile } from '../../storage/index.ts';

/** What a TLS server takes for its ticket keys. https://nodejs.org/docs/latest-v20.x/api/tls.html */
const KEY_BYTES = 48;
const DAY_MS = 86_400_000;
/** Seconds that a session may be taken up again: a board hangs on one connection all day. */
export const SESSION_SECONDS = DAY_MS / 1_000;

const kept = z.strictObject({ madeAt: z.number(), keys: z.base64().transform((text) => Buffer.from(text, 'base64')).refine((bytes) => bytes.byteLength === KEY_BYTES) });

/**
 * The hall's ticket keys, made where there are none and anew every day: whoever learns old ones can be nobody for long. They lie beside the
 * certificate's own key, mode 0600. A home that takes nothing gives keys that last as long as the process.
 * @param now milliseconds since 1970
 */
export const ticketKeys = (home: string, now: number): Buffer => {
  const file = keptFile(join(home, 'keys', 'hall-session-tickets.json'));
  const before = kept.safeParse(file.read());
  if (before.success && before.data.madeAt <= now && now - before.data.madeAt < DAY_MS) return before.data.keys;
  const keys = randomBytes(KEY_BYTES);
  try {
    file.write({ madeAt: now, keys: keys.toString('base64') });
  } catch {
    // A full disk costs everybody a whole handshake after the next restart, and nothing else.
  }
  return keys;
};
