import '@fontsource/noto-sans-sc/400.css';
import '@fontsource/noto-sans-sc/700.css';
import '../ui/tokens.css';
import '../staff/staff.css';
import './counter.css';
import './lockers.css';
import { createRoot } from 'react-dom/client';
import { CounterPage } from './app.tsx';

const place = document.getElementById('page');
if (place !== null) createRoot(place).render(<CounterPage />);
