import { describe, expect, it } from 'vitest';
import { finds } from './find.ts';

const rent = { name: { zh: '公租房申请', en: 'Public rental housing' }, keywords: ['gzf', 'gongzufang', '租房'] };

describe('search of the catalogue', () => {
  it.each(['公租', '租房申请', 'gzf', 'GZ', "gong'zu", 'rental', '　公租房'])('finds the item by %s', (query) => {
    expect(finds(rent, query)).toBe(true);
  });
  it.each(['社保', 'xyz', 'f'])('does not find it by %s', (query) => {
    expect(finds({ ...rent, keywords: ['gzf'], name: { zh: '公租房申请', en: 'Housing' } }, query)).toBe(false);
  });
  it('shows everything before anything is typed', () => {
    expect(finds(rent, '')).toBe(true);
  });
});
