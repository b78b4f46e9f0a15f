export type Slot = 'card' | 'slip' | 'sheet' | 'scanner';

export function WhereInset({ slot }: { slot: Slot }) {
  return <svg className="where-inset" data-slot={slot} viewBox="0 0 34 60" aria-hidden="true" />;
}
