import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { generate, generateHall, HALL_TARGET, TARGET } from './generate-api.mjs';

it('keeps the types of the page as the contract of the agent says; run node build/generate-api.mjs when it changed', async () => {
  expect(await readFile(TARGET, 'utf8')).toBe(await generate());
});

it('keeps the types of the pages of staff and boards as the hall answers them', async () => {
  expect(await readFile(HALL_TARGET, 'utf8')).toBe(await generateHall());
});
