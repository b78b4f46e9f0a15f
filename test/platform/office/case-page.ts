/** One case: answers, materials, signature, what was decided, and the three ways to decide. */
import { answerRows, materialName, type Submitted } from '../catalogue.ts';
import type { Platform } from '../context.ts';
import { decisionsOf, submittedOf, type Complaint, type DecisionRow, type OfficeCase } from './decide.ts';
import { grouped, html, moment, type Html } from './html.ts';
import { originalPanel } from './originals.ts';

export const STATES = {
  received: { zh: '待审核', en: 'To review' },
  approved: { zh: '已同意', en: 'Approved' },
  returned: { zh: '已退回补正', en: 'Returned for correction' },
  refused: { zh: '不予同意', en: 'Refused' },
  issued: { zh: '当场办结', en: 'Issued on the spot' },
} as const;

const SOURCES = { card: { zh: '来自身份证', en: 'card' }, platform: { zh: '平台提供', en: 'platform' }, typed: { zh: '本人填写', en: 'typed' }, chosen: { zh: '本人选择', en: 'chosen' } } as const;
const HOW = { card: { zh: '现场读卡', en: 'card read' }, platform: { zh: '电子证照', en: 'electronic licence' }, scan: { zh: '现场扫描', en: 'scanned' } } as const;

export const stateTag = (state: OfficeCase['state']): Html => html`<span class="tag ${state}">${STATES[state].zh} <span lang="en">${STATES[state].en}</span></span>`;

export interface PageState {
  complaints: readonly Complaint[];
  /** What the reviewer had entered, to be shown again. */
  form: Record<string, string | string[] | undefined>;
  /** How many pages the documents among the materials have, by digest. */
  documents: ReadonlyMap<string, number>;
}

const ticked = (page: PageState, name: string): Html | null => ([page.form['point']].flat().includes(name) ? html` checked` : null);
const entered = (page: PageState, name: string): string => [page.form[name]].flat()[0] ?? '';

const tick = (page: PageState, name: string): Html => html`<label class="tick"><input type="checkbox" name="point" value="${name}" form="return"${ticked(page, name)}>要改 <span lang="en">Correct</span></label>`;
const note = (page: PageState, name: string, label: string): Html => html`<input type="text" name="note:${name}" form="return" maxlength="300" aria-label="${label}：怎么改" placeholder="写给申请人：哪里不对，怎么改" value="${entered(page, `note:${name}`)}">`;

const answers = (platform: Platform, submitted: Submitted, open: boolean, page: PageState): Html[] =>
  answerRows(platform.catalogue.byCode(submitted.itemCode), submitted).map(
    (group) => html`<h2>${group.title.zh} <span lang="en">${group.title.en}</span></h2><table>${group.rows.map(
      (row) => html`<tr><td class="label">${row.label.zh}<small lang="en">${row.label.en}</small></td><td class="strong">${row.value.zh}${row.value.en === row.value.zh ? null : html`<small lang="en">${row.value.en}</small>`}</td><td class="from"><span class="source${row.source === 'card' || row.source === 'platform' ? ' sure' : ''}">${SOURCES[row.source].zh}</span></td>${open ? html`<td class="mark-cell">${tick(page, `field:${row.field}`)}</td>` : null}</tr>${open ? html`<tr class="note-row"><td colspan="4">${note(page, `field:${row.field}`, row.label.zh)}</td></tr>` : null}`,
    )}</table>`,
  );

const materials = (platform: Platform, submitted: Submitted, open: boolean, page: PageState): Html => {
  const item = platform.catalogue.byCode(submitted.itemCode);
  return html`<h2>材料 <span lang="en">Materials</span></h2>${submitted.materials.map((material) => {
    const name = materialName(item, material.id);
    // A document is shown page by page, like pictures; each leads to the whole.
    const shown = material.pages.flatMap(({ digest }) => {
      const count = page.documents.get(digest);
      return count === undefined ? [{ digest, picture: `/office/materials/${digest}` }] : Array.from({ length: Math.max(1, count) }, (_, index) => ({ digest, picture: `/office/materials/${digest}/pages/${index}` }));
    });
    const isDocument = material.pages.some(({ digest }) => page.documents.has(digest));
    return html`<div class="material"><div class="material-head"><strong>${name.zh} <span lang="en">${name.en}</span></strong><span class="source${material.how === 'scan' ? '' : ' sure'}">${HOW[material.how].zh}${shown.length > 0 ? ` ${shown.length} 页${isDocument ? '，一份 PDF' : ''}` : ''}</span>${open ? tick(page, `material:${material.id}`) : null}</div>${open ? html`<div class="note">${note(page, `material:${material.id}`, name.zh)}</div>` : null}${
      shown.length === 0 ? null : html`<div class="pages">${shown.map((one, index) => html`<a href="/office/materials/${one.digest}"><img src="${one.picture}" alt="${name.zh}第 ${index + 1} 页" loading="lazy"></a>`)}</div>`
    }</div>`;
  })}`;
};

/** Strokes as they were drawn, in millimetres; a single touch is a dot. */
const signature = (submitted: Submitted): Html | null => {
  if (submitted.signature === null) return null;
  const { widthMm, heightMm, strokes } = submitted.signature;
  const paths = strokes.map((stroke) => {
    const points = stroke.map(([x, y]) => `${x.toFixed(2)} ${y.toFixed(2)}`);
    return html`<path d="M${points.join('L')}${points.length === 1 ? 'h0.01' : ''}"/>`;
  });
  return html`<h2>本人签名 <span lang="en">Signature on the glass</span></h2><svg class="sign" viewBox="0 0 ${widthMm} ${heightMm}" role="img" aria-label="签名">${paths}</svg>`;
};

const decisionLine = (platform: Platform, submitted: Submitted | null, { body, at, round }: DecisionRow): Html => {
  const item = submitted === null ? null : platform.catalogue.byCode(submitted.itemCode);
  if (body.kind === 'case-approved') return html`<div class="say"><strong>已同意</strong> <span lang="en">Approved</span> ${moment(at)}${body.certificate === null ? null : html` · 证书编号 ${body.certificate.number}`}${body.note === null ? null : html`<br>${body.note}`}</div>`;
  if (body.kind === 'case-refused') return html`<div class="say bad"><strong>不予同意</strong> <span lang="en">Refused</span> ${moment(at)}<br>${body.note}</div>`;
  if (body.kind !== 'case-returned') return html``;
  const nameOf = (target: (typeof body.points)[number]['target']): string => {
    if (target === null) return '整件';
    return target.kind === 'material' ? materialName(item, target.id).zh : (item?.form?.questions.find((question) => question.field === target.id)?.label.zh ?? target.id);
  };
  return html`<div class="say bad"><strong>第 ${round} 次退回补正</strong> <span lang="en">Returned for correction</span> ${moment(at)}<ul>${body.points.map((point) => html`<li><strong>${nameOf(point.target)}</strong>：${point.note}</li>`)}</ul></div>`;
};

const decisionPanels = (found: OfficeCase, page: PageState): Html => {
  const action = (kind: string): string => `/office/cases/${encodeURIComponent(found.case_number)}/${kind}`;
  const round = html`<input type="hidden" name="round" value="${found.round}">`;
  return html`<aside>
<form class="panel" method="post" action="${action('approve')}">${round}<h3>同意 <span lang="en">Approve</span></h3><p>马上编证书号，申请人凭身份证到自助机打印。</p><textarea name="note" rows="2" maxlength="300" aria-label="给申请人的话" placeholder="给申请人的话，可以不写">${entered(page, 'note')}</textarea><button class="yes">同意，发证 <span lang="en">Approve</span></button></form>
<form class="panel" id="return" method="post" action="${action('return')}">${round}<h3>退回补正 <span lang="en">Return</span></h3><p>左边勾出所有要改的，各写一句。一次全告诉申请人。</p><textarea name="whole" rows="2" maxlength="300" aria-label="总的意见" placeholder="总的意见，可以不写">${entered(page, 'whole')}</textarea><button>退回，一次告知 <span lang="en">Return all at once</span></button></form>
<form class="panel" method="post" action="${action('refuse')}">${round}<h3>不予同意 <span lang="en">Refuse</span></h3><p>理由会原样给申请人看。</p><textarea name="reason" rows="3" maxlength="500" aria-label="理由" placeholder="理由和依据">${entered(page, 'reason')}</textarea><button class="no">不予同意 <span lang="en">Refuse</span></button></form></aside>`;
};

const KINDS: Record<string, string> = { submitted: '交来申请', issued: '当场发证', printed: '证书已打印', 'print-in-doubt': '打印存疑，等工作人员看', rated: '申请人作了评价', 'original-loaded': '原件放进了取件柜', 'original-collected': '原件取走了', 'original-returned': '原件由大厅收回', 'original-in-doubt': '原件拿不准，等大厅看' };

const trace = (platform: Platform, caseNumber: string): Html => {
  const rows = platform.db.prepare('SELECT kind, received_at, terminal, sequence, digest FROM messages WHERE case_number = ? ORDER BY id').all(caseNumber) as { kind: string; received_at: string; terminal: string; sequence: number; digest: string }[];
  return html`<h2>全过程 <span lang="en">Every step</span></h2><ol class="trace">${rows.map((row) => html`<li><time>${moment(row.received_at)}</time><span>${KINDS[row.kind] ?? row.kind}（${row.terminal}，第 ${row.sequence} 条）</span><code>${row.digest.slice(0, 16)}</code></li>`)}</ol>`;
};

/** The case's page; with complaints, what the reviewer entered stands in it still. */
export const casePage = (platform: Platform, found: OfficeCase, page: PageState): Html => {
  const submitted = submittedOf(found);
  const item = platform.catalogue.byCode(found.item_code);
  const open = found.state === 'received' && submitted !== null;
  const decisions = decisionsOf(platform, found.case_number);
  const complaints = page.complaints.filter((complaint, index) => page.complaints.findIndex((other) => other.zh === complaint.zh) === index);
  const body = html`<h1>${item?.name.zh ?? found.item_id} <span lang="en">${item?.name.en ?? ''}</span></h1>
<p class="lead">受理号 <strong>${grouped(found.case_number)}</strong> · ${stateTag(found.state)} · 存入 ${moment(found.stored_at)} · 收到 ${moment(found.received_at)} · ${found.terminal}${found.round > 1 ? ` · 第 ${found.round} 次提交` : ''}</p>
${complaints.length === 0 ? null : html`<div class="say bad" role="alert"><strong>还没有定下来</strong><ul>${complaints.map((complaint) => html`<li>${complaint.zh} <span lang="en">${complaint.en}</span></li>`)}</ul></div>`}
${decisions.map((decision) => decisionLine(platform, submitted, decision))}
${originalPanel(platform, found)}`;
  const details = submitted === null ? null : [...answers(platform, submitted, open, page), materials(platform, submitted, open, page), signature(submitted)];
  return html`${body}<div${open ? html` class="columns"` : null}><div>${details}${trace(platform, found.case_number)}</div>${open ? decisionPanels(found, page) : null}</div>`;
};
