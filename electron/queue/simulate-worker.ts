/** The thread in which a day is tried: the agent goes on calling people meanwhile. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Queue } from '../../kiosk-config/index.ts';
import { simulateDay, type Assumptions } from './simulate.ts';

if (parentPort === null) throw new Error('this program runs as a worker thread');
const port = parentPort;
const { days } = workerData as { days: { rules: Queue; given: Assumptions; seed: number }[] };
const tried = days.map(({ rules, given, seed }) => simulateDay(rules, given, seed));
port.postMessage(tried);
