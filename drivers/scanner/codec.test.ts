import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONDITION_CODES } from '../contract.ts';
import type { ScanRequest } from '../contract.ts';
import { A4, buildSettings, conditionOfFeeder, pageOf, parseCapabilities, parseStatus, parseXml, settingsFor, statusOf } from './codec.ts';
import type { SourceCapabilities } from './codec.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const code = (result: { ok: true } | { ok: false; fault: { code: string } }): string => (result.ok ? 'ok' : result.fault.code);
const status = (inner: string): Uint8Array => bytes(`<?xml version="1.0"?><scan:ScannerStatus xmlns:scan="s" xmlns:pwg="p">${inner}</scan:ScannerStatus>`);

/** As a HP office device says it: profile by reference, resolutions as a range on glass and as a list in the feeder. */
const CAPABILITIES = `<?xml version="1.0" encoding="UTF-8"?>
<scan:ScannerCapabilities xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03" xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm">
<pwg:Version>2.63</pwg:Version><pwg:MakeAndModel>Example &lt;Pro&gt; 4</pwg:MakeAndModel>
<scan:SettingProfiles><scan:SettingProfile name="p1">
<scan:ColorModes><scan:ColorMode>BlackAndWhite1</scan:ColorMode><scan:ColorMode>Grayscale8</scan:ColorMode><scan:ColorMode>RGB24</scan:ColorMode></scan:ColorModes>
<scan:DocumentFormats><pwg:DocumentFormat>application/pdf</pwg:DocumentFormat><pwg:DocumentFormat>image/jpeg</pwg:DocumentFormat></scan:DocumentFormats>
<scan:SupportedResolutions><scan:ResolutionRange><scan:XResolutionRange><scan:Min>75</scan:Min><scan:Max>1200</scan:Max><scan:Normal>300</scan:Normal><scan:Step>1</scan:Step></scan:XResolutionRange></scan:ResolutionRange></scan:SupportedResolutions>
</scan:SettingProfile></scan:SettingProfiles>
<scan:Platen><scan:PlatenInputCaps><scan:MaxWidth>2550</scan:MaxWidth><scan:MaxHeight>3508</scan:MaxHeight><scan:SettingProfiles><scan:SettingProfile ref="p1"/></scan:SettingProfiles></scan:PlatenInputCaps></scan:Platen>
<scan:Adf><scan:AdfSimplexInputCaps><scan:MaxWidth>2480</scan:MaxWidth><scan:MaxHeight>4200</scan:MaxHeight><scan:SettingProfiles><scan:SettingProfile>
<scan:ColorModes><scan:ColorMode>RGB24</scan:ColorMode></scan:ColorModes><scan:DocumentFormats><pwg:DocumentFormat>image/jpeg</pwg:DocumentFormat></scan:DocumentFormats>
<scan:SupportedResolutions><scan:DiscreteResolutions><scan:DiscreteResolution><scan:XResolution>300</scan:XResolution><scan:YResolution>300</scan:YResolution></scan:DiscreteResolution></scan:DiscreteResolutions></scan:SupportedResolutions>
</scan:SettingProfile></scan:SettingProfiles></scan:AdfSimplexInputCaps></scan:Adf>
</scan:ScannerCapabilities>`;

describe('eSCL documents', () => {
  it('tell state and feeder', () => {
    expect(parseStatus(status('<pwg:Version>2.0</pwg:Version><pwg:State>Idle</pwg:State><scan:AdfState>ScannerAdfLoaded</scan:AdfState>'))).toEqual({ ok: true, value: { state: 'Idle', adf: 'ScannerAdfLoaded' } });
    expect(parseStatus(status('<pwg:State>Processing</pwg:State>'))).toEqual({ ok: true, value: { state: 'Processing', adf: null } });
    expect(code(parseStatus(status('')))).toBe('bad-frame');
    expect(code(parseStatus(bytes('<html><body>Sign in</body></html>')))).toBe('bad-frame');
  });

  it('tell what glass and feeder can do, with a profile shared by reference', () => {
    const read = parseCapabilities(bytes(CAPABILITIES));
    expect(read).toMatchObject({
      ok: true,
      value: {
        platen: { colorModes: ['BlackAndWhite1', 'Grayscale8', 'RGB24'], formats: ['application/pdf', 'image/jpeg'], resolutions: [], resolutionRange: { min: 75, max: 1200 }, maxWidth: 2550, maxHeight: 3508 },
        feeder: { colorModes: ['RGB24'], resolutions: [300], resolutionRange: null },
      },
    });
    expect(code(parseCapabilities(bytes('<a/>')))).toBe('wrong-device');
  });

  it('with a document type are refused, so that no entity ever grows', () => {
    const bomb = `<!DOCTYPE x [<!ENTITY a "${'b'.repeat(10)}"><!ENTITY c "${'&a;'.repeat(10)}">]><ScannerStatus><State>&c;</State></ScannerStatus>`;
    for (const text of [bomb, bomb.replace('<!DOCTYPE', '<!doctype'), `<?xml version="1.0"?>\n${bomb}`]) expect(code(parseXml(bytes(text)))).toBe('bad-frame');
    expect(code(parseXml(Buffer.from(bomb, 'utf16le')))).toBe('bad-frame');
  });

  it('that are huge, endlessly nested, cut short or noise are a bad frame, never an exception', () => {
    expect(code(parseXml(bytes(`<a>${'x'.repeat(2 ** 20)}</a>`)))).toBe('bad-frame');
    expect(code(parseXml(bytes('<a>'.repeat(100_000) + '</a>'.repeat(100_000))))).toBe('bad-frame');
    fc.assert(
      fc.property(fc.nat(CAPABILITIES.length - 3), fc.string({ maxLength: 20 }), (at, noise) => {
        expect(code(parseCapabilities(bytes(CAPABILITIES.slice(0, at))))).not.toBe('ok');
        parseCapabilities(bytes(CAPABILITIES.slice(0, at) + noise + CAPABILITIES.slice(at + noise.length)));
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => code(parseStatus(noise)) === 'bad-frame'));
  });

  it.each([
    ['ScannerAdfJam', 'feeder-jam', 'error'],
    ['ScannerAdfMispick', 'feeder-jam', 'error'],
    ['ScannerAdfMultipickDetected', 'feeder-jam', 'error'],
    ['ScannerAdfDoorOpen', 'cover-open', 'error'],
    ['ScannerAdfHatchOpen', 'cover-open', 'error'],
    ['ScannerAdfInputTrayFailed', 'device-fault', 'error'],
    ['ScannerAdfEmpty', 'feeder-empty', 'info'],
    ['ScannerAdfOnFire', 'unknown-reason', 'warning'],
  ])('%s is the condition %s (%s)', (adf, condition, severity) => {
    expect(conditionOfFeeder(adf)).toMatchObject({ code: condition, severity, original: adf });
    expect(CONDITION_CODES).toContain(condition);
  });

  it('give a status in which component and media are apart', () => {
    expect(statusOf({ state: 'Idle', adf: 'ScannerAdfLoaded' }, 'x')).toEqual({ online: true, component: 'ready', media: 'present', conditions: [], supplies: [], model: 'x' });
    expect(statusOf({ state: 'Processing', adf: null }, null)).toMatchObject({ component: 'busy', media: 'no-sensor', conditions: [] });
    expect(statusOf({ state: 'Down', adf: 'ScannerAdfJam' }, null)).toMatchObject({ online: false, component: 'unavailable', media: 'unknown', conditions: [{ code: 'offline' }, { code: 'feeder-jam' }] });
    expect(statusOf({ state: 'Meditating', adf: null }, null)).toMatchObject({ component: 'unknown', conditions: [{ code: 'unknown-reason', original: 'Meditating' }] });
  });
});

describe('scan settings', () => {
  const can: SourceCapabilities = { colorModes: ['RGB24', 'Grayscale8'], formats: ['image/jpeg'], resolutions: [100, 200, 300], resolutionRange: null, maxWidth: null, maxHeight: null };
  const request: ScanRequest = { source: 'auto', color: 'gray', resolution: 200, maxPages: 5 };

  it('come in the order that devices insist on', () => {
    const text = buildSettings({ source: 'Feeder', colorMode: 'RGB24', format: 'image/jpeg', resolution: 300, ...A4 });
    const order = [...text.matchAll(/<(?:pwg|scan):(\w+)>/g)].map((match) => match[1]);
    expect(order).toEqual(
      'Version Intent ScanRegions ScanRegion ContentRegionUnits XOffset YOffset Width Height InputSource ColorMode DocumentFormat DocumentFormatExt XResolution YResolution Duplex'.split(' '),
    );
    expect(parseXml(bytes(text)).ok).toBe(true);
  });

  it('are what was asked where the scanner can, and the next finer grid where not', () => {
    expect(settingsFor(request, 'Feeder', can)).toEqual({ ok: true, value: { source: 'Feeder', colorMode: 'Grayscale8', format: 'image/jpeg', resolution: 200, width: 2480, height: 3508 } });
    expect(settingsFor(request, 'Platen', { ...can, resolutions: [150, 600, 300], colorModes: ['RGB24'], maxWidth: 2400 })).toMatchObject({ ok: true, value: { resolution: 300, colorMode: 'RGB24', width: 2400 } });
    expect(settingsFor(request, 'Platen', { ...can, resolutions: [], resolutionRange: { min: 75, max: 600 } })).toMatchObject({ ok: true, value: { resolution: 200 } });
    expect(settingsFor(request, 'Platen', { ...can, resolutions: [], formats: [], colorModes: [] })).toMatchObject({ ok: true });
  });

  it('are refused where the scanner cannot', () => {
    expect(code(settingsFor({ ...request, resolution: 300 }, 'Platen', { ...can, resolutions: [75, 100] }))).toBe('refused');
    expect(code(settingsFor({ ...request, color: 'color' }, 'Platen', { ...can, colorModes: ['Grayscale8'] }))).toBe('refused');
    expect(code(settingsFor(request, 'Platen', { ...can, formats: ['application/pdf'] }))).toBe('refused');
  });
});

describe('page bytes', () => {
  const jpeg = (...body: number[]): Uint8Array => Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, ...body);
  it('are known by themselves and must be whole', () => {
    expect(pageOf(jpeg(1, 2, 0xff, 0xd9))).toEqual({ ok: true, value: 'image/jpeg' });
    expect(pageOf(jpeg(1, 2, 0xff, 0xd9, 0, 0))).toEqual({ ok: true, value: 'image/jpeg' });
    expect(pageOf(Buffer.from('\x89PNG\r\n\x1a\n....IEND\xaeB`\x82', 'latin1'))).toEqual({ ok: true, value: 'image/png' });
    expect(code(pageOf(jpeg(1, 2, 3)))).toBe('bad-frame');
    expect(code(pageOf(new Uint8Array()))).toBe('media-empty');
    expect(code(pageOf(bytes('<html>')))).toBe('bad-frame');
    expect(code(pageOf(bytes('%PDF-1.4')))).toBe('bad-frame');
  });
});
