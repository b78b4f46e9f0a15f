/** Words for a code that was shown and leads nowhere by itself, in Chinese. */
export const codesZh = {
  title: {
    'ticket-over': '这张号票，本机没有查到',
    'other-hall': '这张号票是别的大厅的',
    'pick-up': '这是取件码',
    'pick-up-unknown': '这个柜子里没有这份件',
    payment: '这是付款码，请收好',
    identity: '这是身份码',
    slip: '这是回执上的码',
    appointment: '本机不办预约签到',
    unknown: '不认识这个码',
  },
  body: {
    'ticket-over': '可能已经过去了，或者不是今天的。请看票上的日期，也可以重新取号。',
    'other-hall': '在这里叫不到。请看票上的大厅名称；要在本厅办，就重新取号。',
    'pick-up': '本机不取件。请拿这个码到取件柜，或者问服务台。',
    'pick-up-unknown': '可能还没有放进来，或者已经取走了，或者在别处的柜子。请看短信上的地点。',
    payment: '本机不收钱，没有扣款。办什么都不用出示付款码。',
    identity: '身份码只在取号时有用：先选要取的号，再对一次。办事请放身份证。',
    slip: '想看办到哪一步，放上身份证就行。不用扫回执。',
    appointment: '请到服务台签到，或者直接取号。',
    unknown: '本机认得号票上的码和预约码。码要平、要亮，离近一点再试。',
  },
  card: '身份证放在{{where}}',
  numbers: '取号',
};
