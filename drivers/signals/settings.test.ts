import { describe, expect, it } from 'vitest';
import { signalsSettings } from './settings.ts';

const settingsOf = (options: Record<string, unknown>) => signalsSettings('modbus:tcp:127.0.0.1:502', options);

describe('lamps and sensors of a relay board', () => {
  it('have a number each', () => {
    expect(settingsOf({ outputs: { card: 0, slip: 1 }, inputs: { presence: 0 } })).toMatchObject({ ok: true, settings: { outputs: new Map([['card', 0], ['slip', 1]]) } });
  });
  it('are refused by name where two stand on one coil, written as a list too', () => {
    expect(settingsOf({ outputs: { card: 0, slip: 1, scanner: 1 } })).toEqual({ ok: false, expected: '"slip" and "scanner" both have the number 1; each has one of its own' });
    expect(settingsOf({ outputs: 'card:3,a4:3' })).toEqual({ ok: false, expected: '"card" and "a4" both have the number 3; each has one of its own' });
  });
  it('are refused by name where two read one contact', () => {
    expect(settingsOf({ inputs: { presence: 2, door: { at: 2, closedIs: 'off' } } })).toEqual({ ok: false, expected: '"presence" and "door" both have the number 2; each has one of its own' });
  });
});
