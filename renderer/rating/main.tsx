import '@fontsource/noto-sans-sc/400.css';
import '@fontsource/noto-sans-sc/700.css';
import '../ui/tokens.css';
import '../ui/base.css';
import '../ui/panels.css';
import './rating.css';
import '../i18n/english.ts';
import { createRoot } from 'react-dom/client';
import { RatingPage } from './app.tsx';

const place = document.getElementById('page');
if (place !== null) createRoot(place).render(<RatingPage />);
