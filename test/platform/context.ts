/** What every route of the platform works with. */
import type Database from 'better-sqlite3';
import type { KeyObject } from 'node:crypto';
import type { FastifyInstance, FastifyBaseLogger, RawReplyDefaultExpression, RawRequestDefaultExpression, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { isoWithOffset } from '../../electron/clock/index.ts';
import type { Catalogue } from './catalogue.ts';
import type { Faults } from './faults.ts';
import type { IdentityCodes } from './identity-codes.ts';

export type App = FastifyInstance<RawServerDefault, RawRequestDefaultExpression, RawReplyDefaultExpression, FastifyBaseLogger, ZodTypeProvider>;

export interface Platform extends IdentityCodes {
  db: Database.Database;
  /** Folder with database, key, uploads and materials. */
  dir: string;
  key: KeyObject;
  catalogue: Catalogue;
  enrolmentCodes: readonly string[];
  faults: Faults;
}

/** Now, as the platform writes it. */
export const now = (platform: Pick<Platform, 'clock'>): string => isoWithOffset(platform.clock.wall(), 'Asia/Shanghai');

/** A refusal that the caller is told as `application/problem+json` (RFC 9457). */
export class Problem extends Error {
  readonly status: number;
  readonly type: string;
  readonly extra: Record<string, unknown>;
  /** @param type short name, e.g. `key-reused` */
  constructor(status: number, type: string, title: string, extra: Record<string, unknown> = {}) {
    super(title);
    this.status = status;
    this.type = type;
    this.extra = extra;
  }
}
