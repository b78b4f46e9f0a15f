/**
 * The hall's own certificate authority, made at the first start, or a certificate that was given. Staff's browsers trust the authority once
 * (the page /hall/certificate says how); the server's certificate is made anew from it when it runs out.
 */
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { keptFile } from '../../storage/index.ts';
import { z } from 'zod';

const DAY_MS = 86_400_000;
/** From so long before its end on a certificate of the hall's own is made anew, and a given one is warned of. */
const RENEW_BEFORE_DAYS = 30;

const pair = z.strictObject({ key: z.string(), certificate: z.string() });
const kept = z.strictObject({ authority: pair, server: pair });
type Kept = z.infer<typeof kept>;

/** Where agents that serve one hall together keep its authority: whoever trusts one of them trusts all. */
export interface SharedAuthority {
  read(): unknown;
  /** Keeps it unless another agent was first. @returns the one that is kept */
  keep(authority: Kept['authority']): Promise<unknown>;
}

/** The hall's one authority, from its shared place; made, or taken from this agent's file where that has one already. */
const sharedAuthority = async (shared: SharedAuthority, own: () => Promise<Kept['authority']>): Promise<Kept['authority']> => {
  const there = pair.safeParse(shared.read());
  return there.success ? there.data : pair.parse(await shared.keep(await own()));
};

export interface HallCertificate {
  /** PEM, for the HTTPS server. */
  key: string;
  /** PEM, with its authority where that is the hall's own. */
  certificate: string;
  /** PEM of the hall's own authority, to be trusted by hand; null: the certificate was given and is trusted already. */
  authority: string | null;
  /** SHA-256 of the authority (or of the given certificate), hexadecimal: what a person compares and a terminal is configured with. */
  fingerprint: string;
  /** Milliseconds since 1970: from then on no browser, board or terminal lets itself be served under it. */
  endsAt: number;
}

/** How long it holds, in whole days, once staff should know; null: long enough. */
export const endsInDays = ({ endsAt }: Pick<HallCertificate, 'endsAt'>, now: number): number | null => {
  const days = Math.floor((endsAt - now) / DAY_MS);
  return days < RENEW_BEFORE_DAYS ? days : null;
};

/** How the hall is reached: configured names, the machine's own name and addresses, loopback. */
const reachedAs = (names: readonly string[]): string[] => [
  ...new Set([...names, hostname(), 'localhost', '127.0.0.1', ...Object.values(networkInterfaces()).flatMap((all) => (all ?? []).filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address))]),
];

const covers = ({ certificate }: Kept['server'], names: readonly string[], now: number): boolean => {
  const found = new X509Certificate(certificate);
  const listed = found.subjectAltName ?? '';
  return endsInDays({ endsAt: endOf(certificate) }, now) === null && names.every((name) => listed.includes(name));
};

const endOf = (certificate: string): number => Date.parse(new X509Certificate(certificate).validTo);

const fingerprintOf = (certificate: string): string => createHash('sha256').update(new X509Certificate(certificate).raw).digest('hex');

/**
 * The hall's certificate, made where there is none or where the one there is runs out or does not name all addresses.
 * @param given key and certificate (PEM) of somebody else's authority; nothing is made then
 * @param now milliseconds since 1970
 * @param shared omitted: the authority lies beside the server's certificate, in the agent's own file
 * @throws when the given key does not fit the given certificate
 */
export const hallCertificate = async (home: string, hallName: string, names: readonly string[], now: number, given: { key: string; certificate: string } | null = null, shared: SharedAuthority | null = null): Promise<HallCertificate> => {
  if (given !== null) {
    if (!new X509Certificate(given.certificate).checkPrivateKey(createPrivateKey(given.key))) throw new Error("the given key does not fit the given certificate of the hall's address");
    return { ...given, authority: null, fingerprint: fingerprintOf(given.certificate), endsAt: endOf(given.certificate) };
  }
  const file = keptFile(join(home, 'keys', 'hall-certificate.json'));
  const before = kept.safeParse(file.read());
  const wanted = reachedAs(names);
  const own = async (): Promise<Kept['authority']> => (before.success && before.data.authority.key !== '' ? before.data.authority : (await import('./make-certificates.ts')).makeAuthority(hallName, now));
  const authority = shared === null ? await own() : await sharedAuthority(shared, own);
  const still = before.success && before.data.authority.certificate === authority.certificate && covers(before.data.server, wanted, now);
  const server = still ? before.data.server : await (await import('./make-certificates.ts')).makeServer(authority, wanted, now);
  // The shared authority's key lies where it is shared, sealed, and in no agent's file.
  const written: Kept = { authority: shared === null ? authority : { ...authority, key: '' }, server };
  if (!before.success || JSON.stringify(written) !== JSON.stringify(before.data)) file.write(written);
  return { key: server.key, certificate: `${server.certificate}\n${authority.certificate}\n`, authority: authority.certificate, fingerprint: fingerprintOf(authority.certificate), endsAt: endOf(server.certificate) };
};
