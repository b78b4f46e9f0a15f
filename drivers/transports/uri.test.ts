import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTransportUri, splitOptions } from './uri.ts';

describe('device addresses', () => {
  test.each([
    ['serial:/dev/ttyUSB0', { kind: 'serial', path: '/dev/ttyUSB0', baud: 115_200, dataBits: 8, parity: 'none', stopBits: 1, flow: 'none' }],
    ['serial:/dev/ttyS1?baud=9600&data=7&parity=even&stop=2&flow=rtscts', { kind: 'serial', path: '/dev/ttyS1', baud: 9600, dataBits: 7, parity: 'even', stopBits: 2, flow: 'rtscts' }],
    ['serial:COM3', { kind: 'serial', path: 'COM3', baud: 115_200, dataBits: 8, parity: 'none', stopBits: 1, flow: 'none' }],
    ['tcp:192.168.1.20:9100', { kind: 'tcp', host: '192.168.1.20', port: 9100 }],
    ['tcp://printer.local:9100', { kind: 'tcp', host: 'printer.local', port: 9100 }],
    ['tcp:[::1]:9100', { kind: 'tcp', host: '::1', port: 9100 }],
    ['ipp://localhost:8631/ipp/print', { kind: 'ipp', url: 'ipp://localhost:8631/ipp/print' }],
    ['escl:http://127.0.0.1:9095/eSCL', { kind: 'escl', url: 'http://127.0.0.1:9095/eSCL' }],
    ['hid:0C2E:0b61', { kind: 'hid', vendorId: 0x0c2e, productId: 0x0b61, serial: null, framing: { reportSize: 64, reportId: 0, header: 0, prefix: new Uint8Array(0) } }],
    [
      'hid:0483:5750:A-1?reportSize=32&reportId=2&reportHeader=4&reportPrefix=EAEB',
      { kind: 'hid', vendorId: 0x0483, productId: 0x5750, serial: 'A-1', framing: { reportSize: 32, reportId: 2, header: 4, prefix: Uint8Array.of(0xea, 0xeb) } },
    ],
  ])('%s is understood', (uri, address) => {
    expect(parseTransportUri(uri)).toEqual({ ok: true, value: address });
  });

  test.each([
    ['', 'known forms'],
    ['usb:1234', 'known forms'],
    ['serial:', 'names no port'],
    ['serial:/dev/ttyS0?baud=fast', 'cannot use baud'],
    ['serial:/dev/ttyS0?speed=9600', 'cannot use speed'],
    ['tcp:host', 'a host and a port'],
    ['tcp:host:0', 'a host and a port'],
    ['tcp:host:65536', 'a host and a port'],
    ['escl:ftp://host/eSCL', 'must begin with'],
    ['hid:1234', 'two USB ids'],
    ['hid:0483:5750?reportSize=large', 'cannot use reportSize'],
    ['hid:0483:5750?reportSize=8&reportHeader=8', 'cannot use reportHeader'],
    ['hid:0483:5750?reportPrefix=0102', 'cannot use reportHeader'],
    ['hid:0483:5750?baud=9600', 'cannot use baud'],
  ])('"%s" is refused, and told what is wrong', (uri, hint) => {
    expect(parseTransportUri(uri)).toMatchObject({ ok: false, fault: { code: 'bad-input', message: expect.stringContaining(hint) as string } });
  });

  test('any text is an address or a fault', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.tuple(fc.constantFrom('serial:', 'tcp:', 'ipp:', 'escl:', 'hid:'), fc.string()).map((parts) => parts.join(''))), (uri) => {
        const result = parseTransportUri(uri);
        expect(result.ok || result.fault.code === 'bad-input').toBe(true);
      }),
    );
  });
});

describe("a device's own settings in its address", () => {
  test('are taken out, and those of the wire stay', () => {
    expect(splitOptions('serial:/dev/ttyS1?baud=9600&profile=wkly&echo=true&boards=2')).toEqual({ uri: 'serial:/dev/ttyS1?baud=9600', options: { profile: 'wkly', echo: true, boards: 2 } });
    expect(splitOptions('tcp:10.0.0.7:4001?polarity=open-shorts')).toEqual({ uri: 'tcp:10.0.0.7:4001', options: { polarity: 'open-shorts' } });
    expect(splitOptions('ipp://10.0.0.8/ipp?x=1')).toEqual({ uri: 'ipp://10.0.0.8/ipp?x=1', options: {} });
  });
});
