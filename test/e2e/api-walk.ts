/** A citizen's way through an item by the page's own API: for tests of what lies behind the glass. */
import { until, type ApiCitizen, type Terminal } from './terminal.ts';

/** What is answered where nothing is known yet. */
export const ANSWERS: Record<string, string> = {
  phone: '13800006620',
  maritalStatus: 'single',
  householdSize: '3',
  housingNow: 'rented',
  employer: '青溪市第二纺织厂',
  monthlyIncome: '3860',
  housingWanted: 'two-rooms',
  contactByPhone: 'yes',
};

/** From the home page to the notice of the housing application. */
export const enterHousing = async (terminal: Terminal, citizen: ApiCitizen, specimen = 'resident'): Promise<void> => {
  await citizen.at('home', (screen) => screen.items.every((item) => item.open));
  await citizen.say({ type: 'open-item', item: 'public-rental-housing' });
  await citizen.at('card');
  await terminal.play('/card', { specimen });
  await citizen.at('notice');
};

/** Answers what is asked, until the materials or the check page. */
export const answerQuestions = async (citizen: ApiCitizen): Promise<string[]> => {
  await citizen.say({ type: 'agree' });
  const asked: string[] = [];
  for (let count = 0; count < 30; count += 1) {
    // The next question, or what follows the last one.
    await until('the next page', () => {
      const screen = citizen.screen();
      return screen.kind === 'question' ? !asked.includes(screen.question.field) : screen.kind === 'materials' || screen.kind === 'check';
    });
    const screen = citizen.screen();
    if (screen.kind !== 'question') break;
    const { field } = screen.question;
    asked.push(field);
    await citizen.say({ type: 'answer', field, value: screen.value === '' ? (ANSWERS[field] ?? '') : screen.value });
  }
  return asked;
};

/** Scans so many sheets for each material asked for, until the check page. */
export const scanMaterials = async (terminal: Terminal, citizen: ApiCitizen, sheets = 1): Promise<void> => {
  for (let count = 0; count < 10; count += 1) {
    const screen = citizen.screen();
    if (screen.kind !== 'materials') break;
    const { id } = screen.material;
    // A scanner that is still coming back is told as a fault, and a person presses again.
    await until('a scanned page', async () => {
      const now = citizen.screen();
      if (now.kind !== 'materials' || now.material.id !== id || now.phase === 'scanning') return false;
      if (now.phase === 'review' && now.pages.length > 0) return true;
      await terminal.play('/scanner/load', { sheets });
      await citizen.say({ type: 'scan' });
      await citizen.at('materials', ({ phase }) => phase !== 'scanning');
      return false;
    }, 60_000);
    await citizen.say({ type: 'material-done' });
    await until('the next page', () => {
      const now = citizen.screen();
      return now.kind === 'check' || (now.kind === 'materials' && now.material.id !== id);
    });
  }
  await citizen.at('check');
};

export const SIGNATURE = { type: 'sign' as const, strokes: [[[10, 10, 0, 0.5], [60, 40, 120, 0.7]]] as [number, number, number, number][][], widthMm: 300, heightMm: 120 };

/** Card to signature, whole. */
export const walkToSign = async (terminal: Terminal, citizen: ApiCitizen, specimen = 'resident'): Promise<void> => {
  await enterHousing(terminal, citizen, specimen);
  await answerQuestions(citizen);
  await scanMaterials(terminal, citizen);
  await citizen.say({ type: 'all-correct' });
  await citizen.at('sign');
};
