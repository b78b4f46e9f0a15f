import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SpokenKey } from '../../api/types.ts';
import { arrived, brought, NO_FOCUS, pressed, type Act, type Focus } from './focus.ts';
import type { Stop } from './stops.ts';

const WORDS = { fromTop: 'top', fromEnd: 'end', noBack: 'no back' };
const KEYS: readonly SpokenKey[] = ['previous', 'next', 'back', 'repeat', 'confirm'];
const stop = (ref: string, kind: Stop<string>['kind'] = 'read'): Stop<string> => ({ ref, kind, text: `say ${ref}` });
/** Title, sentence, three entries, and the way back. */
const PAGE = [stop('strip'), stop('title'), stop('lead'), stop('one', 'press'), stop('two', 'press'), stop('back', 'press')];
const said = (acts: readonly Act<string>[]): string[] => acts.map((act) => (act.do === 'say' ? act.text : `press ${act.ref}`));

/** Presses keys one after the other. */
const walk = (keys: readonly SpokenKey[], stops = PAGE, from: Focus<string> = arrived(stops, 'title').focus): string[] => {
  let focus = from;
  return keys.flatMap((key) => {
    const moved = pressed(focus, key, stops, stops.find(({ ref }) => ref === 'back') ?? null, WORDS);
    focus = moved.focus;
    return said(moved.acts);
  });
};

describe('a page that comes', () => {
  it('has its title said, and then the sentence', () => {
    const { focus, acts } = arrived(PAGE, 'title');
    expect([focus.ref, said(acts)]).toEqual(['title', ['say title', 'say lead']]);
  });

  it('without a sentence, or without a title, has said what stands there first', () => {
    expect(said(arrived([stop('title'), stop('one', 'press')], 'title').acts)).toEqual(['say title']);
    expect(said(arrived([stop('one', 'press'), stop('two')], null).acts)).toEqual(['say one']);
    expect(arrived([], null)).toEqual({ focus: NO_FOCUS, acts: [] });
  });
});

describe('the keys', () => {
  it('go through the page in its order, after what was said with the title, and back again', () => {
    expect(walk(['next', 'next', 'previous', 'previous', 'previous', 'previous'])).toEqual(['say one', 'say two', 'say one', 'say lead', 'say title', 'say strip']);
  });

  it('go around at both ends, and say so', () => {
    expect(walk(['next', 'next', 'next', 'next', 'previous'])).toEqual(['say one', 'say two', 'say back', 'top', 'say strip', 'end', 'say back']);
  });

  it('press what can be pressed, and say again what is only read', () => {
    expect(walk(['confirm', 'next', 'confirm', 'repeat'])).toEqual(['say title', 'say lead', 'say one', 'press one', 'say one']);
    expect(walk(['repeat', 'next', 'repeat', 'previous', 'confirm'])).toEqual(['say title', 'say lead', 'say one', 'say one', 'say lead', 'say lead']);
  });

  it('lead back by the page’s own way, and say where there is none', () => {
    expect(walk(['back'])).toEqual(['press back']);
    expect(walk(['back'], PAGE.slice(0, 4))).toEqual(['no back']);
  });

  it('begin at the top, or at the end, where nothing has the focus yet', () => {
    expect(walk(['next'], PAGE, NO_FOCUS)).toEqual(['say strip']);
    expect(walk(['previous'], PAGE, NO_FOCUS)).toEqual(['say back']);
    expect(walk(['next', 'previous', 'confirm', 'repeat'], [], NO_FOCUS)).toEqual([]);
  });

  it('go on at the same place when what had the focus is gone, and press nothing else instead', () => {
    const { focus } = brought(PAGE, 3);
    const without = PAGE.filter(({ ref }) => ref !== 'one');
    expect(walk(['next'], without, focus)).toEqual(['say two']);
    expect(walk(['previous'], without, focus)).toEqual(['say lead']);
    expect(walk(['confirm'], without, focus)).toEqual(['say two']);
  });

  it('stop at each of several things that one element says', () => {
    const twice = [stop('row'), stop('row'), stop('after')];
    expect(walk(['next', 'next', 'next'], twice, NO_FOCUS)).toEqual(['say row', 'say row', 'say after']);
    expect(walk(['previous', 'previous'], twice, brought(twice, 2).focus)).toEqual(['say row', 'say row']);
  });

  it('reach every stop from everywhere, whatever was pressed before, and always have something said or pressed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.array(fc.constantFrom(...KEYS), { maxLength: 30 }), fc.array(fc.nat(11), { maxLength: 3 }), (length, keys, gone) => {
        const all = Array.from({ length }, (_, index) => stop(String(index), index % 2 === 0 ? 'read' : 'press'));
        let focus: Focus<string> = NO_FOCUS;
        for (const key of keys) {
          const moved = pressed(focus, key, all, null, WORDS);
          expect(moved.acts.length).toBeGreaterThan(0);
          ({ focus } = moved);
        }
        const left = all.filter((_, index) => !gone.includes(index));
        const reached = new Set<string | null>();
        for (let count = 0; count <= left.length; count += 1) {
          ({ focus } = pressed(focus, 'next', left, null, WORDS));
          reached.add(focus.ref);
        }
        expect(left.every(({ ref }) => reached.has(ref))).toBe(true);
      }),
    );
  });
});
