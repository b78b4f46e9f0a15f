/** What every page of a certificate bears beside its text: number, foot with code, and the marks of a demonstration. */
import QRCode from 'qrcode';
import type { IssuedCertificate } from '../cases/types.ts';
import type { Fonts } from './fonts.ts';
import { A4, MM, type Pages } from './page.ts';
import { breakLines } from './typeset.ts';

/** Text of the page ends here; below stands the foot. */
export const FOOT_TOP = A4.height - 52 * MM;
const QR_SIZE = 24 * MM;
const SMALL = 9.5;
const FOOT_BOTTOM = A4.height - 16 * MM;

/** The layout or a value needs more room than a certificate has. */
export class TooLong extends Error {}

/** 编号, right aligned, as on a paper certificate. */
export const numberLine = (pages: Pages, number: string, right: number, y: number): void =>
  pages.line(`编号：${number}`, { x: right, y: y + 10, em: 10.5, weight: 'regular', align: 'right' });

/** The code's text: what a verifier types in, number and verification code. */
const codeText = ({ number, verificationCode }: IssuedCertificate): string =>
  /^https?:\/\//.test(verificationCode) ? verificationCode : `${number} ${verificationCode}`;

/** Foot lines and verification code on the left, QR code on the right, 第 x 页 共 y 页 beneath. */
export const foot = (
  pages: Pages,
  fonts: Fonts,
  { left, width, lines, certificate, page, pages: all }: { left: number; width: number; lines: string[]; certificate: IssuedCertificate; page: number; pages: number },
): void => {
  const top = FOOT_TOP + 4 * MM;
  pages.rule(left, top, width, 0.8);
  qr(pages, codeText(certificate), left + width - QR_SIZE, top + 4 * MM, QR_SIZE);
  let y = top + 4 * MM + SMALL;
  const room = width - QR_SIZE - 8 * MM;
  const put = (text: string): void => {
    for (const line of breakLines(fonts, text, 'regular', SMALL, room)) {
      if (y > FOOT_BOTTOM) throw new TooLong('the foot of the certificate is longer than its room');
      pages.line(line, { x: left, y, em: SMALL, weight: 'regular' });
      y += SMALL * 1.5;
    }
  };
  put(`证明编号：${certificate.number}`);
  put(`验证码：${certificate.verificationCode}`);
  for (const line of lines) put(line);
  pages.line(`第 ${page} 页 共 ${all} 页`, { x: A4.width / 2, y: A4.height - 12 * MM, em: SMALL, weight: 'regular', align: 'center' });
};

const qr = (pages: Pages, text: string, x: number, y: number, size: number): void => {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' });
  pages.doc.save().translate(x, y).scale(size / modules.size);
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      if (modules.get(row, column) === 0) continue;
      // Neighbours in a row are one rectangle: no hairlines between modules, and a smaller file.
      let end = column + 1;
      while (end < modules.size && modules.get(row, end) !== 0) end += 1;
      pages.doc.rect(column, row, end - column, 1);
      column = end;
    }
  }
  pages.doc.fill('black').restore();
};

/** A framed line above the title: this is no real certificate. */
export const demoBar = (pages: Pages, left: number, width: number, y: number): void => {
  pages.doc.rect(left, y, width, 9 * MM).lineWidth(1.6).stroke('black');
  pages.line('演示 · 不是真的证明', { x: left + width / 2, y: y + 4.5 * MM + 5, em: 14, weight: 'regular', align: 'center' });
};

/** 演示 across the page, pale and drawn as shapes: a mark on the paper, no text of it. */
export const demoWatermark = (pages: Pages, fonts: Fonts): void => {
  const em = 190;
  pages.doc.save();
  pages.doc.translate(A4.width / 2, A4.height / 2 - 30).rotate(-32);
  for (const [index, char] of ['演', '示'].entries()) {
    const face = fonts.faceFor(char.codePointAt(0) ?? 0, 'bold');
    if (face === null) continue;
    const unit = em / face.font.unitsPerEm;
    pages.doc.save().translate((index - 1) * em * 1.15 + 0.075 * em, 0.38 * em).scale(unit, -unit);
    for (const { command, args } of face.font.glyphForCodePoint(char.codePointAt(0) ?? 0).path.commands) {
      const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = args;
      if (command === 'moveTo') pages.doc.moveTo(a, b);
      else if (command === 'lineTo') pages.doc.lineTo(a, b);
      else if (command === 'quadraticCurveTo') pages.doc.quadraticCurveTo(a, b, c, d);
      else if (command === 'bezierCurveTo') pages.doc.bezierCurveTo(a, b, c, d, e, f);
      else pages.doc.closePath();
    }
    pages.doc.fill('#ececec', 'non-zero').restore();
  }
  pages.doc.restore();
};
