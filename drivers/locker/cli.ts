/** `device locker status|open|learn`. */
import { z } from 'zod';
import type { ClassCli, CliOptions } from '../bin/class-cli.ts';
import { say } from '../bin/output.ts';
import { fail, type Result } from '../contract.ts';
import { lockerCommands } from './commands.ts';

/** Digits alone: an option that a script left empty must not become board 0. */
const number = z
  .string()
  .regex(/^\d{1,3}$/)
  .transform(Number)
  .optional();
const numbers = z.object({ board: number, cell: number, openCell: number, cells: number });

/** The command's input from the options, judged by the command's own schema. */
const inputOf = <S extends z.ZodType>(schema: S, options: CliOptions, needed: string): Result<z.infer<S>> => {
  const given = numbers.safeParse(options);
  const parsed = schema.safeParse(given.success ? given.data : {});
  return parsed.success ? { ok: true, value: parsed.data } : fail('bad-input', `${needed}; cells are counted from 1, and 0 (which opens all of some boards) is never taken`);
};

export const lockerCli: ClassCli<'locker'> = {
  commands: {
    status: async (device, options, context) => {
      if (options['board'] === undefined && options['cell'] === undefined) return device.open(context());
      const input = inputOf(lockerCommands.cells.input, options, '--board N is needed, and --cell N may be given');
      return input.ok ? device.run('cells', input.value, context()) : input;
    },
    open: async (device, options, context) => {
      const input = inputOf(lockerCommands.open.input, options, '--board N and --cell N are needed');
      return input.ok ? device.run('open', input.value, context(), () => say('lock pulsed, asking the door')) : input;
    },
    learn: async (device, options, context) => {
      const input = inputOf(lockerCommands.learn.input, options, '--board N and --open-cell N are needed: the one door that stands open while all others are closed');
      return input.ok ? device.run('learn', input.value, context()) : input;
    },
  },
  options: (program) => {
    program
      .option('--board <number>', 'locker: address of the board')
      .option('--cell <number>', 'locker: cell of the board, counted from 1')
      .option('--open-cell <number>', 'locker learn: the one cell that stands open')
      .option('--cells <number>', 'locker learn: how many cells the board has');
  },
};
