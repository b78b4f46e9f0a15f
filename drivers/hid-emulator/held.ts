/** What a process holds: measured before, between and after many commands, in whichever process the driver runs. */
import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

export interface Held {
  /** Bytes of the heap in use after a full collection. */
  heap: number;
  /** Bytes outside the heap: buffers. */
  external: number;
  /** Sockets, timers, processes and other things that keep an event loop busy. */
  handles: number;
  /** Listeners on the one signal that all commands got. */
  listeners: number;
}

/** Collected twice, with a turn of the event loop between: weak references are cleared by the second. */
export const heldNow = async (signal: AbortSignal): Promise<Held> => {
  for (let turn = 0; turn < 2; turn += 1) {
    collect();
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return { heap: heapUsed, external: external + arrayBuffers, handles: process.getActiveResourcesInfo().length, listeners: getEventListeners(signal, 'abort').length };
};
