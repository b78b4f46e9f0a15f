/** What takes several commands of one device, and must not be broken into: each has its turn. */

/**
 * Runs `work` when whatever came before it on this device has ended, well or not.
 * @param device its class, or its id where there are several
 */
export type InTurn = <T>(device: string, work: () => Promise<T>) => Promise<T>;

export const createInTurn = (): InTurn => {
  const lines = new Map<string, Promise<unknown>>();
  return (device, work) => {
    const turn = (lines.get(device) ?? Promise.resolve()).then(work, work);
    lines.set(device, turn.catch(() => undefined));
    return turn;
  };
};
