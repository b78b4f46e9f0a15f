/** What the command lines print: results on standard output, everything else on standard error. */
import type { Fault, Result } from '../contract.ts';

/** The one line of `--json`. It must hold no photo and no file contents. */
export const jsonLine = (result: Result<unknown>): string => JSON.stringify(result.ok ? { ok: true, value: result.value } : { ok: false, fault: shown(result.fault) });

/** One line of JSON, or lines for people. */
export const printResult = (result: Result<unknown>, json: boolean): void => {
  if (json) {
    process.stdout.write(`${jsonLine(result)}\n`);
  } else if (result.ok) {
    process.stdout.write(`${JSON.stringify(result.value, null, 2)}\n`);
  } else {
    const { code, remedy, message, original } = result.fault;
    process.stderr.write(`${code} (${remedy}): ${message}${original === undefined ? '' : ` [${original}]`}\n`);
  }
};

const shown = ({ code, remedy, message, original }: Fault): Fault => ({ code, remedy, message, ...(original === undefined ? {} : { original }) });

/** A line for people on standard error. */
export const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};
