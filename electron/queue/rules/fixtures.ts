/** A small hall for tests of the rules: two classes, two priorities, three counters. */
import { queue, type Queue } from '../../../kiosk-config/index.ts';

const always = [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '23:59' }];
const words = (zh: string, en: string) => ({ zh, en });

export const RULES: Queue = queue.parse({
  classes: [
    { id: 'insurance', name: words('社保医保', 'Insurance'), prefix: 'A', where: words('一楼', 'Ground floor'), way: words('直走', 'Straight on'), hours: always },
    { id: 'estate', name: words('不动产登记', 'Real estate'), prefix: 'B', after999: 'next-prefix', morePrefixes: ['K'], identify: 'card-or-code', where: words('二楼', 'First floor'), way: words('上楼', 'Upstairs'), hours: always },
  ],
  counters: [
    { id: '1', name: words('社保', 'Insurance'), skills: [{ class: 'insurance' }] },
    { id: '2', name: words('综合', 'General'), skills: [{ class: 'insurance' }, { class: 'estate', weight: 2 }] },
    { id: '3', name: words('不动产', 'Estate'), skills: [{ class: 'estate' }] },
  ],
  priorities: [
    { id: 'elder', name: words('长者', 'Elder'), headStartMinutes: 15, fromAge: 70 },
    { id: 'soldier', name: words('军人', 'Soldier'), headStartMinutes: 10 },
  ],
  appointments: { prefix: 'Y' },
});

export const DAY = '20261123';
/** Monday 2026-11-23, 09:00 in the hall. */
export const NINE = Date.parse('2026-11-23T09:00:00+08:00');
export const AROUND = { now: NINE, local: { weekday: 1, minutes: 540 }, hall: 'qingxi' };
