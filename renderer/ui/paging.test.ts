import { array, assert, boolean, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pagesOf, type Block } from './paging.ts';

const stack = (heights: readonly number[], keep: readonly boolean[] = []): Block[] => {
  let top = 0;
  return heights.map((height, index) => {
    const block = { top, bottom: top + height, keep: keep[index] ?? false };
    top += height;
    return block;
  });
};

describe('paging of the wall', () => {
  it('keeps everything on one page when it fits without page buttons', () => {
    expect(pagesOf(stack([40, 30, 30]), 100, 70)).toEqual([0, 0, 0]);
  });

  it('makes room for the page buttons as soon as there are two pages', () => {
    expect(pagesOf(stack([40, 30, 31]), 100, 70)).toEqual([0, 0, 1]);
  });

  it('takes a heading along to the page of what it heads', () => {
    expect(pagesOf(stack([40, 20, 50], [false, true, false]), 100, 80)).toEqual([0, 1, 1]);
  });

  it('parts what should stay together when it is taller than a page', () => {
    expect(pagesOf(stack([20, 50, 50, 50], [false, true, true, false]), 100, 80)).toEqual([0, 0, 1, 2]);
  });

  it('loses no block, keeps their order and never fills a page beyond its height where the blocks allow it', () => {
    assert(
      property(array(record({ height: integer({ min: 1, max: 60 }), keep: boolean() }), { maxLength: 40 }), integer({ min: 130, max: 400 }), (items, alone) => {
        const paged = alone - 30;
        const blocks = stack(items.map((item) => item.height), items.map((item) => item.keep));
        const pages = pagesOf(blocks, alone, paged);
        expect(pages).toHaveLength(blocks.length);
        expect(pages.every((page, index) => index === 0 ? page === 0 : page === pages[index - 1] || page === (pages[index - 1] ?? 0) + 1)).toBe(true);
        const total = (pages.at(-1) ?? 0) + 1;
        if (total === 1) return;
        for (let page = 0; page < total; page += 1) {
          const own = blocks.filter((_, index) => pages[index] === page);
          const height = (own.at(-1)?.bottom ?? 0) - (own[0]?.top ?? 0);
          expect(height <= paged || own.filter((block) => !block.keep).length <= 1).toBe(true);
        }
      }),
    );
  });
});
