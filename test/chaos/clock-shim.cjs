/**
 * Loaded into every process of a run by NODE_OPTIONS: the agent's wall clock is so far from the true time as a file says, which is read
 * again four times a second. Timers and the monotonic clock stay true, as on a machine whose clock is set.
 */
'use strict';
const { readFileSync } = require('node:fs');

const file = process.env.HALL24_CHAOS_CLOCK;
if (file !== undefined && /[\\/]agent\.js$/.test(process.argv[1] ?? '')) {
  const TrueDate = Date;
  const trueNow = Date.now.bind(Date);
  let offset = 0;
  const look = () => {
    try {
      const read = Number(readFileSync(file, 'utf8'));
      if (Number.isFinite(read)) offset = read;
    } catch {
      // Not written yet: the true time.
    }
  };
  look();
  setInterval(look, 250).unref();
  globalThis.Date = new Proxy(TrueDate, {
    construct: (target, args, self) => Reflect.construct(target, args.length === 0 ? [trueNow() + offset] : args, self),
    apply: () => new TrueDate(trueNow() + offset).toString(),
    get: (target, name) => (name === 'now' ? () => trueNow() + offset : Reflect.get(target, name)),
  });
}
