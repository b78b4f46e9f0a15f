import { describe, expect, it } from 'vitest';
import { FAULT_CODES } from '../../drivers/contract.ts';
import { FailedCommands, FIRST_MS, LONGEST_MS } from './failed-commands.ts';

describe('failed commands on record', () => {
  it('are told at once, each command and each fault of it', () => {
    const record = new FailedCommands();
    expect(record.failed('print', 'paper-jam', 0)).toEqual({ command: 'print', fault: 'paper-jam', times: 1 });
    expect(record.failed('print', 'paper-out', 1)).toEqual({ command: 'print', fault: 'paper-out', times: 1 });
    expect(record.failed('present', 'paper-out', 2)).toEqual({ command: 'present', fault: 'paper-out', times: 1 });
  });

  it('of a question that is asked each second all day are a few dozen lines that count all of them', () => {
    const record = new FailedCommands();
    const day = 86_400;
    const told = Array.from({ length: day }, (_, second) => record.failed('read', 'disconnected', second * 1_000) ?? []).flat();
    expect(told.length).toBeLessThan(36);
    expect([...told, ...record.rest()].reduce((sum, { times }) => sum + times, 0)).toBe(day);
    expect(LONGEST_MS).toBeGreaterThan(FIRST_MS);
  });

  it('are news again a minute after the command has worked', () => {
    const record = new FailedCommands();
    record.failed('scan', 'feeder-jam', 0);
    expect(record.failed('scan', 'feeder-jam', FIRST_MS)).toMatchObject({ times: 1 });
    expect(record.failed('scan', 'feeder-jam', 2 * FIRST_MS)).toBeNull();
    record.worked('scan');
    expect(record.failed('scan', 'feeder-jam', 2 * FIRST_MS + 1)).toMatchObject({ times: 2 });
  });

  it('are none where nobody laid a card, the caller went away or somebody else was first', () => {
    const record = new FailedCommands();
    expect(FAULT_CODES.filter((fault) => record.failed('read', fault, 0) === null)).toEqual(['cancelled', 'busy', 'no-media']);
    expect(record.rest()).toEqual([]);
  });
});
