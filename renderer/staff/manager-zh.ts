/** Words of the hall manager's page in Chinese. */
export const managerZh = { title: '大厅管理' };
