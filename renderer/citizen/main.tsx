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
import '../ui/keys.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { harden } from './harden.ts';

harden();
const place = document.getElementById('page');
if (place !== null) createRoot(place).render(<App />);
