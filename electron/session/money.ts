/** Money: kept and sent in fen, shown and typed in yuan. */

const YUAN = /^\d{1,11}(\.\d{1,2})?$/;

/** 3860.5 → 386050; null when it is no amount of yuan. */
export const fenOf = (yuan: string): string | null => {
  if (!YUAN.test(yuan)) return null;
  const [whole = '0', part = ''] = yuan.split('.');
  return String(Number(whole) * 100 + Number(part.padEnd(2, '0')));
};

/** 386050 → 3860.50, as it is typed; anything else as it is. */
export const yuanOf = (fen: string): string => (/^\d{1,15}$/.test(fen) ? (Number(fen) / 100).toFixed(2) : fen);

/** 386050 → 3,860.50, as it is read. */
export const yuanRead = (fen: string): string => yuanOf(fen).replaceAll(/\B(?=(\d{3})+(?=\.))/g, ',');
