/** Against a real listener: whatever the class, judging a device must not reach it. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { DEVICE_CLASSES, type DeviceClass } from './contract.ts';
import { judgeDevice } from './judge.ts';

const addressFor = (deviceClass: DeviceClass, port: number): string | null => {
  switch (deviceClass) {
    case 'document-printer':
      return `ipp://127.0.0.1:${port}/ipp/print`;
    case 'scanner':
      return `escl:http://127.0.0.1:${port}/eSCL`;
    case 'signals':
      return `modbus:tcp:127.0.0.1:${port}`;
    case 'nav-pad':
    case 'signature-pad':
      return 'hid:dead:beef';
    case 'document-camera':
      return null;
    case 'sound':
      return 'sound:default';
    default:
      return `tcp:127.0.0.1:${port}`;
  }
};

it('an unknown option or model of any class is told in words, and no device is reached for it', async () => {
  let reached = 0;
  const server = createServer((socket) => {
    reached += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const judged: Record<string, [good: string | null, bad: string | null]> = {};
  for (const deviceClass of DEVICE_CLASSES) {
    const uri = addressFor(deviceClass, port);
    if (uri === null) continue;
    judged[deviceClass] = [await judgeDevice(deviceClass, uri, {}), await judgeDevice(deviceClass, uri, { noSuchOption: 1 })];
  }
  await new Promise((resolve) => server.close(resolve));
  expect(Object.entries(judged).filter(([, [good]]) => good !== null && good !== undefined)).toEqual([]);
  expect(Object.entries(judged).filter(([, [, bad]]) => bad === null)).toEqual([]);
  expect(reached).toBe(0);
  expect(await judgeDevice('receipt-printer', 'tcp:127.0.0.1:9', { profile: 'no-such-model' })).toMatch(/profile/);
  expect(await judgeDevice('locker', 'tcp:127.0.0.1:9?profile=no-such-family', {})).toMatch(/profile/);
  expect(await judgeDevice('id-card', 'serial:/dev/ttyUSB0?baud=12', {})).toMatch(/baud/);
  expect(await judgeDevice('window-display', 'serial:/dev/ttyUSB0?baud=12', {})).toMatch(/baud/);
  expect(await judgeDevice('window-display', 'serial:/dev/ttyUSB0?profile=sunpn', { boards: [{ board: 1, counter: '3' }, { board: 2, counter: '4' }] })).toMatch(/no address/);
});
