/** Placeholders of a certificate's layout, and what a value may look like before it is set in type. */
import type { IssuedCertificate } from '../cases/types.ts';

/** A layout refers to something that the platform did not send: the page would have a hole, so it is not made. */
export class MissingValue extends Error {
  readonly path: string;
  constructor(path: string) {
    super(`the platform sent no value for {${path}}`);
    this.path = path;
  }
}

/** Longest single value; a platform that sends more has sent something that is no value. */
const MAX_VALUE = 4000;

/**
 * Value at a dotted path of what the platform issued; `number`, `issuedAt` and `verificationCode` come from the certificate itself
 * where the values have none. Throws {@link MissingValue}.
 */
export const valueAt = (certificate: IssuedCertificate, path: string): unknown => {
  const own: Record<string, unknown> = { number: certificate.number, issuedAt: certificate.issuedAt, verificationCode: certificate.verificationCode };
  const value = memberAt(certificate.values, path) ?? own[path];
  if (value === undefined) throw new MissingValue(path);
  return value;
};

/** Member at a dotted path of plain data; own properties alone. */
export const memberAt = (data: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key) ? (inner as Record<string, unknown>)[key] : undefined), data);

/** What is printed for a value: text and numbers as they are, nothing as a dash. Throws {@link MissingValue} for anything else. */
export const printable = (value: unknown, path: string): string => {
  if (value === null || value === '') return '—';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string' || value.length > MAX_VALUE) throw new MissingValue(path);
  return tidy(value);
};

/** Tabs and foreign line ends become what a page knows; everything else stays as it came. */
const tidy = (text: string): string => text.replaceAll('\r\n', '\n').replaceAll('\r', '\n').replaceAll('\t', ' ').trim();

/** Fills every `{path}` of a text. Throws {@link MissingValue}. */
export const fill = (text: string, certificate: IssuedCertificate): string =>
  tidy(text).replaceAll(/\{([a-z][A-Za-z0-9.]*)\}/g, (_, path: string) => printable(valueAt(certificate, path), path));

/** 2026-11-22… → 2026年11月22日; anything else unchanged. */
export const chineseDate = (text: string): string => {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:T.*)?$/.exec(text);
  return match === null ? text : `${match[1]}年${Number(match[2])}月${Number(match[3])}日`;
};
