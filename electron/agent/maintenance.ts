/** A terminal that cannot serve says so, and why, to whoever looks after it; never a black screen. */
import type { SessionView } from '../session/index.ts';

export type MaintenanceReason = Extract<SessionView['screen'], { kind: 'maintenance' }>['reason'];

/** The one view of a terminal out of service. `detail` is for technicians: file and line, or the fault's code. */
export const maintenanceView = (reason: MaintenanceReason, detail: string, demo: boolean): SessionView => ({
  revision: 1,
  hall: { name: { zh: '自助服务终端', en: 'Self-service terminal' }, area: { zh: '24小时自助服务区', en: '24-hour self-service area' }, phone: '', hotline: '', timeZone: 'Asia/Shanghai' },
  terminal: { number: 0, demo, widthMm: 398, lowerEdgeMm: 760, pageDevices: [] },
  now: new Date().toISOString(),
  clockKnown: false,
  language: 'zh',
  modes: { elder: false, spoken: null },
  inSession: false,
  idle: null,
  help: null,
  screen: { kind: 'maintenance', reason, detail },
});

/** A session that only ever shows {@link maintenanceView}. */
export const maintenanceSession = (view: SessionView): { view(): SessionView; onView(): () => void; say(): { accepted: boolean; reason: 'dropped' }; page(): null; code(): { accepted: boolean; reason: 'refused' }; takesPicture(): boolean; picture(): boolean; heardFromPage(): boolean; onKey(): () => void; speak(): boolean } => ({
  view: () => view,
  onView: () => () => undefined,
  say: () => ({ accepted: false, reason: 'dropped' }),
  page: () => null,
  code: () => ({ accepted: false, reason: 'refused' }),
  takesPicture: () => false,
  picture: () => false,
  heardFromPage: () => false,
  onKey: () => () => undefined,
  speak: () => false,
});
