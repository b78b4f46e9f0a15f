import { expect, it } from 'vitest';
import { condition } from '../../drivers/contract.ts';
import { createStaffDesk } from './staff-desk.ts';

it('staff are told which devices are out and why, with file and line where the configuration is wrong', () => {
  const said = 'terminals/t1.yaml:14: serial address: /dev/ttyUSB0 does not take 3999999 baud (Invalid argument)';
  const status = { online: true, component: 'ready', media: 'absent', supplies: [], model: null } as const;
  const desk = createStaffDesk({
    ledger: { doubts: () => [] },
    outbox: { quarantined: () => [], waiting: () => ({ waiting: 0 }) },
    cases: {},
    closures: { list: () => [] },
    items: [],
    devices: {
      health: () => [
        { id: 'reader', deviceClass: 'id-card', lastSeen: null, status: { ...status, conditions: [{ ...condition('misconfigured', 'error', said), since: '2026-11-22T03:12:00+08:00' }] } },
        { id: 'slips', deviceClass: 'receipt-printer', lastSeen: null, status: { ...status, conditions: [condition('paper-low', 'warning')] } },
      ],
    },
    badDevices: [{ id: 'pad', deviceClass: 'call-pad', mistakes: [{ file: 'terminals/t1.yaml', line: 20, column: 16, path: 'devices.2.transport', message: '"reader" is on this port already' }] }],
  } as unknown as Parameters<typeof createStaffDesk>[0]);
  expect(desk.open().devices).toEqual([
    { device: 'pad', condition: 'misconfigured', remedy: 'maintain', since: null, said: expect.stringMatching(/^terminals\/t1\.yaml:20.*on this port already/) as string },
    { device: 'reader', condition: 'misconfigured', remedy: 'maintain', since: '2026-11-22T03:12:00+08:00', said },
  ]);
});
