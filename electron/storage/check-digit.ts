/** Check digit of a row of decimal digits (ISO/IEC 7812-1 Luhn): catches every wrong digit and nearly every swapped pair. */
export const checkDigit = (digits: string): string => {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    const doubled = index % 2 === 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return String((10 - (sum % 10)) % 10);
};
