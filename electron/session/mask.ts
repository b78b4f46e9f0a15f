/** Hiding what others over the shoulder need not read. */

const DOT = '•';

/** 4412 •••• •••• 0037: first and last four stay. */
export const maskIdNumber = (value: string): string => {
  const characters = [...value];
  if (characters.length <= 8) return DOT.repeat(characters.length);
  const hidden = DOT.repeat(characters.length - 8).replaceAll(/(.{4})(?=.)/g, '$1 ');
  return `${characters.slice(0, 4).join('')} ${hidden} ${characters.slice(-4).join('')}`;
};

/** 138 •••• 6620 */
export const maskPhone = (value: string): string => (value.length < 8 ? DOT.repeat(value.length) : `${value.slice(0, 3)} ${DOT.repeat(value.length - 7)} ${value.slice(-4)}`);

/** Street and place stay, house and room numbers do not. */
export const maskAddress = (value: string): string => value.replaceAll(/[0-9０-９]+/g, (digits) => DOT.repeat(digits.length));

export const mask = (kind: 'none' | 'id-number' | 'phone' | 'address', value: string): string => {
  switch (kind) {
    case 'id-number':
      return maskIdNumber(value);
    case 'phone':
      return maskPhone(value);
    case 'address':
      return maskAddress(value);
    case 'none':
      return value;
  }
};
