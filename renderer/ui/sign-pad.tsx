import { useEffect, useRef, type PointerEvent as ReactPointerEvent, type ReactNode } from 'react';

/** x mm, y mm, milliseconds since the first touch, pressure 0–1. */
export type Point = [x: number, y: number, ms: number, pressure: number];
export type Signature = { strokes: Point[][]; widthMm: number; heightMm: number };

/** As the agent takes them; a hand resting on the glass must not fill its disk. */
const MOST_STROKES = 200;
const MOST_POINTS = 5_000;

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

export const pixelsPerMm = (): number => Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--mm')) || window.innerWidth / 398;

/** How much was written, in millimetres of line: a single dot is no name. */
export const lengthOf = (strokes: readonly (readonly Point[])[]): number => {
  let sum = 0;
  for (const stroke of strokes) for (let index = 1; index < stroke.length; index += 1) {
    const [a, b] = [stroke[index - 1], stroke[index]];
    if (a !== undefined && b !== undefined) sum += Math.hypot(b[0] - a[0], b[1] - a[1]);
  }
  return sum;
};

/**
 * The box in which a name is written with a finger or a pen. It keeps vectors; what is painted is only their picture.
 * The strokes leave by `onChange` after every stroke; to wipe it, mount another one.
 */
export const SignPad = ({ label, onChange }: { label: string; onChange: (signature: Signature) => void }): ReactNode => {
  const canvas = useRef<HTMLCanvasElement>(null);
  const strokes = useRef<Point[][]>([]);
  const active = useRef<{ pointer: number; stroke: Point[] } | null>(null);
  const startedAt = useRef<number | null>(null);

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const redraw = (): void => {
      const { width, height } = element.getBoundingClientRect();
      element.width = Math.round(width * window.devicePixelRatio);
      element.height = Math.round(height * window.devicePixelRatio);
      for (const stroke of strokes.current) for (let index = 0; index < stroke.length; index += 1) paint(element, stroke, index, pixelsPerMm());
    };
    const watch = new ResizeObserver(redraw);
    watch.observe(element);
    return () => watch.disconnect();
  }, []);

  const add = (event: PointerEvent, stroke: Point[], element: HTMLCanvasElement): void => {
    if (stroke.length >= MOST_POINTS) return;
    const box = element.getBoundingClientRect();
    const mm = pixelsPerMm();
    startedAt.current ??= event.timeStamp;
    const inside = (value: number, most: number): number => Math.max(0, Math.min(most, value));
    const pressure = Number.isFinite(event.pressure) ? inside(event.pressure, 1) : 0.5;
    stroke.push([round(inside((event.clientX - box.left) / mm, box.width / mm), 2), round(inside((event.clientY - box.top) / mm, box.height / mm), 2), round(Math.max(0, event.timeStamp - startedAt.current), 1), round(pressure, 3)]);
    paint(element, stroke, stroke.length - 1, mm);
  };
  const down = (event: ReactPointerEvent<HTMLCanvasElement>): void => {
    if (active.current !== null || strokes.current.length >= MOST_STROKES) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    active.current = { pointer: event.pointerId, stroke: [] };
    strokes.current.push(active.current.stroke);
    add(event.nativeEvent, active.current.stroke, event.currentTarget);
  };
  const move = (event: ReactPointerEvent<HTMLCanvasElement>): void => {
    if (active.current?.pointer !== event.pointerId) return;
    const all = event.nativeEvent.getCoalescedEvents();
    for (const one of all.length === 0 ? [event.nativeEvent] : all) add(one, active.current.stroke, event.currentTarget);
  };
  const up = (event: ReactPointerEvent<HTMLCanvasElement>): void => {
    if (active.current?.pointer !== event.pointerId) return;
    active.current = null;
    const box = event.currentTarget.getBoundingClientRect();
    const mm = pixelsPerMm();
    onChange({ strokes: strokes.current.filter((stroke) => stroke.length > 0), widthMm: round(box.width / mm, 2), heightMm: round(box.height / mm, 2) });
  };
  return <canvas className="sign-pad" ref={canvas} aria-label={label} onPointerDown={down} onPointerMove={move} onPointerUp={up} onPointerCancel={up} data-name="sign-pad" />;
};

/** Paints the piece of a stroke that ends at `index`: thinner where the hand was quick, as ink is. */
function paint(element: HTMLCanvasElement, stroke: readonly Point[], index: number, mm: number): void {
  const brush = element.getContext('2d');
  const to = stroke[index];
  if (brush === null || to === undefined) return;
  const scale = mm * window.devicePixelRatio;
  const from = stroke[index - 1] ?? to;
  const speed = Math.hypot(to[0] - from[0], to[1] - from[1]) / Math.max(1, to[2] - from[2]);
  brush.strokeStyle = '#1d2420';
  brush.lineCap = 'round';
  brush.lineJoin = 'round';
  brush.lineWidth = Math.max(1.4, 2.8 - speed * 1.2) * scale;
  brush.beginPath();
  brush.moveTo(from[0] * scale, from[1] * scale);
  brush.lineTo(to[0] * scale + (from === to ? 0.01 : 0), to[1] * scale);
  brush.stroke();
}
