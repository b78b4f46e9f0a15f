import '@fontsource/noto-sans-sc/400.css';
import '@fontsource/noto-sans-sc/700.css';
import '../ui/tokens.css';
import '../staff/staff.css';
import '../manager/manager.css';
import { createRoot } from 'react-dom/client';
import { Trust } from '../manager/trust.tsx';
import { LanguageButton, Speaking } from '../staff/parts.tsx';

/** For whoever has no trust yet, and so no name to sign in with: the same words as on the manager's page. */
const place = document.getElementById('page');
if (place !== null)
  createRoot(place).render(
    <Speaking>
      <div className="trust-page">
        <LanguageButton />
        <Trust />
      </div>
    </Speaking>,
  );
