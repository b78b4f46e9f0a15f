/**
 * Vitest reporter: keeps what failed in the file that HALL24_FAILURES names, so that the end of a long report says it again.
 * Does nothing where the variable is not set.
 */
import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

/** A failed property's counterexample stands in its first lines. */
const LINES = 12;

export default class Failures {
  /**
   * @param {readonly import('vitest/node').TestModule[]} modules
   * @param {readonly { message?: string }[]} unhandled errors outside any test
   */
  onTestRunEnd(modules, unhandled) {
    const file = process.env['HALL24_FAILURES'];
    if (file === undefined) return;
    const keep = (/** @type {string} */ name, /** @type {readonly { message?: string }[]} */ errors) => {
      const said = errors.map(({ message }) => stripVTControlCharacters(message ?? '').split('\n').slice(0, LINES).join('\n'));
      appendFileSync(file, `${name}\n${said.join('\n').replaceAll(/^/gm, '    ')}\n`);
    };
    for (const module of modules) {
      const where = relative(process.cwd(), module.moduleId);
      if (module.errors().length > 0) keep(where, module.errors());
      for (const suite of module.children.allSuites()) if (suite.errors().length > 0) keep(`${where} > ${suite.fullName}`, suite.errors());
      for (const test of module.children.allTests('failed')) keep(`${where} > ${test.fullName}`, test.result().errors ?? []);
    }
    if (unhandled.length > 0) keep('outside any test', unhandled);
  }
}
