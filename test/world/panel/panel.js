/** The bench's page: every button is one documented call; what is shown comes from GET /state, once a second. */

/**
 * @typedef {{ uri: string, plugged: boolean, fault: string | null, faults: string[] }} DeviceState
 * @typedef {{ card: string | null, readerPlugged: boolean, devices: Record<string, DeviceState>, scanner: { feederSheets: number, glass: string | null },
 *   hall: { near: boolean, lamps: string[], ticketInMouth: boolean, handTakes: boolean, ticketsDrawnBack: number, doorsOpen: number[], display: string | null, padHeard: boolean },
 *   network: { cut: boolean, connections: number }, platform: { url: string, mode: string | null }, slips: number, sheets: number,
 *   processes: { name: string, pid: number, alive: boolean }[] }} State
 */

/** @type {Record<string, string>} */
const FAULT_WORDS = {
  'paper-low': '纸不多了',
  'paper-out': '没纸了',
  'paper-out-mid-slip': '打到一半没纸',
  jam: '卡纸',
  'jam-mid-job': '印到一半卡纸',
  'cover-open': '盖子开着',
  cutter: '切刀坏了',
  'head-hot': '打印头过热',
  'toner-low': '碳粉不多',
  'toner-out': '碳粉用完',
  stopped: '暂停',
  'output-full': '出纸盘满',
  aborts: '作业中止',
  silent: '不出声',
  garbage: '乱答',
  'never-ending-reply': '答不完',
  'feeder-empty': '进纸器空',
  'feeder-jam': '进纸器卡纸',
  busy: '忙',
  'huge-page': '超大图像',
  'empty-page': '空图像',
  'html-answer': '答成网页',
  'half-body': '只答一半',
  'xml-bomb': '恶意 XML',
  'bad-checksum': '校验总错',
  'bad-checksum-once': '校验错一次',
  truncated: '答一半',
  noise: '噪声',
  'noise-around': '前后噪声',
  'absurd-length': '长度荒唐',
  'lift-mid-read': '读时拿走',
  'with-fingerprint': '带指纹',
  'module-locked': '模块锁定',
  'wrong-host': '地址答错',
  offline: '离线',
  'cutter-sticks': '切刀卡一下',
  'retract-stuck': '收不回去',
  'damaged-reply': '答坏了',
  'broken-off': '码断了',
  slow: '很慢',
  glued: '两码粘连',
  'control-character': '控制字符',
  'no-text': '不是文字',
  endless: '没完没了',
  'no-ending': '没有结尾',
  'garbage-first': '先来乱码',
  stuck: '门打不开',
  'cut-on-open': '开门时断线',
  refuses: '不接受',
  'refuses-once': '拒绝一次',
  'local-echo': '回声',
  'other-values': '答成别的',
  repeats: '重复发',
  dribbles: '一字节一字节',
  'unknown-key': '不认识的键',
  'bad-crc': '校验错',
  'busy-once': '忙一次',
  failed: '板子坏了',
};
/** @type {Record<string, string>} */
const DEVICE_WORDS = {
  'id-card': '读卡器',
  'receipt-printer': '回执打印机',
  'document-printer': 'A4 打印机',
  scanner: '扫描仪',
  'ticket-dispenser': '取号机',
  'code-scanner': '扫码器',
  locker: '取件柜',
  'window-display': '窗口屏',
  'call-pad': '叫号器',
  signals: '灯和感应',
};
/** @type {[name: string, words: string][]} */
const LAMP_WORDS = [
  ['card', '读卡'],
  ['slip', '回执'],
  ['a4', 'A4'],
  ['scanner', '扫描'],
  ['ticket', '号票'],
  ['code', '扫码'],
];
const DOORS = 12;
/** @type {[mode: string, words: string][]} */
const MODE_WORDS = [
  ['normal', '正常'],
  ['slow', '慢'],
  ['5xx', '出错'],
  ['reject', '拒收'],
  ['html', '答成网页'],
  ['half-body', '只答一半'],
  ['wrong-digest', '摘要不符'],
];
/** @type {Record<string, string>} */
const PROCESS_WORDS = { agent: '主程序', 'device-host': '设备进程', platform: '中央平台', world: '演示台自己', shell: '窗口', launch: '启动器' };

/** @param {string} id @returns {HTMLElement} */
const at = (id) => {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`no element ${id}`);
  return found;
};

/** @param {string} text @param {boolean} [bad] */
const say = (text, bad = false) => {
  const line = at('line');
  line.textContent = text;
  line.classList.toggle('bad', bad);
};

/** @param {string} path @param {unknown} body @returns {Promise<unknown>} null when refused; the reason is shown */
const post = async (path, body) => {
  try {
    const response = await fetch(path, { method: 'POST', ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) });
    const answer = await response.json();
    if (response.ok) say(`POST ${path} ${body === undefined ? '' : JSON.stringify(body)}`);
    else say(`${answer.title ?? response.status}`, true);
    void refresh();
    return response.ok ? answer : null;
  } catch {
    say('演示台没有回答 The bench does not answer', true);
    return null;
  }
};

/** @param {string} words @param {string} english @param {() => unknown} act @returns {HTMLButtonElement} */
const button = (words, english, act) => {
  const made = document.createElement('button');
  made.type = 'button';
  const beneath = document.createElement('span');
  beneath.lang = 'en';
  beneath.textContent = english;
  made.append(words, beneath);
  made.addEventListener('click', () => void act());
  return made;
};

/** What shows a state: called with each new one. @type {((state: State) => void)[]} */
const shows = [];

/** @param {HTMLElement} box @param {HTMLButtonElement} made @param {(state: State) => boolean} pressed @param {boolean} [bad] */
const add = (box, made, pressed, bad = false) => {
  made.classList.toggle('bad', bad);
  box.append(made);
  shows.push((state) => made.setAttribute('aria-pressed', String(pressed(state))));
};

const buildCards = async () => {
  const hold = /** @type {HTMLInputElement} */ (at('hold'));
  /** @type {{ id: string, label: string, kind: string, name: string }[]} */
  const specimens = await (await fetch('/specimens')).json();
  for (const { id, label } of specimens) {
    add(
      at('specimens'),
      button(label, id, () => post('/card', { specimen: id, ...(hold.checked ? { holdMs: 3000 } : {}) })),
      (state) => state.card === id,
    );
  }
  const lift = /** @type {HTMLButtonElement} */ (at('lift'));
  lift.addEventListener('click', () => void post('/card', { lift: true }));
  const plug = at('plug');
  plug.addEventListener('click', () => void post('/id-card/plug', { in: plug.getAttribute('aria-pressed') === 'true' }));
  plug.classList.add('bad');
  shows.push((state) => {
    lift.disabled = state.card === null;
    plug.setAttribute('aria-pressed', String(!state.readerPlugged));
  });
};

const buildOutside = () => {
  add(at('network'), button('通', 'connected', () => post('/network', { cut: false })), (state) => !state.network.cut);
  add(at('network'), button('断开', 'cut', () => post('/network', { cut: true })), (state) => state.network.cut, true);
  for (const [mode, words] of MODE_WORDS) {
    add(at('platform'), button(words, mode, () => post('/platform', { mode })), (state) => state.platform.mode === mode, mode !== 'normal');
  }
  add(at('glass'), button('合同', 'contract', () => post('/scanner/glass', { page: 'contract' })), (state) => state.scanner.glass === 'contract');
  add(at('glass'), button('收入证明', 'proof of income', () => post('/scanner/glass', { page: 'income' })), (state) => state.scanner.glass === 'income');
  add(at('glass'), button('没有纸', 'nothing', () => post('/scanner/glass', { page: null })), (state) => state.scanner.glass === null);
  for (const sheets of [0, 1, 2, 5]) {
    add(
      at('feeder'),
      button(sheets === 0 ? '空' : `${sheets} 张`, sheets === 0 ? 'empty' : `${sheets} sheet${sheets === 1 ? '' : 's'}`, () => post('/scanner/load', { sheets })),
      (state) => state.scanner.feederSheets === sheets,
    );
  }
  at('open-page').addEventListener('click', () => void openCitizenPage());
};

/** The text of the newest code on paper that fits; null: none came out yet. @param {RegExp} pattern @returns {Promise<string | null>} */
const newestCode = async (pattern) => {
  /** @type {{ n: number }[]} */
  const slips = await (await fetch('/slips')).json();
  for (const { n } of slips.reverse()) {
    /** @type {{ text: string | null }} */
    const { text } = await (await fetch(`/slips/${n}/code`)).json();
    if (text !== null && pattern.test(text)) return text;
  }
  return null;
};

/** @param {RegExp} pattern */
const showNewest = async (pattern) => {
  const text = await newestCode(pattern);
  if (text === null) say('还没有这样的纸出来 No such paper has come out yet', true);
  else await post('/code', { text });
};

const buildHall = () => {
  add(at('presence'), button('有人', 'somebody near', () => post('/presence', { near: true })), (state) => state.hall.near);
  add(at('presence'), button('走开', 'nobody', () => post('/presence', { near: false })), (state) => !state.hall.near);
  at('codes').append(
    button('刚出的号票', 'newest ticket', () => showNewest(/[?&]t=/)),
    button('刚出的回执', 'newest slip', () => showNewest(/^HALL24/)),
    button('别的大厅的号票', "another hall's ticket", () => post('/code', { text: 'https://hall.example/ticket/?t=0123456789abcdef01234567' })),
    button('付款码', 'payment', () => post('/code', { text: '134567890123456789' })),
    button('取件码', 'pick-up', () => post('/code', { text: 'QJ20261122' })),
    button('身份码', 'identity, of an elder', () => post('/identity-code', {})),
    button('过期身份码', 'identity, expired', () => post('/identity-code', { lifeSeconds: 0 })),
    button('商品条码', 'a carton of milk', () => post('/code', { text: '6901234567892' })),
  );
  const text = /** @type {HTMLInputElement} */ (at('code-text'));
  at('code-go').addEventListener('click', () => void (text.value === '' ? undefined : post('/code', { text: text.value })));
  const take = button('拿走号票', 'take the ticket', () => post('/ticket-dispenser/take', undefined));
  at('tickets').append(take);
  add(at('tickets'), button('没人拿', 'nobody takes it', () => post('/ticket-dispenser/hand', { takes: false })), (state) => !state.hall.handTakes, true);
  add(at('tickets'), button('四秒后有人拿', 'taken after 4 s', () => post('/ticket-dispenser/hand', { takes: true })), (state) => state.hall.handTakes);
  for (const [key, words] of [['next', '下一个'], ['recall', '重呼'], ['skip', '过号'], ['start', '开始'], ['finish', '办结'], ['pause-resume', '暂停/继续'], ['park', '挂起']]) at('pad').append(button(words ?? '', key ?? '', () => post('/call-pad/press', { key })));
  add(at('pad'), button('屏断电', 'display without power', () => post('/window-display/power', { on: at('display').classList.contains('dark') })), (state) => state.hall.display === null, true);
  for (let cell = 1; cell <= DOORS; cell += 1) {
    const made = button(`${cell} 号门`, '', () => post('/locker/door', { cell, open: made.getAttribute('aria-pressed') !== 'true' }));
    add(at('doors'), made, (state) => state.hall.doorsOpen.includes(cell), true);
    shows.push((state) => {
      const english = made.querySelector('[lang]');
      if (english !== null) english.textContent = state.hall.doorsOpen.includes(cell) ? 'open' : 'closed';
    });
  }
  const lamps = LAMP_WORDS.map(([name, words]) => {
    const lamp = document.createElement('span');
    lamp.textContent = words;
    at('lamps').append(lamp);
    return { name, lamp };
  });
  for (const [device, words] of Object.entries(DEVICE_WORDS)) {
    const made = button(words, device, () => post(`/${device}/plug`, { in: made.getAttribute('aria-pressed') === 'true' }));
    add(at('cables'), made, (state) => state.devices[device]?.plugged === false, true);
  }
  shows.push(({ hall }) => {
    take.disabled = !hall.ticketInMouth;
    at('ticket-state').textContent = `${hall.ticketInMouth ? '出票口有一张' : '出票口是空的'}，收回过 ${hall.ticketsDrawnBack} 张 · ${hall.ticketInMouth ? 'one in the mouth' : 'nothing in the mouth'}, ${hall.ticketsDrawnBack} drawn back`;
    at('display').textContent = hall.display === null ? '没有电 · no power' : hall.display === '' ? '\u00a0' : hall.display;
    at('display').classList.toggle('dark', hall.display === null);
    for (const { name, lamp } of lamps) lamp.toggleAttribute('data-lit', hall.lamps.includes(name));
  });
};

let soundCount = -1;
const SOUNDS = 4;
const showSounds = async () => {
  /** @type {{ at: string, wav: string }[]} */
  const sounds = await (await fetch('/sounds')).json();
  if (sounds.length === soundCount) return;
  soundCount = sounds.length;
  at('sounds').replaceChildren(
    ...sounds.slice(-SOUNDS).reverse().map(({ wav }) => {
      const player = document.createElement('audio');
      player.controls = true;
      player.preload = 'none';
      player.src = wav;
      return player;
    }),
  );
};

const openCitizenPage = async () => {
  // Opened at once, while the click still counts, and sent on when the address is there.
  const page = window.open('about:blank', '_blank');
  const answer = /** @type {{ url: string } | null} */ (await post('/citizen-page', {}));
  if (answer === null) page?.close();
  else if (page !== null) page.location.href = answer.url;
  else say(answer.url);
};

/** Faults of paper and hands, which a visitor wants to see; those of the wire are for developers and lie folded up. */
const EVERYDAY = new Set(['paper-low', 'paper-out', 'paper-out-mid-slip', 'jam', 'jam-mid-job', 'cover-open', 'toner-low', 'toner-out', 'feeder-empty', 'feeder-jam', 'lift-mid-read', 'output-full', 'cutter', 'head-hot', 'retract-stuck', 'stuck']);

/** @param {State} state */
const buildFaults = (state) => {
  for (const box of document.querySelectorAll('[data-faults]')) {
    const device = box.getAttribute('data-faults') ?? '';
    const everyday = document.createElement('div');
    const rare = document.createElement('div');
    everyday.className = 'choices';
    rare.className = 'choices';
    const folded = document.createElement('details');
    const summary = document.createElement('summary');
    const english = document.createElement('span');
    english.lang = 'en';
    english.textContent = 'Rarer faults';
    summary.append('少见的故障 ', english);
    folded.append(summary, rare);
    for (const fault of [null, ...(state.devices[device]?.faults ?? [])]) {
      const made = button(fault === null ? '正常' : (FAULT_WORDS[fault] ?? fault), fault ?? 'all is well', () => post(`/${device}/fault`, { fault }));
      add(fault === null || EVERYDAY.has(fault) ? everyday : rare, made, (now) => now.devices[device]?.fault === fault, fault !== null);
    }
    // What plays must be seen, folded up or not.
    shows.push((now) => {
      const playing = now.devices[device]?.fault ?? null;
      if (playing !== null && !EVERYDAY.has(playing)) folded.open = true;
    });
    box.append(everyday, folded);
  }
};

let processNames = '';
/** @param {State} state */
const showProcesses = (state) => {
  const living = state.processes.filter(({ alive }) => alive);
  const names = living.map(({ name, pid }) => `${name} ${pid}`).join();
  if (names === processNames) return;
  processNames = names;
  at('processes').replaceChildren(...living.map(({ name, pid }) => button(PROCESS_WORDS[name] ?? name, `${name} ${pid}`, () => post('/kill', { process: name }))));
};

let paperCounts = '';
/** @param {State} state */
const showPapers = async (state) => {
  const counts = `${state.slips} ${state.sheets}`;
  if (counts === paperCounts) return;
  paperCounts = counts;
  /** @type {{ n: number, at: string, png: string, printer: string }[]} */
  const slips = await (await fetch('/slips')).json();
  /** @type {{ n: number, at: string, pages: number, png: string, pdf: string }[]} */
  const sheets = await (await fetch('/sheets')).json();
  const papers = [
    ...slips.map((slip) => ({ at: slip.at, png: slip.png, full: slip.png, words: `${slip.printer === 'ticket-dispenser' ? '号票' : '回执'} ${slip.n}`, english: slip.printer === 'ticket-dispenser' ? 'Ticket' : 'Slip' })),
    ...sheets.map((sheet) => ({ at: sheet.at, png: sheet.png, full: sheet.pdf, words: `A4 ${sheet.n} · ${sheet.pages} 页`, english: 'PDF' })),
  ].sort((a, b) => b.at.localeCompare(a.at));
  at('papers').replaceChildren(
    ...papers.map(({ png, full, words, english }) => {
      const figure = document.createElement('figure');
      const link = document.createElement('a');
      link.href = full;
      link.target = '_blank';
      const picture = document.createElement('img');
      picture.src = png;
      picture.alt = `${words} ${english}`;
      const caption = document.createElement('figcaption');
      caption.textContent = `${words} ${english}`;
      link.append(picture);
      figure.append(link, caption);
      return figure;
    }),
  );
};

let built = false;
const refresh = async () => {
  /** @type {State} */
  let state;
  try {
    state = await (await fetch('/state')).json();
  } catch {
    say('演示台没有回答 The bench does not answer', true);
    return;
  }
  if (!built) {
    built = true;
    buildFaults(state);
    /** @type {HTMLAnchorElement} */ (at('platform-link')).href = `${state.platform.url}/office`;
  }
  for (const show of shows) show(state);
  showProcesses(state);
  await showPapers(state);
  await showSounds();
};

const begin = async () => {
  buildOutside();
  buildHall();
  await buildCards();
  await refresh();
  setInterval(() => void refresh(), 1000);
};
void begin();
