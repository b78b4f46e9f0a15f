/** 办事指南 as rows: every element that the item's file knows, and none that it does not. */
import type { Item, Text } from '../../kiosk-config/index.ts';

const join = (texts: readonly Text[]): Text => ({ zh: texts.map((text) => text.zh).join('\n'), en: texts.map((text) => text.en).join('\n') });

const days = (count: number): Text => ({ zh: `${count} 个工作日`, en: `${count} working ${count === 1 ? 'day' : 'days'}` });

/** Fen as yuan: 1050 → 10.50 */
const yuan = (fen: number): string => (fen / 100).toFixed(2);

/** @returns label and value of each element, in the order of the official guide */
export const guideRows = (item: Item): { label: Text; value: Text }[] => {
  const { guide } = item;
  const onTheSpot: Text = { zh: '当场办结', en: 'Done on the spot' };
  const row = (zh: string, en: string, value: Text | undefined): { label: Text; value: Text }[] => (value === undefined ? [] : [{ label: { zh, en }, value }]);
  return [
    ...row('事项名称', 'Item', item.name),
    ...row('事项编码', 'Item code', { zh: item.code, en: item.code }),
    ...row('事项类型', 'Kind', guide.type),
    ...row('服务对象', 'Who may apply', guide.audience),
    ...row('设定依据', 'Legal basis', join(guide.basis)),
    ...row('实施机构', 'Agency', guide.agency),
    ...row('法定办结时限', 'Legal time limit', guide.legalWorkingDays === null ? onTheSpot : days(guide.legalWorkingDays)),
    ...row('承诺办结时限', 'Promised time', guide.promisedWorkingDays === null ? onTheSpot : days(guide.promisedWorkingDays)),
    ...row('办理结果', 'Result', guide.resultName),
    ...row('收费', 'Fee', guide.fee.fen === 0 ? { zh: '不收费', en: 'Free' } : { zh: `${yuan(guide.fee.fen)} 元`, en: `CNY ${yuan(guide.fee.fen)}` }),
    ...row('收费依据', 'Basis of the fee', guide.fee.basis),
    ...row('申请材料', 'Documents', item.materials.length === 0 ? { zh: '只要证件，不要别的材料', en: 'Your ID card, nothing else' } : join(item.materials.map((material) => material.name))),
    ...row('办理形式', 'Ways to apply', guide.channels),
    ...row('审查标准', 'How it is judged', guide.reviewStandard),
    ...row('通办范围', 'Valid across', guide.availableAcross),
    ...row('办理时间', 'Hours', guide.hours),
    ...row('咨询电话', 'Enquiries', { zh: guide.consultPhone, en: guide.consultPhone }),
    ...row('监督电话', 'Complaints', { zh: guide.complaintPhone, en: guide.complaintPhone }),
  ];
};
