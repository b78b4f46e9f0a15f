/** The page as the reader of the spoken mode needs it: what is seen, in its order. */
import type { Part } from './stops.ts';

const BUTTONS = 'button, [role="button"]';

const partOf = (element: HTMLElement | SVGElement, paper: readonly string[], language: string): Part<HTMLElement> | null => {
  if (element instanceof SVGElement || element.inert || element.hidden || element.getAttribute('aria-hidden') === 'true' || !element.checkVisibility({ checkVisibilityCSS: true })) return null;
  // Beneath an English name stands the legal one: an English voice cannot say it.
  if (language !== 'zh' && element.classList.contains('legal')) return null;
  const { dataset } = element;
  const chosen = element.getAttribute('aria-pressed');
  const children: Part<HTMLElement>[] = [];
  for (const child of element.childNodes) {
    if (child instanceof Text) children.push(child.data);
    else if (child instanceof HTMLElement || child instanceof SVGElement) {
      const part = partOf(child, paper, language);
      if (part !== null) children.push(part);
    }
  }
  return {
    ref: element,
    tag: element.localName,
    apart: !getComputedStyle(element).display.startsWith('inline'),
    press: element.matches(BUTTONS) ? { disabled: element.matches(':disabled, [aria-disabled="true"]'), chosen: chosen === null ? null : chosen === 'true', key: element.classList.contains('kb-key') } : null,
    label: element.getAttribute('aria-label') ?? element.getAttribute('alt'),
    said: dataset['said'] ?? null,
    personal: dataset['personal'] === undefined ? null : { characters: dataset['personal'] === '' ? null : Number(dataset['personal']) },
    together: 'together' in dataset,
    paper: 'paper' in dataset ? paper : [],
    children,
  };
};

/** @param paper lines of the slip that was printed last */
export const pageParts = (root: HTMLElement, paper: readonly string[], language: string): Part<HTMLElement> => partOf(root, paper, language) ?? '';
