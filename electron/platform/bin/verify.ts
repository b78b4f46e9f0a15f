/** `npm run -s verify -- TEXT [--key FILE.pem | --home DIR] [--json]`: is the statement on a slip genuine? */
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Command } from 'commander';
import { verifyStatement } from '../statement.ts';

const here = import.meta.dirname;
const root = basename(here) === 'dist' ? join(here, '..') : join(here, '..', '..', '..');

const REASONS = {
  'not-a-statement': '这不是自助终端的受理凭证  This is not a statement of a terminal',
  'wrong-signature': '签名不符：凭证被改动，或不是这台终端出具的  The signature does not fit: changed, or made by another terminal',
};

const program = new Command('verify')
  .description('Checks the signed statement in the QR code of a receipt slip')
  .argument('<text>', 'what the QR code says: HALL24.1.…')
  .option('--key <file>', "the terminal's Ed25519 key, PEM (public or private)")
  .option('--home <dir>', "the terminal's home", join(root, '.demo-home'))
  .option('--json', 'one line of JSON')
  .parse();
const options = program.opts<{ key?: string; home: string; json?: boolean }>();
const [text = ''] = program.args;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const readKey = () => {
  const file = options.key ?? join(options.home, 'keys', 'identity.pem');
  try {
    return createPublicKey(readFileSync(file));
  } catch (error) {
    const gone = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const why = gone ? '没有终端的钥匙，请用 --home 写数据目录，或用 --key 写钥匙文件  no key of a terminal: say its home with --home, or the key with --key' : `读不了这把钥匙  this key cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    process.stderr.write(`${file}: ${why}\n`);
    return null;
  }
};

const key = readKey();
if (key === null) {
  if (options.json === true) say(JSON.stringify({ ok: false, reason: 'no-key' }));
  process.exit(1);
}
const verdict = verifyStatement(text, key);
if (options.json === true) say(JSON.stringify(verdict.ok ? { ok: true, ...verdict.statement } : verdict));
else if (verdict.ok) {
  const { terminal, caseNumber, digest, storedAt, clockKnown, chainNumber, keyId } = verdict.statement;
  say('有效  VALID');
  say(`办件编号 case      ${caseNumber}`);
  say(`终端 terminal      ${terminal}`);
  say(`时间 time          ${storedAt}${clockKnown ? '' : '  （时钟未校准 clock was not known）'}`);
  say(`内容摘要 digest    ${digest}`);
  say(`序号 in the chain  ${chainNumber}`);
  say(`密钥 key           ${keyId}`);
} else say(`无效  NOT VALID\n${REASONS[verdict.reason]}`);
process.exit(verdict.ok ? 0 : 1);
