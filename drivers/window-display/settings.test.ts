import { describe, expect, test } from 'vitest';
import { BOARD_FAMILIES } from './profiles.ts';
import { countersOf, windowDisplaySettings } from './settings.ts';

const boardsOf = (options: Record<string, unknown>) => {
  const parsed = windowDisplaySettings(options);
  return parsed.ok ? parsed.value.boards : parsed.fault.message;
};
const LINE = [{ board: 1, counter: '3' }, { board: 2, counter: '4' }];

describe('boards of a line', () => {
  test('are one where nothing is said, for any counter', () => {
    for (const profile of BOARD_FAMILIES) expect(boardsOf({ profile })).toEqual([{ board: 1, counter: null }]);
  });
  test('are told by the file as a list, by an address as pairs', () => {
    expect(boardsOf({ boards: LINE })).toEqual(LINE);
    expect(boardsOf({ boards: '1:3,2:4' })).toEqual(LINE);
    expect(boardsOf({ boards: 9 })).toEqual([{ board: 9, counter: null }]);
    expect(boardsOf({ boards: [{ counter: 3 }] })).toEqual([{ board: 1, counter: '3' }]);
  });
  test.each([
    ['an address twice', { boards: [...LINE, { board: 2, counter: '5' }] }, /two boards with the address 2/],
    ['an address left out twice', { boards: [{ counter: '3' }, { counter: '4' }] }, /two boards with the address 1/],
    ['a counter twice', { boards: [...LINE, { board: 3, counter: '4' }] }, /two boards for the counter 4/],
    ['a board without a counter beside another', { boards: '1:3,2' }, /board 2 has no counter/],
    ['an address that calls all boards at once', { boards: [{ board: 0, counter: '3' }] }, /addresses from 1 to 255; there is no board 0/],
    ['an address that the make has not', { profile: 'fds-mled', boards: '1:3,10:4' }, /addresses from 1 to 9; there is no board 10/],
    ['several boards of a make without addresses', { profile: 'sunpn', boards: LINE }, /sunpn have no address, so one hangs on its line alone; here are 2/],
    ['an address for a make without addresses', { profile: 'sunpn', boards: [{ board: 2 }] }, /leave "board" out/],
    ['no board at all', { boards: [] }, /cannot use boards;/],
    ['a counter that is none', { boards: [LINE[0], { board: 2, counter: 'four' }] }, /cannot use boards\.1\.counter;/],
    ['what no board has', { boards: [{ board: 1, window: '3' }] }, /cannot use boards\.0\.window;/],
    ['the pairs in another form', { boards: '1=3' }, /cannot use boards;/],
  ])('%s is refused in words', (_what, options, words) => {
    expect(windowDisplaySettings(options)).toMatchObject({ ok: false, fault: { code: 'bad-input', message: expect.stringMatching(words) as string } });
  });
});

test('the counters of a line are read from the file and from the address, which goes before it', () => {
  expect(countersOf('serial:/dev/ttyUSB0', { boards: LINE, record: 'x' })).toEqual(['3', '4']);
  expect(countersOf('serial:/dev/ttyUSB0?baud=9600&boards=1:7', { boards: LINE })).toEqual(['7']);
  expect(countersOf('serial:/dev/ttyUSB0', {})).toEqual([]);
  expect(countersOf('serial:/dev/ttyUSB0', { boards: 'x' })).toEqual([]);
});
