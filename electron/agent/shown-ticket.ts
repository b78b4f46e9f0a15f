/** Which ticket a code names that somebody shows to the terminal. */
import type { SessionEnv } from '../session/index.ts';
import type { TicketCounter } from '../queue/index.ts';

type Named = ReturnType<NonNullable<SessionEnv['numbers']>['ticketIn']>;

/** Longer ones name no ticket, and nothing has to chew on them. */
const MAX_CODE = 500;

/** The ticket's id in the address that the code of a ticket is; null: no such address. */
const idIn = (code: string): { id: string; origin: string } | null => {
  if (!URL.canParse(code)) return null;
  const { origin, pathname, searchParams, protocol } = new URL(code);
  const id = searchParams.get('t');
  return (protocol === 'https:' || protocol === 'http:') && pathname === '/ticket/' && id !== null ? { id, origin } : null;
};

/**
 * @param tickets the hall's queue as this terminal reaches it
 * @param code what was read: an address, or a ticket's id where the hall has no address
 */
export const ticketInCode = (tickets: Pick<TicketCounter, 'view' | 'link' | 'places'>, code: string): Named => {
  if (code.length > MAX_CODE) return null;
  const address = idIn(code);
  const id = address?.id ?? code;
  const ticket = tickets.view(id);
  // The address of the hall may have become another since it was printed: the ticket itself is the proof.
  if (ticket !== null) return { ticket, code: tickets.link?.(id) ?? id };
  if (address === null) return null;
  const own = tickets.link?.(id) ?? null;
  // Several agents of a hall print their own addresses.
  const ours = [...(own === null ? [] : [own]), ...(tickets.places?.() ?? [])].map((one) => new URL(one).origin);
  return ours.includes(address.origin) ? 'over' : 'other-hall';
};
