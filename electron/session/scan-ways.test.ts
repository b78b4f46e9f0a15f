/** Paper under the document camera, beside or in place of the scanner. */
import { describe, expect, it } from 'vitest';
import { config, scannedPage, World } from './fixtures.ts';
import { scanWays } from './scan-ways.ts';
import { viewOf } from './view.ts';

const CAMERA = { id: 'camera', class: 'document-camera' as const, transport: 'page:camera', where: { zh: '右边托板', en: 'The plate on the right' }, options: {} };
const others = config.terminal.devices.filter((device) => device.class !== 'scanner');

/** At the first material to be scanned, of a terminal that has a camera. */
const atMaterials = (alone = false): World => {
  const world = new World();
  world.terminal = { ...config.terminal, devices: [...(alone ? others : config.terminal.devices), CAMERA] };
  world.toForm();
  world.answerAll();
  expect(world.state.page).toMatchObject({ at: 'materials', phase: 'insert' });
  return world;
};
const materialId = (world: World): string => (world.state.page.at === 'materials' ? world.state.page.materialId : '');
const screen = (world: World) => {
  const { screen: shown } = viewOf(world.state, { ...world.env(), nowText: '2026-11-22T03:12:00+08:00', clockKnown: true, pageDevices: [] }, 1);
  if (shown.kind !== 'materials') throw new Error(shown.kind);
  return shown;
};
const shoot = (world: World, id: string): void => {
  world.on({ type: 'page-scanned', materialId: materialId(world), page: scannedPage(id) });
  world.on({ type: 'camera-ended', fault: null });
};

describe('a terminal with a scanner and a document camera', () => {
  it('offers the scanner first, the camera beside it, and what works before what does not', () => {
    const world = atMaterials();
    expect(screen(world).ways.map(({ way, ready }) => [way, ready])).toEqual([['scanner', true], ['camera', true]]);
    world.broken.add('scanner');
    expect(screen(world).ways.map(({ way, ready }) => [way, ready])).toEqual([['camera', true], ['scanner', false]]);
    expect(screen(world).where).toEqual(CAMERA.where);
    world.broken.add('document-camera');
    expect(screen(world).ways[0]?.way).toBe('scanner');
  });

  it('scans when nothing else is said, and opens the camera when it is asked for', () => {
    expect(atMaterials().touch({ type: 'scan' }).map((effect) => effect.do)).toEqual(['scan']);
    const world = atMaterials();
    expect(world.touch({ type: 'scan', way: 'camera' })).toEqual([]);
    expect(world.state.page).toMatchObject({ phase: 'camera', way: 'camera' });
  });

  it('goes from the camera to the scanner with one touch', () => {
    const world = atMaterials();
    world.touch({ type: 'scan', way: 'camera' });
    expect(world.touch({ type: 'scan', way: 'scanner' }).map((effect) => effect.do)).toEqual(['scan']);
    expect(world.state.page).toMatchObject({ phase: 'scanning' });
  });
});

describe('a page under the camera', () => {
  it('becomes a page of the material, and the camera is the way for the next one', () => {
    const world = atMaterials();
    world.touch({ type: 'scan', way: 'camera' });
    shoot(world, 'one');
    expect(screen(world)).toMatchObject({ phase: 'review', fault: null, pages: [{ id: 'one' }] });
    expect(screen(world).ways[0]?.way).toBe('camera');
  });

  it('can be taken again: the old picture goes when the new one is there', () => {
    const world = atMaterials();
    world.touch({ type: 'scan', way: 'camera' });
    shoot(world, 'one');
    expect(world.touch({ type: 'scan', way: 'camera', instead: 'one' })).toEqual([]);
    expect(world.state.page).toMatchObject({ phase: 'camera', instead: 'one' });
    world.on({ type: 'page-scanned', materialId: materialId(world), page: scannedPage('two'), instead: 'one' });
    world.on({ type: 'camera-ended', fault: null });
    expect(screen(world).pages.map(({ id }) => id)).toEqual(['two']);
  });

  it('is left by going back, with what was taken before', () => {
    const world = atMaterials();
    world.touch({ type: 'scan', way: 'camera' });
    expect(world.touch({ type: 'back' }).map((effect) => effect.do)).toEqual(['cancel-scan']);
    expect(world.state.page).toMatchObject({ phase: 'insert' });
  });

  it.each(['disconnected', 'not-responding', 'media-unreadable'] as const)('ends with %s told of the camera, and a way on', (fault) => {
    const world = atMaterials();
    world.touch({ type: 'scan', way: 'camera' });
    if (fault !== 'media-unreadable') world.broken.add('document-camera');
    world.on({ type: 'camera-ended', fault });
    expect(screen(world)).toMatchObject({ phase: 'insert', way: 'camera', fault });
    expect(screen(world).ways.some(({ way, ready }) => way === 'scanner' && ready)).toBe(true);
    expect(world.touch({ type: 'scan', way: 'scanner' }).map((effect) => effect.do)).toEqual(['scan']);
  });

  it('that comes when nobody waits for it any more changes nothing', () => {
    const world = atMaterials();
    const before = world.state;
    world.on({ type: 'camera-ended', fault: null });
    expect(world.state).toEqual(before);
  });
});

describe('a terminal with a document camera alone', () => {
  it('opens it without being told the way', () => {
    const world = atMaterials(true);
    expect(scanWays(world.env(), null)).toEqual([{ way: 'camera', ready: true }]);
    world.touch({ type: 'scan' });
    expect(world.state.page).toMatchObject({ phase: 'camera' });
    expect(world.touch({ type: 'scan', way: 'scanner' })).toEqual([]);
  });
});
