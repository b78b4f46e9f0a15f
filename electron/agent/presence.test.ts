import { describe, expect, it } from 'vitest';
import { Presence } from './presence.ts';

const at = { now: 0 };
const clock = { monotonic: () => at.now };

describe('who is near the terminal', () => {
  it('is known from the sensor alone: without its word, and where nothing is configured, nobody is taken to be away', () => {
    at.now = 0;
    const presence = new Presence({ restAfterSeconds: 60 }, clock);
    expect(presence.alone()).toBe(null);
    expect(presence.say(false)).toBe(true);
    at.now = 61_000;
    expect(presence.alone()).toEqual({ forMs: 61_000, restAfterMs: 60_000 });
    presence.say(null);
    expect(presence.alone()).toBe(null);
    const never = new Presence({ restAfterSeconds: undefined }, clock);
    never.say(false);
    expect(never.alone()).toBe(null);
  });

  it('a level that is said again is nothing new; a touch counts against a blind sensor', () => {
    at.now = 0;
    const presence = new Presence({ restAfterSeconds: 60 }, clock);
    presence.say(false);
    at.now = 40_000;
    expect(presence.say(false)).toBe(false);
    expect(presence.alone()?.forMs).toBe(40_000);
    presence.touched();
    at.now = 50_000;
    expect(presence.alone()?.forMs).toBe(10_000);
    expect(presence.say(true)).toBe(true);
    expect(presence.alone()).toBe(null);
  });
});
