export { Icon, type IconName } from './icon.tsx';
export { ActPicture, type Act } from './act-picture.tsx';
export { WhereInset, type Slot } from './where-inset.tsx';
export { Hero, hourOfHall, type HourOfHall } from './hero.tsx';
export { HallMark, SealPicture } from './seals.tsx';
export { PaperPicture, PhonePicture } from './examples.tsx';
