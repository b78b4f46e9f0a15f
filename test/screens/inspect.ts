/** What a tape measure would find on the glass. Sent into the browser as it stands: it may use nothing from outside. */

/** Runs in the page: every complaint about what is shown now. */
export const inspect = ({ cap, floor, least, bezel }: { cap: number; floor: number; least: number; bezel: number }): string[] => {
  const mm = Number.parseFloat(document.documentElement.style.getPropertyValue('--mm'));
  const found: string[] = [];
  const visible = (element: Element): boolean => element.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true });
  const name = (element: Element): string => `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''} "${(element.textContent ?? '').slice(0, 24)}"`;
  for (const element of document.querySelectorAll('#page *')) {
    if (!visible(element) || element.closest('svg') !== null) continue;
    const box = element.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) continue;
    const style = getComputedStyle(element);
    if (box.left < -1 || box.right > window.innerWidth + 1 || box.top < -1 || box.bottom > window.innerHeight + 1) found.push(`outside the glass: ${name(element)} ${String(Math.round(box.left))},${String(Math.round(box.top))} ${String(Math.round(box.right))},${String(Math.round(box.bottom))}`);
    if (style.overflow !== 'visible' || element.matches('button, .wall-body, .block, .field, .note, .upper, .mode-bar, .counter-band, .status-strip, .veil-box')) {
      // The line box of a last line may reach a little below its text; more than a millimetre is content.
      if (element.scrollWidth > element.clientWidth + mm || element.scrollHeight > element.clientHeight + mm) found.push(`overflows: ${name(element)} ${String(element.scrollWidth)}×${String(element.scrollHeight)} in ${String(element.clientWidth)}×${String(element.clientHeight)}`);
    }
    if (element.matches('button')) {
      if (box.width < least * mm - 1 || box.height < least * mm - 1) found.push(`too small to touch: ${name(element)} ${(box.width / mm).toFixed(1)}×${(box.height / mm).toFixed(1)} mm`);
      const edge = Math.min(box.left, window.innerWidth - box.right, window.innerHeight - box.bottom, box.top) / mm;
      // The mode bar stands on the lower edge; its cells keep their distance to the sides.
      const sides = Math.min(box.left, window.innerWidth - box.right) / mm;
      if (sides < bezel - 0.2 || (element.closest('.mode-bar') === null && edge < bezel - 0.2)) found.push(`too near the bezel: ${name(element)} ${edge.toFixed(1)} mm`);
      if (!element.hasAttribute('data-disabled') && element.closest('[inert]') === null) {
        const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
        if (hit !== null && !element.contains(hit) && !hit.contains(element)) found.push(`covered: ${name(element)} by ${name(hit)}`);
      }
    }
    const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '');
    if (own && Number.parseFloat(style.fontSize) * cap < floor * mm - 0.1) found.push(`too small to read: ${name(element)} cap ${((Number.parseFloat(style.fontSize) * cap) / mm).toFixed(2)} mm`);
    if (own && element.closest('.wall-body') !== null) {
      const body = element.closest('.wall-body')!.getBoundingClientRect();
      if (box.bottom > body.bottom + 2 || box.right > window.innerWidth) found.push(`below its wall: ${name(element)} by ${((box.bottom - body.bottom) / mm).toFixed(1)} mm`);
    }
  }
  // Whoever lies over another hides its words, wherever its middle can still be touched.
  const touchable = [...document.querySelectorAll('#page button')].filter((element) => visible(element) && element.closest('[inert]') === null);
  for (const [index, element] of touchable.entries()) {
    const box = element.getBoundingClientRect();
    for (const other of touchable.slice(index + 1)) {
      const its = other.getBoundingClientRect();
      const across = Math.min(box.right, its.right) - Math.max(box.left, its.left);
      const down = Math.min(box.bottom, its.bottom) - Math.max(box.top, its.top);
      if (across > 1 && down > 1 && !element.contains(other) && !other.contains(element)) found.push(`lies under another: ${name(element)} under ${name(other)} by ${(down / mm).toFixed(1)} mm`);
    }
  }
  for (const element of document.querySelectorAll('[title]')) if (element.closest('svg') === null) found.push(`has a title: ${name(element)}`);
  if (document.querySelector('a') !== null) found.push('has a link');
  return [...new Set(found)];
};
