/** One port is one device's, whatever it is called. */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkTerminal } from './check-terminal.ts';
import { readYaml } from './yaml-file.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ports-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** What is said of devices with these addresses: the ids that are left out, and the words. */
const said = (...devices: [deviceClass: string, transport: string][]): { out: string[]; words: string } => {
  const device = ([deviceClass, transport]: [string, string], index: number): string => `  - { id: d${index + 1}, class: ${deviceClass}, transport: '${transport}', where: { zh: 下, en: below } }\n`;
  writeFileSync(join(dir, 't.yaml'), `id: t1\nnumber: 1\npanel: { widthMm: 398, lowerEdgeMm: 760 }\ndevices:\n${devices.map(device).join('')}`);
  const { terminal, badDevices, mistakes } = checkTerminal(readYaml(dir, 't.yaml'), {});
  expect(terminal).not.toBeNull();
  return { out: badDevices.map(({ id }) => id), words: mistakes.map(({ message }) => message).join('\n') };
};

describe('two devices on one port', () => {
  it('are found by what their names lead to: the link of udev and the file behind it, a serial port and a device file', () => {
    writeFileSync(join(dir, 'ttyUSB0'), '');
    symlinkSync('ttyUSB0', join(dir, 'usb-FTDI_A1'));
    expect(said(['id-card', `serial:${dir}/usb-FTDI_A1?baud=115200`], ['code-scanner', `serial:${dir}/ttyUSB0?baud=9600`]).out).toEqual(['d2']);
    expect(said(['id-card', `serial:${dir}/ttyUSB0`], ['receipt-printer', `file:${dir}/usb-FTDI_A1`]).out).toEqual(['d2']);
    expect(said(['id-card', `serial:${dir}/ttyUSB0`], ['signals', `modbus:serial:${dir}/../${dir.split('/').at(-1) ?? ''}/ttyUSB0`]).out).toEqual(['d2']);
    symlinkSync('/dev/null', join(dir, 'one'));
    symlinkSync('/dev/zero', join(dir, 'two'));
    expect(said(['id-card', `serial:${dir}/one`], ['code-scanner', 'serial:/dev/null']).words).toContain(`"d1" is on this port already, as serial:${dir}/one`);
    expect(said(['id-card', `serial:${dir}/one`], ['code-scanner', `serial:${dir}/two`]).out).toEqual([]);
  });

  it('that are not plugged in where the file is checked are compared by their names', () => {
    expect(said(['id-card', 'serial:/dev/no-such0'], ['code-scanner', 'serial:/dev//no-such0?baud=9600']).out).toEqual(['d2']);
    expect(said(['id-card', 'serial:/dev/no-such0'], ['code-scanner', 'serial:/dev/no-such1']).out).toEqual([]);
    expect(said(['id-card', 'serial:COM3'], ['code-scanner', 'serial:COM3?baud=9600']).out).toEqual(['d2']);
  });

  it('are one of a make that is named with and without its serial number, and one host in other letters', () => {
    expect(said(['id-card', 'hid:0c2e:0b61'], ['code-scanner', 'hid:0C2E:0B61:A1']).out).toEqual(['d2']);
    expect(said(['call-pad', 'hid:0c2e:0b61:A1'], ['call-pad', 'hid:0c2e:0b61:B2']).out).toEqual([]);
    expect(said(['id-card', 'tcp:Serial-Server:4001'], ['code-scanner', 'tcp:serial-server:4001']).out).toEqual(['d2']);
    expect(said(['id-card', 'tcp:serial-server:4001'], ['code-scanner', 'tcp:serial-server:4002']).out).toEqual([]);
  });

  it('of one class are told how several come onto one line', () => {
    expect(said(['call-pad', 'serial:/dev/no-such0?counters=1:3'], ['call-pad', 'serial:/dev/no-such0?counters=2:4']).words).toMatch(/pads on one line are one device .*counters/);
    expect(said(['locker', 'serial:/dev/no-such0'], ['locker', 'serial:/dev/no-such0']).words).toMatch(/boards on one line are one device/);
    expect(said(['window-display', 'serial:/dev/no-such0'], ['window-display', 'serial:/dev/no-such0']).words).toMatch(/boards on one line are one device .*boards: \[\{ board: 1, counter: '3' \}/);
    expect(said(['id-card', 'serial:/dev/no-such0'], ['locker', 'serial:/dev/no-such0']).words).not.toMatch(/one line/);
  });
});

describe('boards above the counters', () => {
  const lines = (...options: string[]) => {
    const device = (given: string, index: number): string => `  - id: leds-${index + 1}\n    class: window-display\n    transport: 'serial:/dev/no-such${index}'\n    where: { zh: 上, en: above }\n    options:\n      boards:\n${given}`;
    writeFileSync(join(dir, 't.yaml'), `id: t1\nnumber: 1\npanel: { widthMm: 398, lowerEdgeMm: 760 }\ndevices:\n${options.map(device).join('')}`);
    const { terminal, badDevices, mistakes } = checkTerminal(readYaml(dir, 't.yaml'), {});
    return { out: badDevices.map(({ id }) => id), good: terminal?.devices.map(({ id }) => id), told: mistakes.map(({ line, path, message }) => `${line} ${path} ${message}`) };
  };
  const LINE = "        - { board: 1, counter: '3' }\n        - { board: 2, counter: '4' }\n";

  it('hang several on one line, on as many lines as there are', () => {
    expect(lines(LINE, "        - { board: 1, counter: '5' }\n        - { board: 2, counter: 6 }\n")).toEqual({ out: [], good: ['leds-1', 'leds-2'], told: [] });
  });

  it('are told at their line where an address is there twice on one line, or a counter twice in the hall', () => {
    expect(lines(`${LINE}        - { board: 2, counter: '5' }\n`).told).toEqual(['13 devices.0.options.boards.2.board a second board with the address 2']);
    expect(lines(`${LINE}        - { board: 3, counter: '4' }\n`).told).toEqual(['13 devices.0.options.boards.2.counter a second board for counter 4']);
    expect(lines(LINE, "        - { counter: '5' }\n        - { board: 2, counter: 3 }\n")).toEqual({ out: ['leds-2'], good: ['leds-1'], told: ['20 devices.1.options.boards.1.counter "leds-1" has a board for counter 3 already'] });
  });
});
