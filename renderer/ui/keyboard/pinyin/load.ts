import { decodeDictionary } from './dictionary.ts';
import { createPinyinEngine, type PinyinEngine } from './engine.ts';
import { decodeRare, type RareTable } from './rare.ts';

/** Keeps one load for all keyboards; a failed load is forgotten, so that the next key tries again. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | null = null;
  return () => {
    running ??= work().catch((error: unknown) => {
      running = null;
      throw error;
    });
    return running;
  };
}

async function text(address: URL): Promise<string> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`keyboard table: ${String(response.status)}`);
  return response.text();
}

/** Fetches and decodes the words (0.8 MB) from the page's own origin. @throws Error of the fetch, or when the table is damaged */
export const loadPinyin: () => Promise<PinyinEngine> = once(async () => createPinyinEngine(decodeDictionary(await text(new URL('./dictionary/words.txt', import.meta.url)))));

/** The same for the rare characters (0.2 MB). */
export const loadRare: () => Promise<RareTable> = once(async () => decodeRare(await text(new URL('./dictionary/rare.txt', import.meta.url))));
