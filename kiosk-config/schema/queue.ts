/** The hall's queue as data: classes, counters, who comes earlier, what happens to a missed call. `queue.yaml`; a hall without it has no queue. */
import { z } from 'zod';
import { text } from './text.ts';

const id = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);
const minutes = z.number().int().min(0).max(600);
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
/** 24:00 is the end of the day: a hall that is open round the clock has no last minute. */
const endTime = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/);

/** Where something stands that no file of the configuration may hold. */
const ELSEWHERE = /^(env:[A-Za-z_]\w*|file:\/\S+)$/;
/** What to do about it, and never what was found: it may hold a password. */
const hasPassword = (address: string): boolean => /^[a-z]+:\/\/[^/@]*:[^/@]*@/.test(address) || /[?&](password|sslpassword)=/.test(address);
/** Account, machine with its port (several with commas), database, parameters. https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS */
const ADDRESS = /^postgres(?:ql)?:\/\/(?:([^@/?#\s]*)@)?((?:(?:\[[\da-fA-F:.]+\]|[^:/?#,\s[\]]+)(?::\d{1,5})?(?:,(?:\[[\da-fA-F:.]+\]|[^:/?#,\s[\]]+)(?::\d{1,5})?)*)?)(?:\/([^?#\s]*))?(?:\?(\S*))?$/;
const databaseMistake = (named: string): string | null => {
  if (ELSEWHERE.test(named)) return null;
  if (hasPassword(named)) return 'an address with a password; write database: env:NAME or file:/path, and the address there';
  if (/^(env|file):/.test(named)) return 'expected env:NAME with the name of an environment variable, or file:/path with a whole path';
  if (!/^postgres(ql)?:\/\//.test(named)) return 'no address of a PostgreSQL database: postgres://user@host:port/database, or where one stands: env:NAME, file:/path';
  const [, account = '', machine, database = '', parameters = ''] = ADDRESS.exec(named) ?? [];
  if (machine === undefined) return 'this address cannot be read: postgres://user@host:port/database';
  const given = new URLSearchParams(parameters);
  // A folder of a Unix socket stands in the parameters.
  if (machine === '' && !given.has('host')) return 'an address without a machine: postgres://user@host:port/database';
  if (account === '' && !given.has('user')) return 'an address without an account: postgres://user@host:port/database';
  return database === '' && !given.has('dbname') ? 'an address without a database: postgres://user@host:port/database' : null;
};

/** The PostgreSQL database that all agents of a hall share, or where its address stands. A password belongs there, never here. */
export const hallDatabase = z.string().superRefine((named, context) => {
  const message = databaseMistake(named);
  if (message !== null) context.addIssue({ code: 'custom', message });
});

/** Where the key stands that what agents share is sealed with: 32 bytes in base64 or hexadecimal, the same for all of them. */
export const hallKeyPlace = z.string().superRefine((named, context) => {
  // As a mistake of its own: others repeat what was found.
  if (!ELSEWHERE.test(named)) context.addIssue({ code: 'custom', message: 'expected env:NAME or file:/path; the key itself stands in no file of the configuration' });
});

/** A database that is shared needs the key, and a key without one says that a line was forgotten. */
export const sharesWithKey = ({ database, key }: { database?: string | undefined; key?: string | undefined }, context: z.RefinementCtx): void => {
  if (database !== undefined && key === undefined) context.addIssue({ code: 'custom', path: ['key'], message: "agents that share a database need the hall's key beside it: key: file:/path or env:NAME; make one with openssl rand -base64 32" });
  if (database === undefined && key !== undefined) context.addIssue({ code: 'custom', path: ['database'], message: 'a key without a database; agents that share nothing need none' });
};

const hallPlace = z.url({ protocol: /^https$/, error: 'https://host:port, the address of an agent of the hall' });
/** The same address, however it is written. */
const originOf = (place: string): string => (URL.canParse(place) ? new URL(place).origin : place);

/** Where a terminal's hall answers: one address, or those of all agents that share the hall's database, in the order in which they are asked. */
export const hallPlaces = z.union([hallPlace, z.array(hallPlace).min(1, 'at least one address').max(8, 'eight addresses at most')], { error: 'https://host:port, or a list of such addresses' }).superRefine((given, context) => {
  if (typeof given === 'string') return;
  given.forEach((place, index) => {
    if (given.findIndex((other) => originOf(other) === originOf(place)) !== index) context.addIssue({ code: 'custom', path: [index], message: `${place} stands here twice` });
  });
});

/** When tickets are given: days of the week, 1 Monday to 7 Sunday; several rows for a break at noon, and for a night. */
export const opening = z.strictObject({ days: z.array(z.number().int().min(1).max(7)).min(1), from: clockTime, to: endTime }).superRefine(({ from, to }, context) => {
  // Text in this form stands in the order of time.
  if (to <= from) context.addIssue({ code: 'custom', path: ['to'], message: `ends at ${to}, before it begins; over midnight write two rows, one to: '24:00', the next day's from: '00:00'`, params: { why: 'ends-before-it-begins' } });
});

export const queueClass = z.strictObject({
  id,
  name: text,
  /** Letters before the number; the class owns the sequence behind them. */
  prefix: z.string().regex(/^[A-Z]{1,2}$/),
  /** After 999: four digits under the same prefix, or three digits under the next of `morePrefixes`. */
  after999: z.enum(['four-digits', 'next-prefix']).default('four-digits'),
  morePrefixes: z.array(z.string().regex(/^[A-Z]{1,2}$/)).default([]),
  /**
   * What a citizen must show to take a number. A code of one's own is asked about at the platform; where the platform cannot be asked,
   * `card-or-code` wants the card, `card-or-unchecked-code` takes the code as it is: it holds a place and proves nobody.
   */
  identify: z.enum(['none', 'card-or-code', 'card-or-unchecked-code']).default('none'),
  /** Nobody holds two numbers of this class at a time. Whoever comes again is shown the one he has. */
  onePerPerson: z.boolean().default(false),
  items: z.array(z.string()).default([]),
  /** Where to wait: 二楼 B 区, and how to get there. */
  where: text,
  way: text,
  hours: z.array(opening).min(1),
  /** What a service takes before there is any history; minutes. */
  usualServiceMinutes: z.number().positive().max(240).default(8),
});
export type QueueClass = z.infer<typeof queueClass>;

export const queueCounter = z.strictObject({
  /** What is painted above it, and spoken: 3. */
  id: z.string().regex(/^[0-9A-Z]{1,4}$/),
  name: text,
  /** What it can do. A higher weight is called first from among classes whose people wait about as long. */
  skills: z.array(z.strictObject({ class: id, weight: z.number().int().min(1).max(5).default(1) })).min(1),
});
export type QueueCounter = z.infer<typeof queueCounter>;

export const queuePriority = z.strictObject({
  id,
  name: text,
  /**
   * Called as if come so many minutes earlier. Nobody starves: who comes more than this after somebody never overtakes.
   */
  headStartMinutes: minutes,
  /** Given by the birth date on the card from this age on; without it staff or the citizen says so. */
  fromAge: z.number().int().min(1).max(120).optional(),
});
export type QueuePriority = z.infer<typeof queuePriority>;

export const queue = z
  .strictObject({
    classes: z.array(queueClass).min(1),
    counters: z.array(queueCounter).min(1),
    priorities: z.array(queuePriority).default([]),
    noShow: z
      .strictObject({
        /** Called again at most so often before the clerk may call the number missed. */
        recalls: z.number().int().min(0).max(10).default(1),
        /** Back while at most so many were called after it: next in turn. */
        toleranceCalls: z.number().int().min(0).max(50).default(3),
        /** Back later: so many others first. */
        behind: z.number().int().min(0).max(50).default(2),
        /** Missed so often: void. */
        misses: z.number().int().min(1).max(10).default(3),
      })
      .default({ recalls: 1, toleranceCalls: 3, behind: 2, misses: 3 }),
    appointments: z
      .strictObject({
        prefix: z.string().regex(/^[A-Z]{1,2}$/),
        /** May check in so early before, and so late after the agreed time; later is a walk-in. */
        earlyMinutes: minutes.default(30),
        lateMinutes: minutes.default(15),
        /** In turn as if come so many minutes before the agreed time. */
        headStartMinutes: minutes.default(20),
      })
      .optional(),
    /** Numbers that a terminal holds in reserve for when the hall cannot be reached. */
    leaseNumbers: z.number().int().min(5).max(200).default(20),
    /** Tickets that one terminal may give in a minute; more is somebody playing. */
    ticketsPerMinute: z.number().int().min(1).max(600).default(30),
    /** Lines that stand on the boards. */
    notices: z.array(text).default([]),
  })
  .superRefine((given, context) => {
    const owner = new Map<string, string>();
    const claim = (prefix: string, who: string, path: (string | number)[]): void => {
      const before = owner.get(prefix);
      if (before !== undefined) context.addIssue({ code: 'custom', path, message: `the prefix ${prefix} belongs to ${before} already; two people would hold the same number`, params: { why: 'prefix-taken', prefix, class: before } });
      else owner.set(prefix, who);
    };
    given.classes.forEach(({ id: classId, prefix, morePrefixes, after999 }, at) => {
      claim(prefix, classId, ['classes', at, 'prefix']);
      morePrefixes.forEach((more, index) => claim(more, classId, ['classes', at, 'morePrefixes', index]));
      if (after999 === 'next-prefix' && morePrefixes.length === 0) context.addIssue({ code: 'custom', path: ['classes', at, 'morePrefixes'], message: 'next-prefix needs at least one more prefix', params: { why: 'no-next-prefix' } });
    });
    if (given.appointments !== undefined) claim(given.appointments.prefix, 'appointments', ['appointments', 'prefix']);
    const twice = (ids: readonly string[], path: string): void => {
      ids.forEach((one, at) => {
        if (ids.indexOf(one) !== at) context.addIssue({ code: 'custom', path: [path, at, 'id'], message: `${one} stands here twice`, params: { why: 'stands-twice', id: one } });
      });
    };
    given.classes.forEach(({ identify, onePerPerson }, at) => {
      if (onePerPerson && identify === 'none') context.addIssue({ code: 'custom', path: ['classes', at, 'onePerPerson'], message: 'nobody can tell who has a number already where nobody is asked; write identify: card-or-code', params: { why: 'nobody-asked' } });
    });
    twice(given.classes.map((one) => one.id), 'classes');
    twice(given.counters.map((one) => one.id), 'counters');
    twice(given.priorities.map((one) => one.id), 'priorities');
    const known = new Set(given.classes.map((one) => one.id));
    given.counters.forEach(({ skills }, at) => {
      skills.forEach((skill, index) => {
        if (!known.has(skill.class)) context.addIssue({ code: 'custom', path: ['counters', at, 'skills', index, 'class'], message: `no class ${skill.class} here; there are ${[...known].join(', ')}`, params: { why: 'no-such-class', class: skill.class } });
      });
    });
  });
export type Queue = z.infer<typeof queue>;
