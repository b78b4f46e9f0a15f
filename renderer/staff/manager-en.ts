/** Words of the hall manager's page in English. */
export const managerEn = { title: 'Hall manager' };
