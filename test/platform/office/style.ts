/** Paper, ink, pine, seal: the same colours as the terminal. */
export const STYLE = `
:root { --paper:#F6F1E6; --sheet:#FFFDF8; --counter:#E8DFCC; --ink:#1D2420; --ink2:#4A524C; --edge:#7B7564; --line:#D8CFBC; --pine:#17594A; --pineD:#0F4A3D; --pineL:#DDEAE2; --base:#0F3D33; --amberD:#7A4A00; --amberL:#FCEFD3; --seal:#A8321F; --sealD:#8A2516; --sealL:#F8E3DB; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 "Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; font-variant-numeric: tabular-nums; }
[lang=en] { color: var(--ink2); font-weight: 400; }
.top { background: var(--base); color: var(--paper); display: flex; align-items: center; gap: 14px; padding: 12px 28px; border-bottom: 4px solid var(--pine); }
.top [lang=en] { color: #C9D6CF; font-size: 13px; }
.mark { width: 36px; height: 36px; } .mark rect { fill: var(--seal); } .mark path { fill: none; stroke: #fff; stroke-width: 2.4; stroke-linejoin: round; }
.who { display: grid; line-height: 1.25; } .who strong { font-size: 18px; }
nav { display: flex; gap: 6px; margin-left: 28px; flex: 1; } nav a { color: var(--paper); text-decoration: none; padding: 8px 16px; border-radius: 4px; } nav a[aria-current] { background: var(--paper); color: var(--ink); font-weight: 700; } nav a[aria-current] [lang=en] { color: var(--ink2); }
.demo { border: 2px solid var(--sealL); color: var(--sealL); border-radius: 4px; padding: 2px 10px; font-weight: 700; }
main { max-width: 1240px; margin: 0 auto; padding: 28px; }
h1 { font-family: "Noto Serif SC", "Noto Serif CJK SC", serif; font-size: 32px; line-height: 1.28; margin: 0 0 4px; } h1 [lang=en] { font: 16px "Noto Sans SC", sans-serif; margin-left: 10px; }
h2 { color: var(--pine); font-size: 18px; margin: 26px 0 8px; } h2 [lang=en] { font-size: 14px; margin-left: 6px; }
p.lead { margin: 0 0 18px; color: var(--ink2); }
table { width: 100%; border-collapse: collapse; background: var(--sheet); border: 1px solid var(--line); border-radius: 4px; }
th { text-align: left; font-weight: 400; color: var(--ink2); font-size: 14px; } th, td { padding: 11px 14px; vertical-align: top; } tr + tr:not(.note-row) td { border-top: 1px solid var(--line); } td.from { width: 140px; }
td.strong { font-weight: 700; font-size: 17px; } td.label { color: var(--ink2); width: 190px; } td small { color: var(--ink2); display: block; }
a.case { color: var(--pine); font-weight: 700; font-size: 17px; }
.tag { display: inline-block; padding: 2px 10px; border-radius: 2px; font-size: 14px; font-weight: 700; white-space: nowrap; }
.tag.received { background: var(--amberL); color: var(--amberD); } .tag.approved, .tag.issued { background: var(--pineL); color: var(--pineD); } .tag.returned { background: var(--counter); color: var(--ink); } .tag.refused { background: var(--sealL); color: var(--sealD); }
.source { background: var(--counter); border-radius: 2px; padding: 1px 8px; font-size: 13px; white-space: nowrap; } .source.sure { background: var(--pineL); color: var(--pineD); }
.columns { display: grid; grid-template-columns: minmax(0, 1fr) 340px; gap: 28px; align-items: start; }
aside { position: sticky; top: 16px; display: grid; gap: 14px; margin-top: 26px; }
.panel { background: var(--sheet); border: 1px solid var(--line); border-radius: 4px; padding: 16px 18px; } .panel h3 { margin: 0 0 2px; font-size: 17px; } .panel p { margin: 0 0 10px; color: var(--ink2); font-size: 14px; }
textarea, input[type=text] { width: 100%; font: inherit; color: var(--ink); background: var(--sheet); border: 2px solid var(--edge); border-radius: 4px; padding: 8px 10px; } textarea:focus, input:focus { outline: 3px solid var(--ink); outline-offset: 1px; border-color: var(--pine); }
button { font: inherit; font-weight: 700; font-size: 17px; width: 100%; padding: 11px 16px; margin-top: 10px; border-radius: 4px; border: 2px solid var(--edge); background: var(--sheet); color: var(--ink); cursor: pointer; } button.yes { background: var(--pine); border-color: var(--pine); color: #fff; } button.no { border-color: var(--seal); color: var(--sealD); } button [lang=en] { color: inherit; font-weight: 400; font-size: 14px; } button:focus-visible { outline: 3px solid var(--ink); outline-offset: 2px; }
.tick { display: inline-flex; gap: 8px; align-items: center; color: var(--ink2); font-size: 14px; cursor: pointer; white-space: nowrap; } .tick input { width: 20px; height: 20px; accent-color: var(--seal); }
td.mark-cell { width: 150px; text-align: right; } tr.note-row td { padding-top: 0; display: none; } tr:has(input[type=checkbox]:checked) + tr.note-row td { display: table-cell; } tr:has(input[type=checkbox]:checked) td { background: var(--sealL); } tr:has(input[type=checkbox]:checked) + tr.note-row td { background: var(--sealL); }
.material { background: var(--sheet); border: 1px solid var(--line); border-radius: 4px; margin-bottom: 12px; padding: 12px 14px; } .material:has(:checked) { background: var(--sealL); } .material-head { display: flex; gap: 12px; align-items: center; } .material-head strong { font-size: 17px; flex: 1; } .material .note { display: none; margin-top: 10px; } .material:has(:checked) .note { display: block; }
.pages { display: flex; flex-wrap: wrap; gap: 12px; margin-top: 10px; } .pages a { border: 1px solid var(--line); background: #fff; box-shadow: 3px 3px 0 var(--counter); } .pages img { display: block; height: 220px; max-width: 220px; object-fit: contain; }
.sign { background: var(--sheet); border: 1px solid var(--line); width: 360px; max-width: 100%; height: auto; } .sign path { fill: none; stroke: var(--ink); stroke-width: 0.9; stroke-linecap: round; stroke-linejoin: round; }
.say { border-left: 6px solid var(--pine); background: var(--pineL); padding: 12px 16px; margin: 0 0 18px; } .say.bad { border-color: var(--seal); background: var(--sealL); color: var(--sealD); } .say strong { font-size: 18px; } .say ul { margin: 6px 0 0; padding-left: 22px; }
.verdict { border-left: 10px solid var(--pine); background: var(--sheet); padding: 18px 22px; margin-top: 22px; } .verdict.bad { border-color: var(--seal); } .verdict h2 { margin: 0 0 10px; font-size: 24px; color: var(--pineD); } .verdict.bad h2 { color: var(--sealD); } .verdict table { border: 0; }
code { font: 14px/1.4 "Noto Sans Mono", monospace; overflow-wrap: anywhere; } ol.trace { list-style: none; padding: 0; margin: 0; background: var(--sheet); border: 1px solid var(--line); border-radius: 4px; } ol.trace li { padding: 9px 14px; border-bottom: 1px solid var(--line); display: flex; gap: 14px; } ol.trace li:last-child { border: 0; } ol.trace time { color: var(--ink2); white-space: nowrap; }
.slip-form { max-width: 820px; } .slip-form textarea { font: 15px/1.5 "Noto Sans Mono", monospace; } .slip-form button { width: auto; padding: 12px 40px; }
.empty { background: var(--sheet); border: 1px solid var(--line); border-radius: 4px; padding: 40px; text-align: center; color: var(--ink2); }
`;
