import { useRef, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import type { Rules } from '../api/hall-types.ts';
import { useWords } from '../staff/words.ts';
import { useReason } from './mistakes.tsx';
import type { Placed } from './rules-text.ts';

const offsetOfLine = (text: string, line: number): number => {
  let offset = 0;
  for (let at = 1; at < line; at += 1) {
    const next = text.indexOf('\n', offset);
    if (next === -1) return text.length;
    offset = next + 1;
  }
  return offset;
};

/**
 * Text with its line numbers; lines with a mistake are marked, and each mistake leads to its line.
 * @param rules what the text says, as far as it can be read: for the names of what a mistake is about
 */
export const Editor = ({ text, onChange, mistakes, rules }: { text: string; onChange: (text: string) => void; mistakes: readonly Placed[]; rules: Rules | null }): ReactNode => {
  const { say, language } = useWords();
  const reason = useReason(rules);
  const area = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  const wrong = new Set(mistakes.map(({ line }) => line));
  const count = text.split('\n').length;
  const go = (line: number): void => {
    const from = offsetOfLine(text, line);
    const end = text.indexOf('\n', from);
    area.current?.focus();
    area.current?.setSelectionRange(from, end === -1 ? text.length : end);
    if (area.current !== null) area.current.scrollTop = Math.max(0, (line - 6) * (area.current.scrollHeight / count));
  };
  return (
    <div className="rule-text">
      <div className="editor">
        <div className="gutter" ref={gutter} aria-hidden="true">
          {Array.from({ length: count }, (_, index) => (
            <i key={index} data-wrong={wrong.has(index + 1) ? '' : undefined}>
              {index + 1}
            </i>
          ))}
        </div>
        <textarea
          ref={area}
          value={text}
          wrap="off"
          spellCheck={false}
          aria-label={say('rules.way.text')}
          aria-invalid={mistakes.length > 0}
          name="rules"
          onChange={(event) => onChange(event.target.value)}
          onScroll={(event) => {
            if (gutter.current !== null) gutter.current.scrollTop = event.currentTarget.scrollTop;
          }}
        />
      </div>
      <ol className="mistakes" data-name="mistakes">
        {mistakes.length === 0 ? <li className="quiet">{say('rules.noMistakes')}</li> : null}
        {mistakes.map((mistake) => {
          const { line, path, kind, message } = mistake;
          const why = reason(mistake);
          return (
            <li key={`${String(line)} ${path} ${message}`}>
              <Button className="mistake" onPress={() => go(line)}>
                <b>{say('rules.line', { line })}</b>
                <span>{say(`rules.kinds.${kind}`)}</span>
                <code>{path}</code>
                {/* Where there are no words of our own the check's are English, and of help on an English page alone. */}
                {why !== null ? <span className="small">{why}</span> : language === 'en' ? <span className="quiet small">{message}</span> : null}
              </Button>
            </li>
          );
        })}
      </ol>
    </div>
  );
};
