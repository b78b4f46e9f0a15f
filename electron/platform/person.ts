import type { Person } from '../cases/types.ts';

/** What of a card the platform gets; the rest stays on the card. */
export const personOnWire = ({ kind, name, idNumber, sex, birthDate, ethnicity, address, nationality }: Person) => ({ kind, name, idNumber, sex, birthDate, ethnicity, address, nationality });
