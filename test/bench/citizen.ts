/** A citizen without a browser who notes when each view arrived: nothing here waits by the clock. */
import { Agent, request, type IncomingMessage } from 'node:http';
import type { IdCard } from '../../drivers/contract.ts';
import { mod11Check } from '../../drivers/id-card/numbers.ts';
import { SPECIMENS } from '../../drivers/id-card/specimens.ts';
import type { CitizenEvent, Screen, SessionView } from '../../electron/session/index.ts';

type ScreenOf<K extends Screen['kind']> = Extract<Screen, { kind: K }>;
const PATIENCE_MS = 30_000;

/** An invented citizen of the demonstration hall, a different one for every number up to 999. */
export const inventedCard = (number: number): IdCard => {
  const [first] = SPECIMENS;
  if (first === undefined) throw new Error('no specimen');
  const body = `99010119880314${String(number).padStart(3, '0')}`;
  return { ...first.card, idNumber: body + mod11Check(body) };
};

/** What is answered where nothing is known yet. */
export const ANSWERS: Readonly<Record<string, string>> = { phone: '13800006620', maritalStatus: 'single', householdSize: '3', housingNow: 'rented', employer: '青溪市第二纺织厂', monthlyIncome: '3860', housingWanted: 'two-rooms', contactByPhone: 'yes' };

const hundredths = (value: number): number => Number(value.toFixed(2));

/** A name written with a finger: four strokes, sixty points a second. */
export const SIGNATURE = {
  widthMm: 300,
  heightMm: 120,
  strokes: Array.from({ length: 4 }, (_, stroke) => Array.from({ length: 40 }, (__, step): [number, number, number, number] => [hundredths(40 + stroke * 55 + step * 0.93), hundredths(30 + step * 1.41), hundredths(stroke * 900 + step * 16.7), 0.5])),
};

/** Longest pause between two looks for a card: the driver's default. */
export const POLL_MS = 100;

/** A stranger's card comes at a moment that has nothing to do with the reader's rhythm. */
export const atAnyMoment = (random: () => number): Promise<void> => new Promise((resolve) => setTimeout(resolve, 250 + random() * POLL_MS));

export class Citizen {
  private latest: { view: SessionView; at: number } | null = null;
  private readonly waiting = new Set<() => void>();
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 4 });
  private readonly origin: string;
  private readonly cookie: string;
  private stream: IncomingMessage | null = null;

  private constructor(origin: string, cookie: string) {
    this.origin = origin;
    this.cookie = cookie;
  }

  static async enter(url: string): Promise<Citizen> {
    const response = await fetch(url, { redirect: 'manual' });
    const cookie = response.headers.get('set-cookie')?.split(';')[0];
    if (cookie === undefined) throw new Error(`no cookie: ${response.status} ${await response.text()}`);
    const citizen = new Citizen(new URL(url).origin, cookie);
    citizen.follow();
    return citizen;
  }

  private follow(): void {
    request(`${this.origin}/api/citizen/stream`, { agent: this.agent, headers: { cookie: this.cookie } }, (stream) => {
      this.stream = stream;
      let text = '';
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        const at = performance.now();
        text += chunk;
        for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
          const data = text.slice(0, end).split('\n').find((line) => line.startsWith('data: '));
          text = text.slice(end + 2);
          if (data === undefined) continue;
          this.latest = { view: JSON.parse(data.slice(6)) as SessionView, at };
          for (const look of this.waiting) look();
        }
      });
    }).end();
  }

  /** The first view from now on (the present one counts) with this screen, and when it arrived. */
  see<K extends Screen['kind']>(kind: K, and: (screen: ScreenOf<K>) => boolean = () => true): Promise<{ screen: ScreenOf<K>; at: number }> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const screen = this.latest?.view.screen;
        if (this.latest === null || screen?.kind !== kind || !and(screen as ScreenOf<K>)) return;
        this.waiting.delete(look);
        clearTimeout(timer);
        resolve({ screen: screen as ScreenOf<K>, at: this.latest.at });
      };
      const timer = setTimeout(() => {
        this.waiting.delete(look);
        reject(new Error(`waited for ${kind}; the screen is ${JSON.stringify(this.latest?.view.screen).slice(0, 400)}`));
      }, PATIENCE_MS);
      this.waiting.add(look);
      look();
    });
  }

  /** Says it about the page now shown, again if that page changed meanwhile. */
  async say(event: CitizenEvent): Promise<void> {
    for (;;) {
      const body = JSON.stringify({ revision: this.latest?.view.revision ?? 0, event });
      const reply = await new Promise<{ status: number; text: string }>((resolve, reject) => {
        const post = request(`${this.origin}/api/citizen/events`, { method: 'POST', agent: this.agent, headers: { cookie: this.cookie, origin: this.origin, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } }, (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk)).on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        });
        post.on('error', reject);
        post.end(body);
      });
      if (reply.status !== 200) throw new Error(`${event.type}: ${reply.status} ${reply.text}`);
      const { accepted, reason } = JSON.parse(reply.text) as { accepted: boolean; reason: string | null };
      if (accepted) return;
      if (reason !== 'dropped') throw new Error(`${event.type}: ${reason}`);
    }
  }

  close(): void {
    this.stream?.destroy();
    this.agent.destroy();
  }
}
