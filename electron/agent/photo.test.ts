import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { decodePhoto } from './photo.ts';

const folder = mkdtempSync(join(tmpdir(), 'hall24-photo-'));
afterAll(() => rmSync(folder, { recursive: true }));

const decoder = (name: string, script: string): string => {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
};
const block = new Uint8Array(1024).fill(7);

describe('the photo of a card', () => {
  it('is the picture that the configured decoder makes of the whole block', async () => {
    const picture = await decodePhoto(decoder('good', `printf '\\377\\330'; wc -c`), block);
    expect(Buffer.from(picture ?? []).toString('latin1')).toContain('1024');
  });

  it('is a placeholder without a decoder, or without a photo', async () => {
    expect(await decodePhoto(null, block)).toBeNull();
    expect(await decodePhoto(decoder('unused', 'exit 0'), null)).toBeNull();
  });

  it.each([
    ['fails', 'exit 3'],
    ['answers no picture', 'echo hello'],
    ['hangs and will not be ended', `trap '' TERM; exec sleep 60`],
    ['ends without reading', `exec 0<&-; printf 'x'`],
  ])('is a placeholder when the decoder %s', async (name, script) => {
    expect(await decodePhoto(decoder(name.replaceAll(' ', '-'), script), block)).toBeNull();
  });

  it('is a placeholder when the decoder is not there', async () => {
    expect(await decodePhoto(join(folder, 'nothing'), block)).toBeNull();
  });
});
