/** Names of the icons; every icon stands beside a word. */
export type IconName =
  | 'house' | 'shield' | 'document' | 'printer' | 'ticket' | 'shop' | 'apply' | 'print' | 'progress' | 'guide' | 'all' | 'card' | 'search' | 'bell'
  | 'leave' | 'elder' | 'reach' | 'contrast' | 'speak' | 'globe' | 'tick' | 'warning' | 'clock' | 'pencil' | 'eye' | 'scan' | 'plus' | 'rotate'
  | 'arrow-left' | 'arrow-right' | 'trash' | 'up' | 'down' | 'phone' | 'place' | 'sheet' | 'lock' | 'person';

export function Icon({ name, size, lit }: { name: IconName; size?: number | undefined; lit?: boolean | undefined }) {
  const side = `calc(${String(size ?? 14)} * var(--mm))`;
  return <svg className="icon" data-icon={name} data-lit={lit === true ? '' : undefined} viewBox="0 0 48 48" width={side} height={side} aria-hidden="true" />;
}
