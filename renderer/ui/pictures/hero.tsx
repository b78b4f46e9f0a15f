export function Hero({ hour }: { hour: number }) {
  return <svg className="hero" data-hour={hour} viewBox="0 0 398 240" aria-hidden="true" />;
}
