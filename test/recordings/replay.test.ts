/** Every recording in this folder, played to the drivers of today: a new file is a new test. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { replayRecording, systemDriverClock } from '../../drivers/index.ts';

const recordings = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.jsonl'));

describe('recordings of devices', () => {
  test('there are some', () => {
    expect(recordings.length).toBeGreaterThan(0);
  });

  test.concurrent.each(recordings)('%s ends as it did', async (name) => {
    const report = await replayRecording(join(import.meta.dirname, name), systemDriverClock);
    if (!report.ok) throw new Error(report.fault.message);
    expect(report.value.diverged).toBeNull();
    expect(report.value.commands.length).toBeGreaterThan(0);
    for (const { command, before, after } of report.value.commands) expect({ command, outcome: after }).toEqual({ command, outcome: before });
  });
});
