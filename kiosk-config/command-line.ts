/** The command line `npm run config`: `check DIR` and `schema`. What judges devices is brought along: this folder knows no driver. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { checkDevices, type JudgeDevice } from './check-devices.ts';
import { jsonSchemas } from './json-schema.ts';
import { checkHall } from './load.ts';
import { mistakeLine, sortMistakes } from './mistake.ts';

/** npm changes into the repository; paths are meant from where the person stands. */
const fromHere = (path: string): string => resolve(process.env['INIT_CWD'] ?? process.cwd(), path);

/** @param judge what the drivers say of a device's address and options */
export const runConfigCommand = async (judge: JudgeDevice): Promise<void> => {
  const program = new Command('config').description('Checks a hall\'s configuration');

  program
    .command('check')
    .description('tells every mistake with file, line and column; exit 1 when there is one')
    .argument('<dir>', 'folder with hall.yaml, terminals/ and items/')
    .option('--json', 'one line: {"ok":…,"mistakes":[{file,line,column,path,message}]}')
    .option('--demo', 'must be a demonstration')
    .option('--real', 'must be a real hall')
    .action(async (dir: string, options: { json?: boolean; demo?: boolean; real?: boolean }) => {
      const expectDemo = options.demo === true ? true : options.real === true ? false : undefined;
      const mistakes = sortMistakes([...checkHall(fromHere(dir), expectDemo === undefined ? {} : { expectDemo }), ...(await checkDevices(fromHere(dir), judge))]);
      if (options.json === true) process.stdout.write(`${JSON.stringify({ ok: mistakes.length === 0, mistakes })}\n`);
      else {
        for (const mistake of mistakes) process.stdout.write(`${mistakeLine(mistake, join(dir, '/'))}\n`);
        process.stderr.write(mistakes.length === 0 ? `${dir}: no mistakes\n` : `${dir}: ${mistakes.length} mistake${mistakes.length === 1 ? '' : 's'}\n`);
      }
      process.exitCode = mistakes.length === 0 ? 0 : 1;
    });

  program
    .command('schema')
    .description('prints the JSON Schemas, or writes them as NAME.schema.json: hall, terminal, item, adapter')
    .option('--out <dir>', 'folder to write to')
    .action((options: { out?: string }) => {
      const schemas = jsonSchemas();
      if (options.out === undefined) {
        process.stdout.write(`${JSON.stringify(schemas, null, 2)}\n`);
        return;
      }
      const out = fromHere(options.out);
      mkdirSync(out, { recursive: true });
      for (const [name, schema] of Object.entries(schemas)) writeFileSync(join(out, `${name}.schema.json`), `${JSON.stringify(schema, null, 2)}\n`);
    });

  await program.parseAsync();
};
