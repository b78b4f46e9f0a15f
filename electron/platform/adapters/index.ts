/** Line-of-business systems: a case as their form, from a mapping file. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { adapter as adapterSchema, type AdapterConfig } from '../../../kiosk-config/schema/adapter.ts';
import { exchange } from '../exchange.ts';
import type { CaseMessage } from '../wire.ts';
import { formOf } from './form.ts';

export { AdapterMappingError } from './form.ts';

export type AdapterOutcome = { kind: 'kept'; status: number } | { kind: 'refused'; status: number } | { kind: 'unreachable'; reason: string };

export interface Adapter {
  readonly id: string;
  /** The body of the form: the same for the same message and key. @throws {AdapterMappingError} */
  form(message: Extract<CaseMessage, { kind: 'submitted' }>, key: string): string;
  /** Posts it; never rejects. */
  send(form: string, signal: AbortSignal): Promise<AdapterOutcome>;
}

const TIMEOUT_MS = 20_000;

const createAdapter = (id: string, config: AdapterConfig, platformUrl: string): Adapter => {
  const url = config.url.startsWith('/') ? `${platformUrl.replace(/\/+$/, '')}${config.url}` : config.url;
  return {
    id,
    form: (message, key) => formOf(config, message, key),
    send: async (form, signal) => {
      const answer = await exchange({ method: 'POST', url, headers: { 'content-type': `application/x-www-form-urlencoded; charset=${config.charset}` }, body: form, timeoutMs: TIMEOUT_MS, signal });
      if (answer.kind === 'failed') return { kind: 'unreachable', reason: answer.reason };
      const { status } = answer;
      if (config.accepted.includes(status) || config.keptBefore.includes(status)) return { kind: 'kept', status };
      // An old system's log-in page, gateway or error page may be gone in an hour; only its own judgement of the form is final.
      if (status === 400 || status === 422) return { kind: 'refused', status };
      return { kind: 'unreachable', reason: `status-${status}` };
    },
  };
};

const refuse = (file: string, why: string): never => {
  throw new Error(`adapters/${file}: ${why}`);
};

/**
 * Reads `adapters/*.yaml` of a configuration folder; none there is none. A file that is not as the schema says is told
 * to `bad` (default: throws) and left out: the items that need it are closed by the configuration's own check.
 */
export const loadAdapters = (configFolder: string, platformUrl: string, bad: (file: string, why: string) => void = refuse): ReadonlyMap<string, Adapter> => {
  const folder = join(configFolder, 'adapters');
  const adapters = new Map<string, Adapter>();
  if (!existsSync(folder)) return adapters;
  for (const name of readdirSync(folder)) {
    if (!name.endsWith('.yaml')) continue;
    const id = name.slice(0, -'.yaml'.length);
    try {
      adapters.set(id, createAdapter(id, adapterSchema.parse(parse(readFileSync(join(folder, name), 'utf8'))), platformUrl));
    } catch (error) {
      bad(name, error instanceof Error ? error.message : String(error));
    }
  }
  return adapters;
};
