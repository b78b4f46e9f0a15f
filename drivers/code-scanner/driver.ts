/** Code scanners: engines on a serial line or behind a TCP device server, HID point-of-sale scanners, and keyboards in the page. */
import { z } from 'zod';
import { fail, ok, type DriverClock, type DriverFactory, type Result } from '../contract.ts';
import { createWire, type CommandHandlers, type Wire } from '../transports/conversation.ts';
import { LineDecoder, type ScanEvent } from './codec.ts';
import { scannerReports } from './hid-wire.ts';
import { kindRules } from './kinds.ts';
import { readMachine, statusMachine, type ReadPlan } from './machine.ts';
import { PROFILE_NAMES, PROFILES, type Profile } from './profiles.ts';
import { ReportDecoder } from './reports.ts';
import { ENCODINGS } from './text.ts';

const byte = z.number().int().min(0).max(1_023);

const options = z.strictObject({
  /** Default: `line` on a wire of bytes, `hid-pos` on HID. */
  profile: z.enum(PROFILE_NAMES).optional(),
  end: z.enum(['terminator', 'gap']).optional(),
  gapMs: z.number().int().min(20).max(1_000).optional(),
  encoding: z.enum(ENCODINGS).optional(),
  aim: z.boolean().optional(),
  /** For a HID scanner of another make: its own page, and where its codes stand in a report. */
  usagePage: z.number().int().min(1).max(0xffff).optional(),
  layout: z
    .strictObject({
      reportId: z.number().int().min(1).max(255).nullable(),
      length: byte.nullable(),
      aim: byte.nullable().default(null),
      data: z.tuple([byte, byte.min(1)]),
      vendorCode: byte.nullable().default(null),
      continued: z.tuple([byte, z.number().int().min(0).max(7)]).nullable().default(null),
    })
    .optional(),
  /** Patterns of codes, for whoever handles them. */
  kinds: kindRules.optional(),
});
type Settings = z.infer<typeof options>;

/** A scanner that types: its codes come through the page that guards against it (renderer), not through this process. */
const PAGE = 'page:keyboard';

const planOf = (profile: Profile, settings: Settings): ReadPlan => ({
  end: settings.end ?? (profile.wire === 'line' ? profile.end : 'terminator'),
  gapMs: settings.gapMs ?? (profile.wire === 'line' ? profile.gapMs : 50),
  encoding: settings.encoding ?? profile.encoding,
  aim: settings.aim ?? (profile.wire === 'line' && profile.aim),
  trigger: profile.trigger,
});

interface Ear {
  push(chunk: Uint8Array): ScanEvent[];
  reset(): void;
}

/** Wire and ear of one scanner; `bad-input` where profile and address do not go together. */
const attach = (uri: string, settings: Settings, clock: DriverClock): Result<{ wire: Wire; ear: Ear; plan: ReadPlan; ask: Uint8Array | null; model: string }> => {
  const onHid = /^hid:/i.test(uri);
  const name = settings.profile ?? (onHid ? 'hid-pos' : 'line');
  const profile: Profile = PROFILES[name];
  if ((profile.wire === 'hid') !== onHid) return fail('bad-input', `the profile ${name} is for ${profile.wire === 'hid' ? 'hid:' : 'serial: and tcp:'} addresses`);
  const plan = planOf(profile, settings);
  if (profile.wire === 'line') {
    return ok({ wire: createWire(uri, clock), ear: new LineDecoder(profile.ask !== null), plan, ask: profile.ask, model: name });
  }
  const ear = new ReportDecoder(settings.layout ?? profile.layout);
  const own = { ...profile, layout: settings.layout ?? profile.layout, usagePage: settings.usagePage ?? profile.usagePage };
  const transport = scannerReports(uri, clock, own, (layout) => ear.use(layout));
  return ok({ wire: createWire(uri, clock, transport), ear, plan, ask: null, model: name });
};

export const createCodeScannerDriver: DriverFactory<'code-scanner'> = (uri, given, clock) => {
  const parsed = options.safeParse(given);
  const attached = parsed.success && uri !== PAGE ? attach(uri, parsed.data, clock) : null;

  const handlers: CommandHandlers<'code-scanner'> = {
    status: async (_input, context) => {
      if (uri === PAGE) return ok({ online: true, component: 'ready', media: 'no-sensor', conditions: [], supplies: [], model: 'keyboard' });
      if (attached === null || !attached.ok) return attached ?? fail('bad-input', 'no settings');
      const { wire, ear, ask, model } = attached.value;
      return wire.run(statusMachine(ask, model), ear, context);
    },
    read: async (_input, context) => {
      if (uri === PAGE) return fail('bad-input', 'the codes of a scanner that types come through the page');
      if (attached === null || !attached.ok) return attached ?? fail('bad-input', 'no settings');
      const { wire, ear, plan } = attached.value;
      const result = await wire.run(readMachine(plan), ear, context);
      // What is half received belongs to a code that nobody waits for.
      ear.reset();
      return result;
    },
  };

  const unusable = (): Promise<ReturnType<typeof fail>> => {
    const issue = parsed.success ? undefined : parsed.error.issues[0];
    return Promise.resolve(fail('bad-input', `options of the code scanner: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim()));
  };

  return {
    deviceClass: 'code-scanner',
    open: (context) => (parsed.success ? handlers.status(undefined, context) : unusable()),
    run: (command, input, context, onProgress) => (parsed.success ? handlers[command](input, context, onProgress) : unusable()),
    close: async () => {
      if (attached?.ok === true) await attached.value.wire.close();
    },
  };
};
