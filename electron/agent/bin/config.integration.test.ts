import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyDemo, DEMO_HALL, HOUSING, type DemoCopy } from '../../../kiosk-config/demo-copy.fixture.ts';

const program = join(import.meta.dirname, '..', '..', '..', 'dist', 'config.js');
const run = (...args: string[]): { status: number | null; stdout: string; stderr: string } => spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });

let demo: DemoCopy;
beforeEach(() => {
  demo = copyDemo();
});
afterEach(() => demo.remove());

describe('config check', () => {
  it('says nothing wrong of the demo hall and exits 0', () => {
    expect(run('check', DEMO_HALL)).toMatchObject({ status: 0, stdout: '' });
  });
  it('prints each mistake as file:line:column message and exits 1', () => {
    const line = demo.edit(HOUSING, 'input: phone', 'input: fone');
    const { status, stdout } = run('check', demo.dir);
    expect(status).toBe(1);
    expect(stdout).toBe(`${demo.dir}/${HOUSING}:${line}:14 form.questions.2.input: expected one of text, choice, number, phone, date, amount, address, none, found "fone"\n`);
  });
  it('answers with one JSON line', () => {
    demo.edit(HOUSING, 'input: phone', 'input: fone');
    const { status, stdout } = run('check', demo.dir, '--json');
    expect(status).toBe(1);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, mistakes: [{ file: HOUSING, column: 14, path: 'form.questions.2.input' }] });
  });
  it('refuses the demo hall where a real one is wanted', () => {
    expect(run('check', demo.dir, '--real')).toMatchObject({ status: 1, stdout: expect.stringContaining('hall.yaml:') as string });
  });
});

describe('config schema', () => {
  it('writes JSON Schemas that an editor can use', () => {
    const out = mkdtempSync(join(tmpdir(), 'hall24-schema-'));
    try {
      expect(run('schema', '--out', out).status).toBe(0);
      expect(existsSync(join(out, 'hall.schema.json'))).toBe(true);
      expect(JSON.parse(readFileSync(join(out, 'item.schema.json'), 'utf8'))).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' });
    } finally {
      rmSync(out, { recursive: true });
    }
  });

  it('tells of a model that no driver knows, a speed that no port has, and two devices on one port, each with its line', () => {
    const text = readFileSync(join(demo.dir, 'terminals', 'terminal-5.yaml'), 'utf8');
    const lines = text.split('\n');
    const transports = lines.flatMap((line, index) => (/^\s+transport:/.test(line) ? [index] : []));
    const devicesAt = lines.findIndex((line) => line.startsWith('devices:'));
    const ofClass = (name: string): number => transports.find((index) => index > lines.findIndex((line) => line.includes(`class: ${name}`))) ?? -1;
    expect(devicesAt).toBeGreaterThan(0);
    lines[ofClass('id-card')] = '    transport: serial:/dev/ttyS0?baud=12';
    lines[ofClass('receipt-printer')] = '    transport: tcp:192.168.1.20:9100?profile=no-such-model';
    lines.splice(devicesAt + 1, 0, '  - { id: doors, class: locker, transport: "tcp:192.168.1.21:4001", where: { zh: 左, en: left } }', '  - { id: lights, class: signals, transport: "modbus:tcp:192.168.1.21:4001", where: { zh: 左, en: left } }');
    writeFileSync(join(demo.dir, 'terminals', 'terminal-5.yaml'), lines.join('\n'));
    const lineOf = (words: string): number => lines.findIndex((line) => line.includes(words)) + 1;
    const { status, stdout } = run('check', demo.dir);
    expect(status).toBe(1);
    expect(stdout).toMatch(new RegExp(`terminal-5\\.yaml:${lineOf('baud=12')}:\\d+ .*baud`));
    expect(stdout).toMatch(new RegExp(`terminal-5\\.yaml:${lineOf('no-such-model')}:\\d+ .*profile`));
    expect(stdout).toMatch(new RegExp(`terminal-5\\.yaml:${lineOf('id: lights')}:\\d+ .*"doors" is on this port already, as tcp:192\\.168\\.1\\.21:4001`));
  });
});
