/** Requests to the hall's API. Nothing here throws: what the hall did not take, it says why. */
import type { Refusal } from '../api/hall-types.ts';

/** `status` 0: the hall does not answer. */
export type Answer<T> = { ok: true; value: T } | { ok: false; status: number; body: unknown };

export type Method = 'GET' | 'POST' | 'PUT';

/** @param ms after which it counts as not answered: a line that was cut without a word would keep whoever asks for minutes; left out: as long as it takes */
export const ask = async <T,>(method: Method, path: string, body?: unknown, ms?: number): Promise<Answer<T>> => {
  try {
    const answer = await fetch(path, { method, cache: 'no-store', ...(ms === undefined ? {} : { signal: AbortSignal.timeout(ms) }), ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) });
    const told: unknown = await answer.json();
    return answer.ok ? { ok: true, value: told as T } : { ok: false, status: answer.status, body: told };
  } catch {
    return { ok: false, status: 0, body: null };
  }
};

/** Words of a refusal: what the rules say, or why the request did not get that far. */
export type Why = Refusal | 'changed-meanwhile' | 'away' | 'signed-out' | 'not-allowed' | 'not-kept' | 'database-away' | 'pressed-twice';

export const whyOf = ({ status, body }: Extract<Answer<unknown>, { ok: false }>): Why => {
  if (status === 0) return 'away';
  if (status === 401) return 'signed-out';
  if (status === 403) return 'not-allowed';
  const said = typeof body === 'object' && body !== null && 'refusal' in body && typeof body.refusal === 'string' ? (body.refusal as Refusal) : null;
  return said ?? 'not-kept';
};
