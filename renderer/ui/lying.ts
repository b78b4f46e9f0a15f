/** Whether the panel lies: wall and counter stand side by side, and a wall is little higher than a hand. As in landscape.css. */
export const isLying = (): boolean => window.matchMedia('(min-aspect-ratio: 3/2)').matches;
