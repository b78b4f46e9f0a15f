/** Materials: uploaded by tus, named by the digest of their bytes, confirmed only when those fit. */
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, existsSync, fsyncSync, linkSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { problem, WIRE } from '../../../electron/platform/wire.ts';
import { now, Problem, type App, type Platform } from '../context.ts';
import { caller } from './signed.ts';

/** Largest single page. */
const MOST_BYTES = 64 * 1024 * 1024;
const DIGEST = /^[0-9a-f]{64}$/;

const refuse = (status: number, type: string, title: string): { status_code: number; body: string } => ({ status_code: status, body: JSON.stringify({ type, title, status, retry: false }) });

/** Where a confirmed material lies. */
export const materialPath = (platform: Pick<Platform, 'dir'>, digest: string): string => join(platform.dir, 'materials', digest);

export interface Uploads {
  server: Server;
  /** Uploads whose last byte came in just before the platform was killed: their digests are checked now. */
  settle(): Promise<void>;
}

/** The tus side of the platform. */
export const openUploads = (platform: Platform): Uploads => {
  const folder = join(platform.dir, 'uploads');
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(platform.dir, 'materials'), { recursive: true });
  const store = new FileStore({ directory: folder });

  /** Throws the refusal and discards the upload when its bytes are not those announced. */
  const confirm = async (id: string, metadata: Record<string, string | null> | undefined): Promise<void> => {
    const digest = metadata?.['digest'] ?? '';
    const path = join(folder, id);
    const hash = createHash('sha256');
    await pipeline(createReadStream(path), hash);
    if (hash.digest('hex') !== digest) {
      await store.remove(id);
      throw refuse(422, 'wrong-digest', 'these are not the bytes that were announced; the upload was discarded');
    }
    const file = openSync(path, 'r');
    fsyncSync(file);
    closeSync(file);
    const kept = materialPath(platform, digest);
    if (!existsSync(kept)) linkSync(path, kept);
    const bytes = (await store.getUpload(id)).size ?? 0;
    platform.db
      .prepare('INSERT INTO materials (digest, bytes, content_type, received_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING')
      .run(digest, bytes, metadata?.['contentType'] ?? metadata?.['filetype'] ?? 'image/jpeg', now(platform));
  };

  const server = new Server({
    path: WIRE.uploads,
    datastore: store,
    relativeLocation: true,
    maxSize: MOST_BYTES,
    onUploadCreate: (_request, upload) => {
      if (!DIGEST.test(upload.metadata?.['digest'] ?? '')) throw refuse(422, 'digest-missing', 'Upload-Metadata needs digest: SHA-256 in hex');
      return Promise.resolve({});
    },
    onUploadFinish: async (_request, upload) => {
      await confirm(upload.id, upload.metadata);
      return {};
    },
  });

  const settle = async (): Promise<void> => {
    for (const id of (await store.configstore.list?.()) ?? []) {
      const upload = await store.getUpload(id).catch(() => null);
      if (upload === null || upload.offset !== upload.size) continue;
      // A refusal here has already discarded the upload: the terminal begins anew.
      await confirm(id, upload.metadata).catch(() => undefined);
    }
  };
  return { server, settle };
};

export const materialRoutes = (app: App, platform: Platform, uploads: Uploads): void => {
  app.get(
    `${WIRE.uploads}/by-digest/:digest`,
    {
      schema: {
        summary: 'Is this material here?',
        tags: ['materials'],
        params: z.object({ digest: z.string().regex(DIGEST) }),
        response: { 200: z.object({ confirmed: z.literal(true), digest: z.string() }), 401: problem, 404: problem },
      },
    },
    async (request, reply) => {
      await caller(platform, request);
      const { digest } = request.params;
      if (platform.db.prepare('SELECT 1 FROM materials WHERE digest = ?').get(digest) === undefined) throw new Problem(404, 'unknown-material', 'this material is not here');
      return reply.code(200).send({ confirmed: true, digest });
    },
  );

  void app.register((scope, _options, done) => {
    // tus reads the stream itself.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null));
    const handler = async (request: Parameters<typeof caller>[1], reply: { hijack(): unknown; raw: Parameters<Server['handle']>[1] }): Promise<void> => {
      await caller(platform, request, 'streamed');
      reply.hijack();
      await uploads.server.handle(request.raw, reply.raw);
    };
    const described = {
      tags: ['materials'],
      description: 'tus 1.0.0 with creation. Upload-Metadata: material, case, digest (SHA-256 in hex) and, where it is not a JPEG, contentType. When the last byte is in, the digest is checked: 422 wrong-digest, and the upload is gone.',
    };
    scope.route({ method: ['POST'], url: WIRE.uploads, schema: { summary: 'Begin an upload', ...described }, handler });
    scope.route({ method: ['HEAD', 'PATCH', 'DELETE'], url: `${WIRE.uploads}/:upload`, schema: { summary: 'Go on with an upload', ...described }, handler });
    done();
  });
};
