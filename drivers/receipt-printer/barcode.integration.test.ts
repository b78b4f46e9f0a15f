/** Printed Code 128 is read by zbar, which knows nothing of this product. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { encodeSlip } from './codec.ts';
import { paperPng } from './interpreter.ts';
import { DEFAULT_PROFILE } from './profiles.ts';

test.each(['2026112200050068', 'A001', 'HALL24-0731-6', '1604160516201616', 'a{b}~ 12345678 x', '7'])('"%s" is read as it was printed', async (text) => {
  const folder = await mkdtemp(join(tmpdir(), 'barcode-'));
  try {
    const encoded = encodeSlip({ parts: [{ type: 'feed', mm: 4 }, { type: 'barcode', text }, { type: 'feed', mm: 4 }] }, DEFAULT_PROFILE);
    if (!encoded.ok) throw new Error(encoded.fault.message);
    const file = join(folder, 'slip.png');
    await writeFile(file, await paperPng(Buffer.concat(encoded.value.segments)));
    const { stdout } = await promisify(execFile)('zbarimg', ['--quiet', '--raw', '-Sdisable', '-Scode128.enable', file]);
    expect(stdout).toBe(`${text}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
