import type { ItemTile } from '../../api/types.ts';

const plain = (text: string): string => text.normalize('NFKC').toLowerCase().replaceAll(/[\s'’·]/g, '');

/** Whether an item answers what was typed: part of its name in either language, or the beginning of one of its words. */
export const finds = (item: Pick<ItemTile, 'name' | 'keywords'>, query: string): boolean => {
  const sought = plain(query);
  if (sought === '') return true;
  return plain(item.name.zh).includes(sought) || plain(item.name.en).includes(sought) || item.keywords.some((word) => plain(word).startsWith(sought) || (sought.length > 1 && plain(word).includes(sought)));
};
