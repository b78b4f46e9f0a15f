/** What the citizen's page shows, from the session's state: no more than the page needs. */
import type { Item, Text } from '../../kiosk-config/index.ts';
import type { Screen, SessionView } from './page-contract.ts';
import type { CaseRecord, CaseSummary } from '../cases/types.ts';
import { applies, asked, changeable, maxLengthOf } from './answers.ts';
import { guideRows } from './guide.ts';
import { flowItem, flowOf, howMaterial, materialsOf, nextSide, pagesOf, paperCount, railOf, toScan } from './flow.ts';
import { answerMs, isHome } from './idle.ts';
import { mask, maskIdNumber } from './mask.ts';
import { yuanOf, yuanRead } from './money.ts';
import { DEVICE_OF, scanWays } from './scan-ways.ts';
import { bookingScreen } from './booking.ts';
import { cardForNumber, classOfItem, codePlace, givesNumbers, numberScreen } from './numbers.ts';
import { pickUpCodePlace, pickUpOffered, pickUpScreen } from './pick-up.ts';
import { whereIs } from './where.ts';
import { itemOf, type Page, type Paper, type SessionEnv, type SessionState } from './state.ts';

export interface ViewEnv extends SessionEnv {
  /** ISO 8601 with offset. */
  nowText: string;
  clockKnown: boolean;
  /** Devices that the page itself opens. */
  pageDevices: SessionView['terminal']['pageDevices'];
  /** What stands on the signature pad; left out: there is none. */
  pad?: Extract<Screen, { kind: 'sign' }>['pad'];
}

const both = (words: string): Text => ({ zh: words, en: words });

const nameOf = (item: Item): { id: string; name: Text } => ({ id: item.id, name: item.name });

const tile = (env: SessionEnv, item: Item): Extract<Screen, { kind: 'home' }>['items'][number] => {
  const readiness = env.readiness(item.id);
  return { id: item.id, name: item.name, summary: item.summary, icon: item.icon, entry: item.entry, theme: item.theme ?? null, keywords: item.keywords, open: readiness.open, reasons: readiness.reasons };
};

const paperView = (env: SessionEnv, paper: Paper | null, deviceClass: string, spoken = false): Extract<Screen, { kind: 'done' }>['slip'] => {
  if (paper === null) return null;
  const { lines = [], ...rest } = paper;
  return { ...rest, where: whereIs(env, deviceClass), ...(spoken && lines.length > 0 ? { lines: [...lines] } : {}) };
};

const placesFor = (env: SessionEnv, itemId: string | null): { name: Text; how: Text; hours: Text }[] =>
  env.hall.otherPlaces.filter((place) => itemId === null || place.items === undefined || place.items.includes(itemId)).map(({ name, how, hours }) => ({ name, how, hours }));

/** 12月11日 / 11 December */
const dayText = (iso: string): Text => {
  const [, month = '', day = ''] = /^\d{4}-(\d\d)-(\d\d)/.exec(iso) ?? [];
  const english = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' }).format(new Date(`${iso.slice(0, 10)}T00:00:00Z`));
  return { zh: `${Number(month)}月${Number(day)}日`, en: english };
};

/** A certificate that was issued and never came out is ready to be printed, not done. */
const stateShown = (summary: CaseSummary): Extract<Screen, { kind: 'result' }>['state'] => {
  if (summary.quarantined) return 'quarantined';
  return summary.state === 'issued' && (summary as Partial<CaseRecord>).certificatePrinted === false ? 'approved' : summary.state;
};

const caseLine = (env: SessionEnv, summary: CaseSummary): Extract<Screen, { kind: 'mine' }>['cases'][number][] => {
  const item = env.items.find((candidate) => candidate.id === summary.itemId);
  if (item === undefined || summary.caseNumber === null) return [];
  return [{
    caseNumber: summary.caseNumber,
    item: nameOf(item),
    state: stateShown(summary),
    at: summary.at,
    promisedBy: summary.promisedBy,
    printable: (summary.state === 'approved' || summary.state === 'issued') && (summary as Partial<CaseRecord>).certificatePrinted === false,
  }];
};

const correctionOf = (state: SessionState, kind: 'field' | 'material', id: string): Text | null => {
  const notes = (state.flow?.corrections ?? []).filter((point) => point.target?.kind === kind && point.target.id === id).map((point) => point.note);
  return notes.length === 0 ? null : both(notes.join('；'));
};

const questionScreen = (state: SessionState, env: SessionEnv, page: Extract<Page, { at: 'question' }>): Screen => {
  const item = flowItem(env, state);
  const flow = flowOf(state);
  const question = item.form?.questions.find((candidate) => candidate.field === page.field);
  if (question === undefined) throw new Error(`no question ${page.field}`);
  const list = asked(item, flow.answers);
  const answer = flow.answers[page.field];
  return {
    kind: 'question',
    item: nameOf(item),
    rail: railOf(item, page),
    index: Math.max(0, list.findIndex((candidate) => candidate.field === page.field)),
    total: Math.max(1, list.length),
    question: {
      field: question.field,
      title: question.title,
      hint: question.hint ?? null,
      label: question.label,
      input: question.input,
      choices: (question.choices ?? []).map((choice) => ({ value: choice.value, label: choice.label, hint: choice.hint ?? null })),
      quick: question.quick ?? [],
      example: question.example === undefined ? null : { ...question.example, caption: question.example.caption ?? null },
      unit: question.unit ?? null,
      maxLength: maxLengthOf(item, question.field),
    },
    value: page.tried ?? (answer === undefined ? '' : question.input === 'amount' ? yuanOf(answer.value) : answer.value),
    source: answer?.source ?? null,
    error: page.error,
    fromCheck: page.fromCheck,
    correction: correctionOf(state, 'field', page.field),
  };
};

const materialsScreen = (state: SessionState, env: SessionEnv, page: Extract<Page, { at: 'materials' }>): Screen => {
  const item = flowItem(env, state);
  const flow = flowOf(state);
  const material = item.materials.find((candidate) => candidate.id === page.materialId);
  if (material === undefined) throw new Error(`no material ${page.materialId}`);
  const scanned = toScan(item, flow);
  const here = scanned.findIndex((candidate) => candidate.id === page.materialId);
  const ways = scanWays(env, page.way ?? null).map((one) => ({ ...one, where: whereIs(env, DEVICE_OF[one.way]) }));
  return {
    kind: 'materials',
    item: nameOf(item),
    rail: railOf(item, page),
    strip: materialsOf(item, flow).map((each) => {
      const how = howMaterial(each, flow);
      const position = scanned.findIndex((candidate) => candidate.id === each.id);
      return { id: each.id, name: each.name, state: each.id === page.materialId ? 'now' : how !== 'scan' || position < here ? 'have' : 'next', how, kind: each.kind, pages: pagesOf(flow, each.id).length };
    }),
    material: { id: material.id, name: material.name, hint: material.hint, kind: material.kind, minPages: material.required ? material.pages.min : 0, maxPages: material.pages.max },
    phase: page.phase,
    side: page.side ?? nextSide(material, flow),
    ways,
    way: page.way ?? null,
    pages: pagesOf(flow, page.materialId).map((ref, index) => ({ id: ref.id, index, url: `/api/citizen/pages/${ref.id}`, findings: ref.findings as Extract<Screen, { kind: 'materials' }>['pages'][number]['findings'], side: ref.side ?? null })),
    dropped: page.dropped ?? 0,
    over: page.over ?? false,
    unbound: page.unbound ?? false,
    fault: page.fault,
    where: ways[0]?.where ?? whereIs(env, 'scanner'),
    fromCheck: page.fromCheck,
    correction: correctionOf(state, 'material', page.materialId),
  };
};

const checkScreen = (state: SessionState, env: SessionEnv, page: Page): Screen => {
  const item = flowItem(env, state);
  const flow = flowOf(state);
  const groups = (item.form?.groups ?? []).map((group) => ({
    id: group.id,
    title: group.title,
    rows: (item.form?.questions ?? [])
      .filter((question) => question.group === group.id && applies(question, flow.answers))
      .flatMap((question) => {
        const answer = flow.answers[question.field];
        if (answer === undefined || answer.value === '') return [];
        const label = question.choices?.find((choice) => choice.value === answer.value)?.label ?? question.quick?.find((quick) => quick.value === answer.value)?.label;
        const unit = label === undefined ? question.unit : undefined;
        const words = question.input === 'amount' ? yuanRead(answer.value) : answer.value;
        const full: Text = label ?? (unit === undefined ? both(words) : { zh: `${words} ${unit.zh}`, en: `${words} ${unit.en}` });
        const editable = changeable(question, answer);
        return [{
          field: question.field,
          label: question.label,
          full,
          masked: { zh: mask(question.mask, full.zh), en: mask(question.mask, full.en) },
          source: answer.source,
          editable,
          target: editable ? ('question' as const) : ('none' as const),
        }];
      }),
  })).filter((group) => group.rows.length > 0);
  const scanned = toScan(item, flow);
  const counted = scanned.reduce((sum, material) => sum + paperCount(material, pagesOf(flow, material.id)), 0);
  const wanted = materialsOf(item, flow);
  if (wanted.length > 0) {
    const full: Text = {
      zh: `${wanted.length} 份，扫描 ${counted} 页`,
      en: `${wanted.length} documents, ${counted} scanned ${counted === 1 ? 'page' : 'pages'}`,
    };
    groups.push({
      id: 'materials',
      title: { zh: '材料', en: 'Documents' },
      rows: [{ field: 'materials', label: { zh: '交了几份材料', en: 'Documents given' }, full, masked: full, source: null as never, editable: scanned.length > 0, target: (scanned.length > 0 ? 'materials' : 'none') as never }],
    });
  }
  return { kind: 'check', item: nameOf(item), rail: railOf(item, page), groups };
};

const doneScreen = (state: SessionState, env: SessionEnv, page: Extract<Page, { at: 'done' }>): Screen => {
  const itemId = state.flow?.itemId ?? state.open?.itemId ?? '';
  const item = itemOf(env, itemId);
  const materials = state.flow?.materials ?? state.open?.materials ?? [];
  const promised = page.promisedBy === null ? null : dayText(page.promisedBy);
  const fill = (words: Text): Text => (promised === null ? words : { zh: words.zh.replaceAll('{promised}', promised.zh), en: words.en.replaceAll('{promised}', promised.en) });
  return {
    kind: 'done',
    item: nameOf(item),
    caseNumber: page.caseNumber,
    storedAt: page.storedAt,
    clockKnown: page.clockKnown,
    atPlatform: page.atPlatform,
    slip: paperView(env, page.slip, 'receipt-printer', state.spoken),
    certificate: paperView(env, page.certificate, 'document-printer'),
    materials: { count: item.materials.filter((material) => materials.some(({ id }) => id === material.id) || material.when === undefined).length, pages: item.materials.reduce((sum, material) => sum + paperCount(material, materials.find(({ id }) => id === material.id)?.pages ?? []), 0) },
    next: page.certificate === null ? item.next.map((row) => ({ title: fill(row.title), body: fill(row.body) })) : [],
    rating: page.rating,
  };
};

const openCaseScreen = (state: SessionState, env: SessionEnv, kind: 'result' | 'correction'): Screen => {
  const record = state.open;
  if (record === null) throw new Error(`page ${kind} without a case`);
  const item = itemOf(env, record.itemId);
  const caseNumber = record.caseNumber ?? '';
  if (kind === 'correction') {
    return {
      kind,
      item: nameOf(item),
      caseNumber,
      points: record.corrections.map((point) => ({
        label: (point.target?.kind === 'field' ? item.form?.questions.find((question) => question.field === point.target?.id)?.label : item.materials.find((material) => material.id === point.target?.id)?.name) ?? { zh: '整件', en: 'The whole application' },
        note: both(point.note),
      })),
    };
  }
  const readiness = env.paperReadiness();
  return {
    kind,
    item: nameOf(item),
    caseNumber,
    state: stateShown(record),
    decidedAt: record.decidedAt,
    note: record.decisionNote === null ? null : both(record.decisionNote),
    sheets: Math.max(1, item.requires.a4Sheets),
    printable: record.certificate !== null && !record.certificatePrinted && readiness.open,
    closed: readiness.reasons,
  };
};

const screenOf = (state: SessionState, env: ViewEnv): Screen => {
  const { page } = state;
  switch (page.at) {
    case 'home': {
      const items = env.items.map((item) => tile(env, item));
      const open = items.filter((item) => item.open).length;
      const reader = env.readiness('').reasons.some((reason) => reason.device === 'id-card') ? 'closed' : page.reader;
      return { kind: 'home', items, openCount: open, closedCount: items.length - open, reader, readerWhere: whereIs(env, 'id-card'), numbers: givesNumbers(env), codeWhere: codePlace(env), pickUp: pickUpOffered(env) };
    }
    case 'items':
      return {
        kind: 'items',
        entry: page.entry,
        items: env.items.map((item) => tile(env, item)).filter((item) => page.entry === 'all' || page.entry === 'guides' || (page.entry === 'closed' ? !item.open : item.entry === page.entry)),
      };
    case 'guide':
      return { kind: 'guide', item: nameOf(itemOf(env, page.itemId)), rows: guideRows(itemOf(env, page.itemId)), open: env.readiness(page.itemId).open };
    case 'closed':
      return {
        kind: 'closed',
        item: nameOf(itemOf(env, page.itemId)),
        reasons: env.readiness(page.itemId).reasons,
        places: placesFor(env, page.itemId),
        canPrintPlaces: placesFor(env, page.itemId).length > 0 && !env.readiness(page.itemId).reasons.some((reason) => reason.device === 'receipt-printer'),
        numbers: classOfItem(env, page.itemId)?.name ?? null,
      };
    case 'card': {
      const item = page.itemId === null ? null : itemOf(env, page.itemId);
      return { kind: 'card', item: item === null ? null : nameOf(item), rail: item === null ? null : railOf(item, page), state: page.state, fault: page.fault, where: whereIs(env, 'id-card'), forPickUp: page.pickUp === true, ...cardForNumber(env, page), ...(page.pickUp === true ? { codeWhere: pickUpCodePlace(env) } : {}) };
    }
    case 'mine':
      return {
        kind: 'mine',
        name: state.person?.name ?? '',
        cases: state.cases.flatMap((summary) => caseLine(env, summary)),
        items: env.items.map((item) => tile(env, item)),
        numbers: givesNumbers(env),
        pickUp: env.pickUp === null ? null : (state.originals ?? []).length,
      };
    case 'notice': {
      const item = flowItem(env, state);
      const { notice } = item;
      if (notice === undefined) throw new Error(`item ${item.id} has no notice`);
      const resumedFrom = flowOf(state).resumedFrom;
      return { kind: 'notice', item: nameOf(item), rail: railOf(item, page), title: notice.title, paragraphs: notice.paragraphs, agree: notice.agree, resume: resumedFrom === null ? null : { savedAt: resumedFrom } };
    }
    case 'question':
      return questionScreen(state, env, page);
    case 'materials':
      return materialsScreen(state, env, page);
    case 'check':
      return checkScreen(state, env, page);
    case 'sign':
      return { kind: 'sign', item: nameOf(flowItem(env, state)), rail: railOf(flowItem(env, state), page), name: state.person?.name ?? '', pad: env.pad ?? null };
    case 'confirm': {
      const item = flowItem(env, state);
      const { person } = state;
      const facts = person === null ? [] : [
        { label: { zh: '姓名', en: 'Name' }, masked: person.name, full: person.name },
        { label: { zh: '证件号', en: 'ID number' }, masked: maskIdNumber(person.idNumber), full: person.idNumber },
      ];
      return { kind: 'confirm', item: nameOf(item), rail: railOf(item, page), facts, sheets: item.requires.a4Sheets };
    }
    case 'working': {
      const itemId = state.flow?.itemId ?? state.open?.itemId ?? null;
      const item = itemId === null ? null : itemOf(env, itemId);
      return { kind: 'working', item: item === null ? null : nameOf(item), rail: item === null || state.flow === null ? null : railOf(item, page), what: page.what, progress: page.progress };
    }
    case 'done':
      return doneScreen(state, env, page);
    case 'result':
    case 'correction':
      return openCaseScreen(state, env, page.at);
    case 'fault': {
      const itemId = state.flow?.itemId ?? state.open?.itemId ?? null;
      return {
        kind: 'fault',
        item: itemId === null ? null : nameOf(itemOf(env, itemId)),
        caseNumber: page.caseNumber,
        fault: page.fault,
        device: page.device,
        sheets: page.sheets,
        safe: page.safe,
        doubtNumber: page.doubt?.number ?? null,
        doubtQr: page.doubt?.qr ?? null,
        canRetry: page.retry !== null,
        places: placesFor(env, itemId),
        slip: paperView(env, page.slip, 'receipt-printer', state.spoken),
      };
    }
    case 'take-card':
      return { kind: 'take-card' };
    case 'rest':
      return { kind: 'rest' };
    case 'code':
      return { kind: 'code', found: page.found, numbers: givesNumbers(env), cardWhere: env.usable('id-card') ? whereIs(env, 'id-card') : null };
    case 'number':
    case 'check-in':
    case 'ticket':
    case 'no-number':
    case 'number-back':
      return numberScreen(state, env, page);
    case 'pick-ups':
    case 'fetching':
      return pickUpScreen(state, env, page);
    case 'times':
    case 'book':
    case 'appointment':
      return bookingScreen(env, page);
  }
};

/** The whole view of one moment. */
export const viewOf = (state: SessionState, env: ViewEnv, revision: number): SessionView => ({
  revision,
  hall: { name: env.hall.name, area: env.hall.area, phone: env.hall.phone, hotline: env.hall.hotline, timeZone: env.hall.timeZone },
  terminal: { number: env.terminal.number, demo: env.hall.demo, widthMm: env.terminal.panel.widthMm, lowerEdgeMm: env.terminal.panel.lowerEdgeMm, pageDevices: env.pageDevices },
  now: env.nowText,
  clockKnown: env.clockKnown,
  language: state.language,
  modes: { elder: state.elder, spoken: env.speaks.includes(state.language) ? { on: state.spoken, languages: [...env.speaks], pad: env.terminal.devices.some((device) => device.class === 'nav-pad') } : null },
  inSession: state.id !== null || !isHome(state),
  idle:
    state.askedAt === null
      ? null
      : {
          secondsLeft: Math.max(0, Math.ceil((answerMs(state, env) - (env.now - state.askedAt)) / 1_000)),
          totalSeconds: answerMs(state, env) / 1_000,
          draftKept: state.flow !== null && state.page.at !== 'done',
        },
  help: state.help ? { dutyPhone: env.hall.duty.phone, dutyExtension: env.hall.duty.extension ?? null, note: env.hall.duty.note, counterHours: env.hall.counters.hours } : null,
  screen: screenOf(state, env),
});
