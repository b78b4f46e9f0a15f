import { EVENTS } from './catalogue.ts';

/** Text of EVENTS.md: the catalogue for people who read the record. */
export const eventsDocument = (): string => {
  const lines = ['# Events on record', '', 'Made from `catalogue.ts` (`npx vitest run -u electron/audit` writes it anew). No field can hold a name, an ID number or free text.', '', '| Event | Means | Fields |', '|---|---|---|'];
  for (const [name, { means, fields }] of Object.entries(EVENTS)) lines.push(`| \`${name}\` | ${means} | ${Object.keys(fields.shape).map((field) => `\`${field}\``).join(', ') || '–'} |`);
  return `${lines.join('\n')}\n`;
};
