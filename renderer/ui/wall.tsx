import { Children, isValidElement, useCallback, useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { useWords } from '../i18n/words.ts';
import { SideButton } from './buttons.tsx';
import { pagesOf, type Block as Measured } from './paging.ts';

type BlockProps = { children: ReactNode; /** Takes the free height of the page. */ grow?: boolean; /** A heading: never the last of a page. */ keep?: boolean };

/** One block of the wall, when it is more than plain content. */
export const Block = ({ children }: BlockProps): ReactNode => children;

const blockProps = (node: ReactNode): Partial<BlockProps> => (isValidElement<BlockProps>(node) && node.type === Block ? node.props : {});

/**
 * The wall: what is read. Its children are blocks from top to bottom; what does not fit becomes pages with 上一页/下一页,
 * since citizen pages never scroll. `head` stays on every page. A block that grows takes the free height.
 */
type WallProps = { head?: ReactNode; children?: ReactNode; /** Shares its panel with a keyboard. */ compact?: boolean; /** Lets the page's own button turn the wall's pages. */ turning?: Turning };

/** Which page of its wall a screen shows: for screens whose green button is not the last word before everything was seen. */
export type Turning = { page: number; pages: number; turn: (page: number) => void; counted: (pages: number) => void };
export const useTurning = (): Turning => {
  const [page, turn] = useState(0);
  const [pages, counted] = useState(1);
  return { page, pages, turn, counted };
};

export function Wall({ head, children, compact, turning }: WallProps): ReactNode {
  const { say } = useWords();
  const wall = useRef<HTMLElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const [layout, setLayout] = useState<readonly number[]>([]);
  const own = useTurning();
  const { page, turn: setPage, counted } = turning ?? own;
  const blocks = Children.toArray(children);

  const measure = useCallback(() => {
    const [frame, inner] = [wall.current, body.current];
    if (frame === null || inner === null) return;
    frame.dataset['measuring'] = 'alone';
    // In parts of pixels: whole ones, each rounded by itself, add up to more than there is, and a picture that fits would go to a page of its own.
    const heightNow = (): number => inner.getBoundingClientRect().height;
    const { top } = inner.getBoundingClientRect();
    const found: Measured[] = [...inner.children].flatMap((child) => {
      if (!(child instanceof HTMLElement)) return [];
      const box = child.getBoundingClientRect();
      return [{ top: box.top - top, bottom: box.bottom - top, keep: 'keep' in child.dataset }];
    });
    const alone = heightNow();
    frame.dataset['measuring'] = 'paged';
    const paged = heightNow();
    delete frame.dataset['measuring'];
    const next = pagesOf(found, alone, paged);
    setLayout((old) => (old.length === next.length && old.every((value, index) => value === next[index]) ? old : next));
  }, []);

  // After every change of the content, before it is painted: no page is ever seen overflowing.
  useLayoutEffect(measure);
  useEffect(() => {
    const inner = body.current;
    if (inner === null) return undefined;
    const watch = new ResizeObserver(measure);
    watch.observe(inner);
    // A font slice that arrives late changes heights.
    const fonts = document.fonts;
    fonts.addEventListener('loadingdone', measure);
    return () => {
      watch.disconnect();
      fonts.removeEventListener('loadingdone', measure);
    };
  }, [measure]);

  const pages = (layout.at(-1) ?? 0) + 1;
  // Large letters may be switched in the middle of a page: stay where the reader is, as far as there is such a page.
  const shown = Math.min(page, pages - 1);
  useLayoutEffect(() => counted(pages), [pages, counted]);

  return (
    <main className="wall" ref={wall} data-compact={compact === true ? '' : undefined} data-pages={pages} data-page={shown}>
      {head === undefined ? null : <div className="wall-head">{head}</div>}
      <div className="wall-body" ref={body}>
        {blocks.map((block, index) => {
          const { grow, keep } = blockProps(block);
          return (
            <div key={isValidElement(block) ? block.key : index} className={grow === true ? 'block grow' : 'block'} data-off-page={(layout[index] ?? 0) === shown ? undefined : ''} data-keep={keep === true ? '' : undefined}>
              {block}
            </div>
          );
        })}
      </div>
      <div className="pager" data-single={pages === 1 ? '' : undefined}>
        <SideButton onPress={() => setPage(shown - 1)} icon="arrow-left" disabled={shown === 0} name="previous-page">
          {say('common.previousPage')}
        </SideButton>
        <span className="at">{say('common.pageOf', { page: shown + 1, pages })}</span>
        <SideButton onPress={() => setPage(shown + 1)} after="arrow-right" disabled={shown === pages - 1} name="next-page">
          {say('common.nextPage')}
        </SideButton>
      </div>
    </main>
  );
}
