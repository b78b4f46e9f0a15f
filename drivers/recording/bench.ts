/** What the tests of recordings do with each class: record it, then play it to the driver. With KEEP_RECORDINGS set to a folder, the recordings are kept there. */
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeviceClass, Driver } from '../contract.ts';
import { createDriver, replayRecording, systemDriverClock } from '../index.ts';
import type { ReplayReport } from './replay.ts';

/** Records what `work` does with the driver; returns the file's path and text. */
export const record = async <C extends DeviceClass>(
  folder: string,
  name: string,
  deviceClass: C,
  uri: string,
  options: Record<string, unknown>,
  work: (driver: Driver<C>) => Promise<void>,
  make: (options: Record<string, unknown>) => Driver<C> = (all) => createDriver(deviceClass, uri, all, systemDriverClock),
): Promise<{ path: string; text: string }> => {
  const path = join(folder, `${name}.jsonl`);
  const driver = make({ ...options, record: path });
  try {
    await work(driver);
  } finally {
    await driver.close();
  }
  const keep = process.env['KEEP_RECORDINGS'];
  if (keep !== undefined) await copyFile(path, join(keep, `${name}.jsonl`));
  return { path, text: await readFile(path, 'utf8') };
};

/** @throws Error when the file is no recording */
export const replayed = async (path: string): Promise<ReplayReport> => {
  const report = await replayRecording(path, systemDriverClock);
  if (!report.ok) throw new Error(`${report.fault.message} ${report.fault.original ?? ''}`);
  return report.value;
};
