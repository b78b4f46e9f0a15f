import '@fontsource/noto-sans-sc/400.css';
import '@fontsource/noto-sans-sc/700.css';
import '../ui/tokens.css';
import './board.css';
import { createRoot } from 'react-dom/client';
import { BoardPage } from './app.tsx';

const place = document.getElementById('page');
if (place !== null) createRoot(place).render(<BoardPage />);
