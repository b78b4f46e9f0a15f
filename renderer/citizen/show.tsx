import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import type { LineStore } from './stream.ts';

/** Draws the page, and draws it again with every view. */
export const show = (place: HTMLElement, line: LineStore): void => createRoot(place).render(<App store={line} />);
