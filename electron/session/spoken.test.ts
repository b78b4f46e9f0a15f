import { describe, expect, it } from 'vitest';
import { World } from './fixtures.ts';
import { viewOf } from './view.ts';

const view = (world: World) => viewOf(world.state, { ...world.env(), nowText: '2026-11-22T10:24:09+08:00', clockKnown: true, pageDevices: [] }, 1);
const spoken = (world: World) => view(world).modes.spoken;

describe('the spoken mode', () => {
  it('is offered where the language now shown can be said, and nowhere else', () => {
    const world = new World();
    expect(spoken(world)).toEqual({ on: false, languages: ['zh', 'en'], pad: false });
    world.terminal = { ...world.terminal, devices: [...world.terminal.devices, { id: 'pad', class: 'nav-pad', transport: 'hid:05ac:0220', where: { zh: '下', en: 'below' }, options: {} }] };
    expect(spoken(world)).toMatchObject({ pad: true });
    world.speaks = ['zh'];
    world.touch({ type: 'set-language', language: 'en' });
    expect(spoken(world)).toBeNull();
    world.touch({ type: 'set-spoken', on: true });
    expect(world.state.spoken).toBe(false);
    world.speaks = [];
    world.touch({ type: 'set-language', language: 'zh' });
    expect(spoken(world)).toBeNull();
  });

  it('does not take whoever listens into a language that nothing here says', () => {
    const world = new World();
    world.speaks = ['zh'];
    world.touch({ type: 'set-spoken', on: true });
    world.touch({ type: 'set-language', language: 'en' });
    expect([world.state.language, spoken(world)]).toEqual(['zh', { on: true, languages: ['zh'], pad: false }]);
    // A loudspeaker that is gone says neither: then nobody is kept from reading.
    world.speaks = [];
    world.touch({ type: 'set-language', language: 'en' });
    expect(world.state.language).toBe('en');
  });

  it('waits twice as long, with large letters too, and goes with its session', () => {
    for (const elder of [false, true]) {
      const world = new World();
      world.touch({ type: 'set-spoken', on: true });
      if (elder) world.touch({ type: 'set-elder', on: true });
      world.toForm();
      world.wait(89);
      expect(view(world).idle).toBeNull();
      world.wait(1);
      expect(view(world).idle?.totalSeconds).toBe(80);
      world.wait(80);
      expect([world.state.spoken, world.state.elder]).toEqual([false, false]);
    }
  });

  it('on the home page falls back after its time as well, and the page does not go quiet before', () => {
    const world = new World();
    world.alone = { forMs: 3_600_000, restAfterMs: 1 };
    world.touch({ type: 'set-spoken', on: true });
    world.wait(100);
    expect([world.state.page.at, world.state.spoken, view(world).inSession]).toEqual(['home', true, true]);
    world.wait(100);
    expect([world.state.page.at, world.state.spoken]).toEqual(['rest', false]);
  });

  it('turned on while it is asked whether somebody is there leaves that question, which is then read out', () => {
    const world = new World();
    world.toForm();
    world.wait(50);
    world.touch({ type: 'set-spoken', on: true });
    expect([world.state.spoken, world.state.askedAt === null]).toEqual([true, false]);
    world.touch({ type: 'stay' });
    expect(world.state.askedAt).toBeNull();
  });

  it('stays on through pages and back to the home page', () => {
    const world = new World();
    world.touch({ type: 'set-spoken', on: true });
    world.touch({ type: 'open-items', entry: 'all' });
    world.touch({ type: 'back' });
    expect([world.state.page.at, world.state.spoken]).toEqual(['home', true]);
    world.touch({ type: 'set-spoken', on: false });
    expect(world.state.spoken).toBe(false);
  });
});
