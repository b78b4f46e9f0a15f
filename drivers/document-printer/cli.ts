/** `device document-printer print --file document.pdf`. */
import { readable, type ClassCli } from '../bin/class-cli.ts';
import { say } from '../bin/output.ts';
import { fail } from '../contract.ts';

export const documentPrinterCli: ClassCli<'document-printer'> = {
  commands: {
    print: async (device, { file, jobName }, context) => {
      const pdf = await readable(file, 'document.pdf');
      if (!pdf.ok) return pdf;
      const created = await device.run('createJob', { jobName: String(jobName), copies: 1, media: 'iso_a4_210x297mm', sides: 'one-sided' }, context());
      if (!created.ok) return created;
      const { jobId } = created.value;
      say(`job ${jobId} created`);
      const sent = await device.run('sendDocument', { jobId, pdf: pdf.value }, context());
      if (!sent.ok) return sent;
      const job = await device.run('followJob', { jobId }, context(), ({ state }) => say(`job ${jobId}: ${state}`));
      if (!job.ok || job.value.state === 'completed') return job;
      const reasons = job.value.stateReasons.join(', ');
      return fail(job.value.state === 'canceled' ? 'cancelled' : 'device-fault', `job ${jobId} ended ${job.value.state}`, { original: reasons });
    },
  },
  options: (program) => program.option('--job-name <name>', 'name of the print job, no personal data', 'device test'),
};
