/** What is the matter with a page or a card, from its grey picture. Pure. */
import type { Grey } from './paper-edges.ts';

export type Finding = 'blank' | 'dark' | 'pale' | 'blurred' | 'cut-off' | 'tilted';

export const lookAt = ({ width, height, data }: Grey): Finding[] => {
  const findings: Finding[] = [];
  const counts = new Uint32Array(256);
  const [mx, my] = [Math.round(width * 0.03), Math.round(height * 0.03)];
  for (let y = my; y < height - my; y += 1) for (let x = mx; x < width - mx; x += 1) counts[data[y * width + x] ?? 0] = (counts[data[y * width + x] ?? 0] ?? 0) + 1;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const level = (share: number): number => {
    let seen = 0;
    return counts.findIndex((count) => (seen += count) >= share * total);
  };
  const paper = level(0.6);
  if (paper < 120) return ['dark'];
  const inkAt = (below: number): number => counts.subarray(0, Math.max(0, below)).reduce((sum, count) => sum + count, 0) / total;
  // Even a faint stamp darkens a thousandth of the page by a tenth.
  if (inkAt(paper - 22) < 0.0006) return ['blank'];
  // The darkest strokes: the darker half of all that is ink at all.
  const ink = level(inkAt(paper - 22) * 0.25);
  // What is out of focus looks pale too: to lay it flat mends both.
  if (isBlurred(width, height, data, paper - ink)) findings.push('blurred');
  else if (paper - ink < 75) findings.push('pale');
  if (runsOff({ width, height, data }, paper)) findings.push('cut-off');
  return findings;
};

/** Sharp print goes from paper to ink within a pixel or two; the steepest steps of a blurred page are a fraction of its contrast. */
const isBlurred = (width: number, height: number, data: Uint8Array, contrast: number): boolean => {
  const steps = new Uint32Array(256);
  let edges = 0;
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const at = y * width + x;
      const step = Math.max(Math.abs((data[at + 1] ?? 0) - (data[at] ?? 0)), Math.abs((data[at + width] ?? 0) - (data[at] ?? 0)));
      if (step < 6) continue;
      steps[step] = (steps[step] ?? 0) + 1;
      edges += 1;
    }
  }
  let seen = 0;
  let steep = 255;
  while (steep > 0 && (seen += steps[steep] ?? 0) < edges * 0.05) steep -= 1;
  return edges > 0 && steep < contrast * 0.32;
};

/** Print that touches the edge of the picture: the paper lay partly outside. */
const runsOff = ({ width, height, data }: Grey, paper: number): boolean => {
  const dark = (x: number, y: number): boolean => (data[y * width + x] ?? 255) < paper - 70;
  const side = (length: number, at: (along: number, inwards: number) => boolean): boolean => {
    let touching = 0;
    for (let along = Math.round(length * 0.02); along < length * 0.98; along += 1) {
      // Ink that goes on inwards is print; a thin line along the very edge is the paper's shadow.
      if (at(along, 1) && at(along, 3) && at(along, 6)) touching += 1;
    }
    return touching >= 4 && touching < length * 0.6;
  };
  return (
    side(width, (along, inwards) => dark(along, inwards)) ||
    side(width, (along, inwards) => dark(along, height - 1 - inwards)) ||
    side(height, (along, inwards) => dark(inwards, along)) ||
    side(height, (along, inwards) => dark(width - 1 - inwards, along))
  );
};
