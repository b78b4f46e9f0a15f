import { startDocumentPrinterEmulator } from '../../../drivers/document-printer/emulator.ts';
import { samplePdf } from '../../../drivers/document-printer/sample-pdf.ts';
import { subject } from '../subject.ts';

const pdf = await samplePdf(1);

export const documentPrinter = subject({
  deviceClass: 'document-printer',
  transports: ['http'],
  workName: 'createJob, sendDocument, followJob',
  whenCut: ['bad-frame', 'timed-out'],
  // Each job stays in the printer's history, as the protocol wants it.
  workEvery: null,
  options: { answerMs: 1_500 },
  work: async (driver, context) => {
    const created = await driver.run('createJob', { jobName: 'conformance', copies: 1, media: 'iso_a4_210x297mm', sides: 'one-sided' }, context);
    if (!created.ok) return created;
    const sent = await driver.run('sendDocument', { jobId: created.value.jobId, pdf }, context);
    return sent.ok ? driver.run('followJob', { jobId: created.value.jobId }, context) : sent;
  },
  start: async (listen) => {
    const emulator = await startDocumentPrinterEmulator({ listen, msPerSheet: 20 });
    let before = 0;
    return {
      emulator,
      prepare: () => {
        before = emulator.jobs().length;
      },
      accepts: (value) => typeof value === 'object' && value !== null && 'state' in value && value.state === 'completed',
      // A job of the work before may still be printing: it is that one's sheet.
      effects: () =>
        emulator
          .jobs()
          .slice(before)
          .reduce((sum, job) => sum + job.sheets, 0),
    };
  },
});
