/**
 * Keeps a scanner that types away from the page: keys that may be a code's reach no field and press no button. The glass has
 * its own keyboard, so nothing on this page waits for characters of another.
 */
import { GAP_MS, NO_KEYS, pressed } from '../ui/keyboard/wedge.ts';

/** What half a code leaves is forgotten this long after its last key. */
const FORGET_MS = 4 * GAP_MS;

/**
 * Begins at once, and before whatever else listens for keys.
 * @param tell gets every whole code
 * @returns the way to stop
 */
export function guardKeys(tell: (code: string) => void): () => void {
  let wedge = NO_KEYS;
  let forget = 0;
  const onKey = (event: KeyboardEvent): void => {
    const step = pressed(wedge, { key: event.key, code: event.code, up: event.type === 'keyup', alt: event.altKey, control: event.ctrlKey || event.metaKey, at: event.timeStamp });
    wedge = step.wedge;
    window.clearTimeout(forget);
    forget = window.setTimeout(() => {
      wedge = NO_KEYS;
    }, FORGET_MS);
    if (step.take) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
    if (step.code !== null) tell(step.code);
  };
  const options = { capture: true, passive: false } as const;
  window.addEventListener('keydown', onKey, options);
  window.addEventListener('keyup', onKey, options);
  return () => {
    window.clearTimeout(forget);
    window.removeEventListener('keydown', onKey, options);
    window.removeEventListener('keyup', onKey, options);
  };
}

/** Hands a code to the agent, which knows whether anybody waits for one. Never throws. */
export async function postCode(code: string): Promise<void> {
  try {
    await fetch('/api/citizen/codes', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ text: code }), cache: 'no-store' });
  } catch {
    // No agent: nobody waits.
  }
}
