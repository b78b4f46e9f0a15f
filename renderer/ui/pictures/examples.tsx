import type { ReactNode } from 'react';
import './pictures.css';

/** A paper with a seal: "it stands on your paper". */
export const PaperPicture = (): ReactNode => (
  <svg className="example-picture paper-picture" viewBox="0 0 84 100" aria-hidden="true">
    <path className="shade" d="M8 7.5h70v90H8z" />
    <path className="sheet" d="M6 4h70v90H6z" />
    <path d="M27 17h28" />
    <path className="text" d="M16 30h50M16 40h50M16 50h50M16 60h26" />
    <circle className="stamp" cx="55" cy="73" r="11" stroke="var(--seal)" />
    <path d="M16 80c5-7 8 5 13-1s8 4 13-2" />
  </svg>
);

/** A telephone that gets a message. */
export const PhonePicture = (): ReactNode => (
  <svg className="example-picture phone-picture" viewBox="0 0 162 106" aria-hidden="true">
    <rect className="sheet" x="3" y="7" width="54" height="96" rx="8" />
    <path className="glass" d="M9.5 20h41v62h-41z" />
    <path d="M24 94h12" />
    <circle className="lamp" cx="49" cy="12" r="9.5" />
    <path className="sheet" d="M77 26h82v40h-57L90 79V66H77z" />
    <path className="text" d="M88 40h59M88 51.5h38" />
  </svg>
);
