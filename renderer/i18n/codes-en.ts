/** Words for a code that was shown and leads nowhere by itself, in English. */
import type { codesZh } from './codes-zh.ts';

export const codesEn: { [K in keyof typeof codesZh]: (typeof codesZh)[K] extends string ? string : { [L in keyof (typeof codesZh)[K]]: string } } = {
  title: {
    'ticket-over': 'This ticket is not known here',
    'other-hall': 'This ticket is of another hall',
    'pick-up': 'This is a pick-up code',
    'pick-up-unknown': 'Nothing in this locker has this code',
    payment: 'This is a payment code. Please put it away',
    identity: 'This is an identity code',
    slip: 'This is the code of a receipt slip',
    appointment: 'Appointments are not checked in here',
    unknown: 'This code is not known here',
  },
  body: {
    'ticket-over': 'It may be over, or not of today. Look at its date, or take a new number.',
    'other-hall': 'It is not called here. Look at the name of the hall on it; to be served in this hall, take a new number.',
    'pick-up': 'Nothing is handed out here. Please take the code to the pick-up cabinet, or ask at the desk.',
    'pick-up-unknown': 'It may not be here yet, or was fetched, or lies in another locker. Look at the place in the message.',
    payment: 'Nothing is paid here and nothing was charged. No service here asks for a payment code.',
    identity: 'Here an identity code is for queue numbers alone: choose one first, then show it again. For everything else lay your ID card.',
    slip: 'To see how far your application is, lay your ID card on the reader. The slip is not needed.',
    appointment: 'Please check in at the desk, or take a number.',
    unknown: 'Codes of tickets and appointments are known here. Hold the code flat, bright and a little closer.',
  },
  card: 'Lay the ID card: {{where}}',
  numbers: 'Take a number',
};
