/** `device document-printer print --file document.pdf [--copies N --sides S --media M --tray T --stock numbered --hold]`, `cancel|hold|release --job N`. */
import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { readable, type ClassCli, type CliWork } from '../bin/class-cli.ts';
import { say } from '../bin/output.ts';
import { fail, type PrintJobSpec } from '../contract.ts';
import { isPdf } from './driver.ts';

const count = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 0x7fff_ffff) throw new InvalidArgumentError('a whole number from 1 is expected.');
  return value;
};
const oneOf =
  <T extends string>(...words: readonly T[]) =>
  (text: string): T => {
    const found = words.find((word) => word === text);
    if (found === undefined) throw new InvalidArgumentError(`${words.join(', ')} is expected.`);
    return found;
  };

const printOptions = z.object({
  jobName: z.string(),
  copies: z.number(),
  sides: z.enum(['one-sided', 'two-sided-long-edge', 'two-sided-short-edge']),
  media: z.string(),
  tray: z.string().optional(),
  stock: z.enum(['plain', 'numbered']).optional(),
  hold: z.boolean().optional(),
});

const onJob =
  (command: 'cancelJob' | 'holdJob' | 'releaseJob'): CliWork<'document-printer'> =>
  async (device, { job }, context) =>
    typeof job === 'number' ? device.run(command, { jobId: job }, context()) : fail('bad-input', '--job N is needed: the number that print told');

export const documentPrinterCli: ClassCli<'document-printer'> = {
  commands: {
    print: async (device, options, context) => {
      const pdf = await readable(options['file'], 'document.pdf');
      if (!pdf.ok) return pdf;
      // Before there is a job, which would wait in the printer for its document.
      if (!isPdf(pdf.value)) return fail('bad-input', 'the document is not a PDF');
      const spec: PrintJobSpec = printOptions.parse(options);
      const created = await device.run('createJob', spec, context());
      if (!created.ok) return created;
      const { jobId, tray } = created.value;
      say(`job ${jobId} created${tray === null ? '' : `, from ${tray}`}`);
      const sent = await device.run('sendDocument', { jobId, pdf: pdf.value }, context());
      if (!sent.ok) {
        // What may have got there half must not come out later.
        await device.run('cancelJob', { jobId }, context());
        return sent;
      }
      if (spec.hold === true) return device.run('jobState', { jobId }, context());
      const job = await device.run('followJob', { jobId }, context(), ({ state, sheetsCompleted }) => say(`job ${jobId}: ${state}${sheetsCompleted === null ? '' : `, ${sheetsCompleted} out`}`));
      if (!job.ok || job.value.state === 'completed') return job;
      const reasons = job.value.stateReasons.join(', ');
      return fail(job.value.state === 'canceled' ? 'cancelled' : 'device-fault', `job ${jobId} ended ${job.value.state}`, { original: reasons });
    },
    cancel: onJob('cancelJob'),
    hold: onJob('holdJob'),
    release: onJob('releaseJob'),
  },
  options: (program) =>
    program
      .option('--job-name <name>', 'name of the print job, no personal data', 'device test')
      .option('--copies <n>', 'how many of each document', count, 1)
      .option('--sides <sides>', 'one-sided, two-sided-long-edge or two-sided-short-edge', oneOf('one-sided', 'two-sided-long-edge', 'two-sided-short-edge'), 'one-sided')
      .option('--media <name>', 'PWG name of the sheets', 'iso_a4_210x297mm')
      .option('--tray <source>', 'the tray to draw from, as status names it')
      .option('--stock <stock>', 'plain, or numbered: certificate stock', oneOf('plain', 'numbered'))
      .option('--hold', 'the job waits in the printer until it is released')
      .option('--job <n>', 'a print job, by the number that print told', count),
};
