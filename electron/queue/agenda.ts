/** What is due when, in virtual time: a heap of callbacks. What is due at the same moment happens in the order in which it was put in. */

interface Due {
  at: number;
  order: number;
  happen: () => void;
}

const before = (a: Due, b: Due): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

export interface Agenda {
  /** Nothing happens in the past: an earlier moment is now. */
  put(at: number, happen: () => void): void;
  /** Lets everything happen until nothing is left, or until `end`. */
  run(end: number): void;
  now(): number;
}

export const agendaFrom = (start: number): Agenda => {
  const heap: Due[] = [];
  let time = start;
  let count = 0;
  const pop = (): Due | undefined => {
    const [top] = heap;
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      const left = heap[child];
      const right = heap[child + 1];
      if (left === undefined) break;
      let least = left;
      if (right !== undefined && before(right, left)) {
        child += 1;
        least = right;
      }
      if (!before(least, last)) break;
      heap[at] = least;
      at = child;
    }
    heap[at] = last;
    return top;
  };
  return {
    put: (at, happen) => {
      count += 1;
      const due: Due = { at: Math.max(at, time), order: count, happen };
      let index = heap.push(due) - 1;
      while (index > 0) {
        const above = (index - 1) >> 1;
        const parent = heap[above];
        if (parent === undefined || !before(due, parent)) break;
        heap[index] = parent;
        index = above;
      }
      heap[index] = due;
    },
    run: (end) => {
      while (heap[0] !== undefined && heap[0].at <= end) {
        const due = pop();
        if (due === undefined) return;
        time = due.at;
        due.happen();
      }
      time = Math.max(time, end);
    },
    now: () => time,
  };
};
