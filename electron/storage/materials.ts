/**
 * Sealed files under `materials/`, named by random id. Layout: `H24M` · algorithm (1) · salt (16) · chunks of 64 KiB plain
 * text, each with its tag (16). A key of its own per file (HKDF of the case's key and the salt) makes a counter a safe nonce:
 * 7 zero bytes · chunk number (4, big-endian) · 1 for the last chunk. So order and end are authenticated, and any chunk can
 * be opened without those before it (the STREAM construction, Hoang, Reyhanitabar, Rogaway, Vizár 2015).
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, mkdirSync, openSync, readdirSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { CaseKeyRing } from './case-keys.ts';
import { syncFolder } from './files.ts';
import { AES_256_GCM, deriveKey, UnsealError } from './seal.ts';
import type { MaterialWriter, Materials, Prepared } from './types.ts';

const MAGIC = Buffer.from('H24M');
const SALT = 16;
const HEADER = MAGIC.length + 1 + SALT;
const CHUNK = 64 * 1024;
const TAG = 16;
const NAME = /^[0-9a-f]{32}$/;

const nonceOf = (index: number, last: boolean): Buffer => {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(index, 7);
  nonce[11] = last ? 1 : 0;
  return nonce;
};
const additionalData = (incarnation: string, caseId: string, id: string): Buffer => Buffer.from(JSON.stringify(['hall24', AES_256_GCM, incarnation, caseId, 'materials', id]));

export interface MaterialStore extends Materials {
  /** Removes files that no row knows: a crash's rest. */
  sweep(): void;
}

export const materialStore = (home: string, prepare: (sql: string) => Prepared, keys: CaseKeyRing, afterCommit: (callback: () => void) => void): MaterialStore => {
  const folder = join(home, 'materials');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pathOf = (id: string): string => {
    if (!NAME.test(id)) throw new UnsealError('not the name of a material');
    return join(folder, id);
  };

  const writer = (caseId: string): MaterialWriter => {
    const id = randomBytes(16).toString('hex');
    const salt = randomBytes(SALT);
    const { key: caseKey, incarnation } = keys.of(caseId);
    const key = deriveKey(caseKey, salt, 'material');
    const aad = additionalData(incarnation, caseId, id);
    const handle = openSync(pathOf(id), 'wx', 0o600);
    const hash = createHash('sha256');
    const held = Buffer.alloc(CHUNK);
    let holding = 0;
    let index = 0;
    let bytes = 0;
    const put = (data: Uint8Array): void => {
      let done = 0;
      while (done < data.byteLength) done += writeSync(handle, data, done);
    };
    const flush = (last: boolean): void => {
      const cipher = createCipheriv('aes-256-gcm', key, nonceOf(index, last)).setAAD(aad);
      put(Buffer.concat([cipher.update(held.subarray(0, holding)), cipher.final(), cipher.getAuthTag()]));
      index += 1;
      holding = 0;
    };
    put(Buffer.concat([MAGIC, Buffer.of(AES_256_GCM), salt]));
    return {
      append: (data) => {
        hash.update(data);
        bytes += data.byteLength;
        for (let at = 0; at < data.byteLength; ) {
          // A full chunk is kept until more comes: only then is it known not to be the last.
          if (holding === CHUNK) flush(false);
          const piece = data.subarray(at, at + CHUNK - holding);
          held.set(piece, holding);
          holding += piece.byteLength;
          at += piece.byteLength;
        }
      },
      finish: () => {
        flush(true);
        held.fill(0);
        fsyncSync(handle);
        closeSync(handle);
        syncFolder(folder);
        prepare('INSERT INTO materials (id, case_id, bytes) VALUES (?, ?, ?)').run(id, caseId, bytes);
        return { id, bytes, digest: hash.digest('hex') };
      },
      abandon: () => {
        held.fill(0);
        closeSync(handle);
        rmSync(pathOf(id), { force: true });
      },
    };
  };

  const readRange = (caseId: string, id: string, start: number, end: number): Buffer => {
    const { key: caseKey, incarnation } = keys.of(caseId);
    const handle = openSync(pathOf(id), 'r');
    try {
      const header = Buffer.alloc(HEADER);
      if (readSync(handle, header, 0, HEADER, 0) !== HEADER || !header.subarray(0, MAGIC.length).equals(MAGIC) || header[MAGIC.length] !== AES_256_GCM) throw new UnsealError('not a sealed material');
      const key = deriveKey(caseKey, header.subarray(MAGIC.length + 1), 'material');
      const aad = additionalData(incarnation, caseId, id);
      const body = fstatSync(handle).size - HEADER;
      const chunks = Math.ceil(body / (CHUNK + TAG));
      const pieces: Buffer[] = [];
      for (let index = Math.floor(start / CHUNK); index < chunks && index * CHUNK < Math.max(end, 1); index++) {
        const at = index * (CHUNK + TAG);
        const sealed = Buffer.alloc(Math.min(CHUNK + TAG, body - at));
        if (sealed.byteLength < TAG || readSync(handle, sealed, 0, sealed.byteLength, HEADER + at) !== sealed.byteLength) throw new UnsealError('the sealed material was cut off');
        const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(index, index === chunks - 1), { authTagLength: TAG }).setAAD(aad).setAuthTag(sealed.subarray(sealed.byteLength - TAG));
        let plain: Buffer;
        try {
          plain = Buffer.concat([decipher.update(sealed.subarray(0, sealed.byteLength - TAG)), decipher.final()]);
        } catch (error) {
          throw new UnsealError('the sealed material is not the one that was written', { cause: error });
        }
        pieces.push(plain.subarray(Math.max(0, start - index * CHUNK), Math.max(0, Math.min(plain.byteLength, end - index * CHUNK))));
      }
      return Buffer.concat(pieces);
    } finally {
      closeSync(handle);
    }
  };

  const sizeOnDisk = (id: string): number => {
    const body = statSync(pathOf(id)).size - HEADER;
    return body - Math.ceil(body / (CHUNK + TAG)) * TAG;
  };

  return {
    writer,
    write: (caseId, data) => {
      const open = writer(caseId);
      try {
        open.append(data);
        return open.finish();
      } catch (error) {
        open.abandon();
        throw error;
      }
    },
    read: (caseId, id) => {
      const kept = (prepare('SELECT bytes FROM materials WHERE id = ?').get(id) as { bytes: number } | undefined)?.bytes;
      const data = readRange(caseId, id, 0, Number.MAX_SAFE_INTEGER);
      if (data.byteLength !== kept) throw new UnsealError('the sealed material was cut off');
      return data;
    },
    readRange,
    size: sizeOnDisk,
    remove: (id) => {
      prepare('DELETE FROM materials WHERE id = ?').run(id);
      afterCommit(() => rmSync(pathOf(id), { force: true }));
    },
    sweep: () => {
      for (const name of readdirSync(folder)) if (prepare('SELECT 1 FROM materials WHERE id = ?').get(name) === undefined) rmSync(join(folder, name), { force: true });
    },
  };
};
