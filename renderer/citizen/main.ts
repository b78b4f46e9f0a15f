import '@fontsource/noto-sans-sc/400.css';
import '@fontsource/noto-sans-sc/700.css';
import '@fontsource/noto-serif-sc/700.css';
import '../ui/tokens.css';
import '../ui/base.css';
import '../ui/frame.css';
import '../ui/controls.css';
import '../ui/parts.css';
import '../ui/panels.css';
import '../ui/pages.css';
import '../ui/steps.css';
import '../ui/number.css';
import '../ui/pick-up.css';
import '../ui/keys.css';
// Of the scripts that come later: with the styles already here, they are fetched without waiting for any.
import '../ui/pictures/pictures.css';
import '../ui/pictures/hero.css';
import '../ui/rest.css';
import '../ui/keyboard/keyboard.css';
import '../ui/landscape.css';
import { harden } from './harden.ts';
import { followLine } from './stream.ts';
import { guardKeys, postCode } from './wedge.ts';

// Before all else that listens for keys: a scanner's must reach nobody.
guardKeys((code) => void postCode(code));
harden();
// The page is loaded anew after each person: the agent sees it again, and its first view is on the way, while the large
// script is still being read.
const line = followLine();
const place = document.getElementById('page');
if (place !== null) void import('./show.tsx').then(({ show }) => show(place, line));
