import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { ChoiceBar } from './choice-bar.tsx';
import { choicesOf, strokesOffered } from './choices.ts';
import { DeleteFace, Key, ShiftFace } from './key.tsx';
import type { Labels } from './labels.ts';
import { loadPinyin, loadRare } from './pinyin/load.ts';
import { initialState, press, type KeyboardEvent, type KeyboardState, type Way } from './state.ts';
import { StrokeKeys } from './stroke-keys.tsx';
import { useTable } from './use-table.ts';

type TextKeysProps = {
  /** The value as it is now, even before the page has drawn it. */
  current: () => string;
  value: string;
  onChange: (value: string) => void;
  maxLength: number | null;
  language: 'zh' | 'en';
  labels: Labels;
  onEnter: (() => void) | undefined;
  onComposition: ((pinyin: string) => void) | undefined;
};

const WAYS: readonly Way[] = ['pinyin', 'rare', 'digits', 'latin'];
const LETTERS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'].map((row) => [...row]);
/** Signs and units that numbers of houses, papers and days go with. */
const DIGITS = [[...'1234567890'], [...'-/#().:@+'], ['号', '楼', '栋', '层', '室', '组', '年']];
const CODE = [[...'1234567890'], [...'ABCDEF'], []];

/** Bar, ways of writing, and keys for text. */
export const TextKeys = ({ current, value, onChange, maxLength, language, labels, onEnter, onComposition }: TextKeysProps): ReactNode => {
  const [state, setState] = useState<KeyboardState>(() => initialState(language === 'zh' ? 'pinyin' : 'latin'));
  const latest = useRef(state);
  const reads = state.way === 'pinyin' || state.way === 'rare';
  const pinyin = useTable(loadPinyin, reads);
  const rare = useTable(loadRare, state.way === 'rare');
  const choices = useMemo(() => choicesOf(state, value, pinyin.table, rare.table), [state, value, pinyin.table, rare.table]);
  const shown = state.way === 'pinyin' ? (pinyin.table?.display(state.buffer) ?? state.buffer) : state.buffer;

  const report = useRef(onComposition);
  useEffect(() => {
    report.current = onComposition;
  }, [onComposition]);
  useEffect(() => report.current?.(shown), [shown]);
  useEffect(() => () => report.current?.(''), []);

  const handle = (event: KeyboardEvent) => {
    const step = press(latest.current, event, current(), maxLength);
    latest.current = step.state;
    setState(step.state);
    if (pinyin.failed) pinyin.retry();
    if (rare.failed) rare.retry();
    onChange(step.value);
  };
  // The choices drawn may be older than the last key; the space bar takes what belongs to that key.
  const space = () => handle({ type: 'space', first: latest.current.marks ? null : (choicesOf(latest.current, current(), pinyin.table, rare.table)[0] ?? null) });

  const table = state.way === 'rare' && !state.byCode ? rare : pinyin;
  const loads = reads && !(state.way === 'rare' && state.byCode);
  const note = noteOf(state, loads && table.table === null, loads && table.failed, labels, maxLength);
  const [top = [], middle = [], bottom = []] = state.way === 'digits' ? DIGITS : state.byCode ? CODE : LETTERS;
  const letter = (typed: string) => (
    <Key key={typed} onPress={() => handle({ type: 'letter', letter: typed })}>
      {state.way === 'latin' && state.shift ? typed.toUpperCase() : typed}
    </Key>
  );
  return (
    <>
      <ChoiceBar choices={choices} page={state.page} note={note} told={state.full} labels={labels} onChoose={(choice) => handle({ type: 'choose', ...choice })} onPage={(page) => handle({ type: 'page', page })} />
      <div className="kb-ways" role="group">
        {WAYS.map((way) => (
          <Key key={way} on={state.way === way} onPress={() => handle({ type: 'way', way })}>
            {labels.ways[way]}
          </Key>
        ))}
      </div>
      <div className="kb-row">{top.map(letter)}</div>
      <div className="kb-row" data-row="middle">
        {middle.map(letter)}
      </div>
      <div className="kb-row">
        <LeftKey state={state} labels={labels} onEvent={handle} />
        {bottom.map(letter)}
        <Key kind="quiet" area="delete" name={labels.delete} onPress={() => handle({ type: 'delete' })}>
          <DeleteFace />
        </Key>
      </div>
      <div className="kb-row">
        {state.way === 'rare' ? (
          <StrokeKeys state={state} offered={strokesOffered(state, rare.table)} labels={labels} onEvent={handle} />
        ) : (
          <>
            <Key kind="quiet" area="side" name={labels.dot} onPress={() => handle({ type: 'insert', text: '·' })}>
              ·
            </Key>
            <Key kind="quiet" area="side" name={labels.marks} on={state.marks} onPress={() => handle({ type: 'marks' })}>
              ，。
            </Key>
            <Key area="space" onPress={space}>
              {state.way === 'pinyin' ? labels.spaceFirst : labels.space}
            </Key>
          </>
        )}
        <Key kind="quiet" area="side" onPress={() => handle({ type: 'clear' })}>
          {labels.clear}
        </Key>
        {onEnter === undefined ? null : (
          <Key area="side" onPress={onEnter}>
            {labels.enter}
          </Key>
        )}
      </div>
    </>
  );
};

/** The key left of the lowest row of letters. */
const LeftKey = ({ state, labels, onEvent }: { state: KeyboardState; labels: Labels; onEvent: (event: KeyboardEvent) => void }): ReactNode => {
  if (state.way === 'pinyin' || (state.way === 'rare' && !state.byCode)) {
    return (
      <Key kind="quiet" area="left" name={labels.separatorName} onPress={() => onEvent({ type: 'letter', letter: "'" })}>
        {labels.separator}
      </Key>
    );
  }
  if (state.way === 'latin') {
    return (
      <Key kind="quiet" area="left" name={labels.shift} on={state.shift} onPress={() => onEvent({ type: 'shift' })}>
        <ShiftFace />
      </Key>
    );
  }
  if (state.way === 'rare') return <span className="kb-fill" />;
  // ID numbers end in X.
  return (
    <Key area="left" onPress={() => onEvent({ type: 'letter', letter: 'X' })}>
      X
    </Key>
  );
};

function noteOf(state: KeyboardState, loading: boolean, failed: boolean, labels: Labels, maxLength: number | null): string {
  if (state.full && maxLength !== null) return labels.full(maxLength);
  if (failed) return labels.failed;
  if (loading) return labels.loading;
  if (state.buffer !== '') return labels.nothing;
  if (state.way === 'pinyin') return labels.pinyinHint;
  if (state.way === 'rare') return state.byCode ? labels.codeHint : labels.rareHint;
  return '';
}
