import { createContext, useContext } from 'react';
import type { CitizenEvent, SessionView } from '../api/types.ts';

export type Page = {
  view: SessionView;
  /** The hall's time now, in milliseconds since 1970. */
  now: () => number;
  send: (event: CitizenEvent) => void;
  /** Opens the list with its search field ready. */
  search: () => void;
  /** A small panel, whose columns fold. */
  narrow: boolean;
  /** Whether the list was opened to search in it. */
  searching: boolean;
};

const context = createContext<Page | null>(null);
export const PageProvider = context.Provider;

/** The view and the ways to answer it. @throws outside the page */
export const usePage = (): Page => {
  const page = useContext(context);
  if (page === null) throw new Error('usePage outside of the page');
  return page;
};
