import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { generate, TARGET } from './generate-api.mjs';

it('keeps the types of the page as the contract of the agent says; run node build/generate-api.mjs when it changed', async () => {
  expect(await readFile(TARGET, 'utf8')).toBe(await generate());
});
