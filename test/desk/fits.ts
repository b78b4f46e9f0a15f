/** What a clerk at a screen of 1366 × 768 would find cut, pushed out or covered. Sent into the browser as it stands: it may use nothing from outside. */
export const unfit = (): string[] => {
  const found: string[] = [];
  const SCROLLS_DOWN = '.react-aria-TabPanel, .react-aria-GridList, .why, .editor, .mistakes, .choose, .ask';
  const name = (element: Element): string => `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''} "${(element.textContent ?? '').slice(0, 30)}"`;
  const root = document.documentElement;
  if (root.scrollWidth > window.innerWidth || root.scrollHeight > window.innerHeight) found.push(`the page scrolls: ${String(root.scrollWidth)}×${String(root.scrollHeight)}`);
  for (const element of document.querySelectorAll('#page *, .veil *')) {
    if (element.closest('svg') !== null || element.closest('.react-aria-VisuallyHidden, [data-react-aria-hidden]') !== null) continue;
    if (!element.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true })) continue;
    const style = getComputedStyle(element);
    // What only a screen reader reads, and a control that its label paints.
    if (style.clipPath !== 'none' || style.position === 'fixed' || element.closest('span[style*="clip"]') !== null) continue;
    const box = element.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) continue;
    const wide = element.closest('.wide-table');
    if (wide === null && (box.left < -1 || box.right > window.innerWidth + 1)) found.push(`beside the screen: ${name(element)} ${String(Math.round(box.left))}–${String(Math.round(box.right))}`);
    if (element.closest(SCROLLS_DOWN) === null && (box.top < -1 || box.bottom > window.innerHeight + 1)) found.push(`below the screen: ${name(element)} ${String(Math.round(box.bottom))}`);
    // Inside its own box: a button, a cell, a column.
    if (style.display !== 'inline' && !element.matches('textarea, select, option, .wide-table') && element.scrollWidth > element.clientWidth + 1) found.push(`wider than its place: ${name(element)} ${String(element.scrollWidth)} in ${String(element.clientWidth)}`);
    if (element.matches('button, a, td, th, .tag, .act, .row, .task, .current-card, .tiles > div') && element.scrollHeight > element.clientHeight + 3) found.push(`higher than its place: ${name(element)} ${String(element.scrollHeight)} in ${String(element.clientHeight)}`);
    if (element.matches('select')) {
      // A closed list shows one line: as wide as its words and the arrow.
      const pen = document.createElement('canvas').getContext('2d');
      const chosen = element.selectedOptions[0]?.textContent ?? '';
      if (pen !== null) {
        pen.font = style.font;
        const needs = pen.measureText(chosen).width + Number.parseFloat(style.paddingLeft) + Number.parseFloat(style.paddingRight) + 18;
        if (needs > box.width + 1) found.push(`cut: select "${chosen}" ${String(Math.round(needs))} in ${String(Math.round(box.width))}`);
      }
    }
    const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '');
    if (own && Number.parseFloat(style.fontSize) < 14) found.push(`too small to read: ${name(element)} ${style.fontSize}`);
  }
  for (const table of document.querySelectorAll('table')) {
    const parent = table.parentElement;
    if (parent !== null && !parent.matches('.wide-table') && table.getBoundingClientRect().right > parent.getBoundingClientRect().right + 1) found.push(`beyond its column: ${name(table)}`);
  }
  return [...new Set(found)];
};
