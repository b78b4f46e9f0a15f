/** A terminal that submits cases without end until it is killed: `crash-child.ts HOME PLATFORM FIRST`. Each told case is one line. */
import { writeSync } from 'node:fs';
import { systemClock } from '../clock/index.ts';
import { answers, openFixture, people } from './fixture.ts';

const [home = '', platformUrl = '', first = '0'] = process.argv.slice(2);
const fixture = openFixture(home, { clock: systemClock, platformUrl, outbox: { backOff: { baseMs: 5, capMs: 50 }, pollMs: 200 } });
fixture.outbox.start();
const submitNext = (index: number): void => {
  const { caseId } = fixture.cases.openDraft(`item-${index}`, people.zhang);
  fixture.cases.saveAnswers(caseId, answers);
  fixture.cases.addPage(caseId, 'income', { contentType: 'image/jpeg', data: Buffer.alloc(70_000, index & 255), findings: [] });
  const { caseNumber } = fixture.cases.submit(caseId, { signature: null, promisedWorkingDays: null });
  // Told only after kept: this line is what the citizen sees.
  writeSync(1, `${caseNumber} ${caseId}\n`);
  setImmediate(submitNext, index + 1);
};
submitNext(Number(first));
