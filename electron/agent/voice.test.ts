import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { condition } from '../../drivers/contract.ts';
import { ManualClock } from '../clock/index.ts';
import type { Deps } from './deps.ts';
import { inPieces, Voice } from './voice.ts';

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** A loudspeaker that says a sentence until the test ends it. */
const speaker = (options: Record<string, unknown> = {}) => {
  const clock = new ManualClock(0);
  const said: { input: { text: string; language: string; private?: boolean }; cut: boolean; end: () => void }[] = [];
  const state = { busy: 0, tried: 0 };
  const health = { id: 'speaker', deviceClass: 'sound', lastSeen: 'now', status: { online: true, component: 'ready', media: 'no-sensor', conditions: [] as unknown[], supplies: [], model: null } };
  const deps = {
    clock,
    config: { terminal: { devices: [{ id: 'speaker', class: 'sound', transport: 'sound:default', options }] } },
    devices: {
      health: () => [health],
      command: (_class: string, command: string, input: { text: string; language: string }, { signal }: { signal: AbortSignal }) => {
        expect(command).toBe('say');
        state.tried += 1;
        if (state.busy > 0) {
          state.busy -= 1;
          return Promise.resolve({ ok: false, fault: { code: 'busy' } });
        }
        return new Promise((resolve) => {
          const one = { input, cut: false, end: () => resolve({ ok: true, value: {} }) };
          said.push(one);
          signal.addEventListener('abort', () => {
            one.cut = true;
            resolve({ ok: false, fault: { code: 'cancelled' } });
          });
        });
      },
    },
  } as unknown as Deps;
  return { voice: new Voice(deps), clock, said, state, health };
};

describe('the voice of the spoken mode', () => {
  it('breaks off for what is newer, and says no more than the newest of many', async () => {
    const { voice, said } = speaker();
    voice.say('您好', 'zh');
    await settle();
    for (const text of ['一', '二', '三']) voice.say(text, 'zh');
    await settle();
    expect(said.map(({ input, cut }) => [input.text, cut])).toEqual([['您好', true], ['三', false]]);
    await voice.stop();
    expect(said[1]!.cut).toBe(true);
  });

  it('hands every text to the loudspeaker as a private one', async () => {
    const { voice, said } = speaker();
    voice.say('您好', 'en');
    await settle();
    expect(said[0]!.input).toEqual({ text: '您好', language: 'en', private: true });
    await voice.stop();
  });

  it('waits for somebody else’s sentence, and not for ever', async () => {
    const { voice, said, state, clock } = speaker();
    state.busy = 2;
    voice.say('您好', 'zh');
    for (let count = 0; count < 2; count += 1) {
      await settle();
      expect(said).toHaveLength(0);
      clock.advance(200);
    }
    await settle();
    expect(said).toHaveLength(1);
    state.busy = 1_000;
    voice.say('再见', 'zh');
    for (let count = 0; count < 100; count += 1) {
      await settle();
      clock.advance(200);
    }
    const { tried } = state;
    clock.advance(10_000);
    await settle();
    expect([state.tried, said.length]).toEqual([tried, 1]);
    await voice.stop();
  });

  it('says a long text in parts, one after the other, until something else is to be said', async () => {
    const { voice, said } = speaker();
    voice.say('一二三四五六七八九。'.repeat(120), 'zh');
    await settle();
    said[0]!.end();
    await settle();
    expect(said).toHaveLength(2);
    voice.say('新', 'zh');
    await settle();
    expect(said.map(({ input }) => input.text.length)).toEqual([500, 500, 1]);
    await voice.stop();
  });

  it('speaks the languages of its loudspeaker, none that has no voice, and nothing while it is out', () => {
    const { voice, health } = speaker();
    expect(voice.languages()).toEqual(['zh', 'en']);
    health.status.conditions = [condition('voice-missing', 'warning', 'en')];
    expect(voice.languages()).toEqual(['zh']);
    health.status.conditions = [condition('voice-missing', 'warning', 'zh, en')];
    expect(voice.languages()).toEqual([]);
    health.status.conditions = [condition('disconnected', 'error')];
    expect(voice.languages()).toEqual([]);
    expect(speaker({ languages: ['zh'] }).voice.languages()).toEqual(['zh']);
    expect(speaker({ languages: 'en,fr' }).voice.languages()).toEqual(['en']);
  });
});

describe('a text in parts', () => {
  it('loses nothing, breaks at sentences where it can, and never inside a character', () => {
    expect(inPieces('甲。乙，丙丁戊己', 5)).toEqual(['甲。', '乙，', '丙丁戊己']);
    expect(inPieces('one two three', 8)).toEqual(['one two', 'three']);
    expect(inPieces('𠮷𠮷𠮷', 3)).toEqual(['𠮷', '𠮷', '𠮷']);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.integer({ min: 2, max: 40 }), (text, most) => {
        const pieces = inPieces(text, most);
        expect(pieces.every((piece) => piece.length > 0 && piece.length <= most)).toBe(true);
        expect(pieces.join('').replaceAll(/\s/gu, '')).toBe(text.replaceAll(/\s/gu, ''));
      }),
    );
  });
});
