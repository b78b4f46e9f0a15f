import { lazy, Suspense, useState, type ReactNode } from 'react';
import type { ItemTile, ScreenOf } from '../../api/types.ts';
import { useWords } from '../../i18n/words.ts';
import { BackButton, SideButton } from '../../ui/buttons.tsx';
import { Note } from '../../ui/field.tsx';
import { CounterBand, PageTitle, StepFrame } from '../../ui/frame.tsx';
import { itemIcon, RowTile, SearchField, StateTag } from '../../ui/tiles.tsx';
import { Block, Wall } from '../../ui/wall.tsx';
import { usePage } from '../context.ts';
import { reasonWords } from './closed.tsx';
import { finds } from './find.ts';

const Keys = lazy(async () => ({ default: (await import('../../ui/keyboard/index.ts')).Keyboard }));

/** One item of the catalogue as a row; closed ones say so and why, and lead to where else. */
export const ItemRow = ({ item, onPress }: { item: ItemTile; onPress: () => void }): ReactNode => {
  const words = useWords();
  const { say, text, language } = words;
  const { view } = usePage();
  const [why] = item.open ? [] : item.reasons;
  return (
    <RowTile
      id={`item-${item.id}`}
      icon={itemIcon(item.icon)}
      name={
        <>
          {text(item.name)}
          {language === 'en' ? <span className="legal">{item.name.zh}</span> : null}
        </>
      }
      hint={why === undefined ? text(item.summary) : reasonWords(words, why, view).what}
      tag={item.open ? undefined : <StateTag tone="attention">{say('common.closed')}</StateTag>}
      onPress={onPress}
    />
  );
};

/** The catalogue, or a part of it; found by name, by words, or by Pinyin initials. */
export const Items = ({ screen }: { screen: ScreenOf<'items'> }): ReactNode => {
  const { say, language } = useWords();
  const { send, searching, narrow } = usePage();
  const [typing, setTyping] = useState(searching);
  const [query, setQuery] = useState('');
  const [composing, setComposing] = useState('');
  const guides = screen.entry === 'guides';
  const sought = composing === '' ? query : composing;
  const found = typing ? screen.items.filter((item) => finds(item, sought)) : screen.items;
  const lead = screen.items.length === 0 ? say('items.empty') : guides ? say('items.chooseGuide') : screen.entry === 'closed' ? say('items.why') : say('items.choose');
  return (
    <StepFrame
      wall={
        <Wall
          compact={typing}
          head={
            typing ? (
              <>
                {narrow ? null : <PageTitle>{say('items.search')}</PageTitle>}
                <SearchField active prompt={say('items.searchPrompt')} value={query} composing={composing} onPress={() => undefined} />
                <div className="gap" />
              </>
            ) : (
              <PageTitle lead={lead}>{say(`items.${screen.entry}`)}</PageTitle>
            )
          }
        >
          {found.map((item) => (
            <ItemRow key={item.id} item={item} onPress={() => send({ type: guides ? 'open-guide' : 'open-item', item: item.id })} />
          ))}
          {typing && found.length === 0 ? (
            <Block key="none">
              <Note tone="attention" icon="warning" title={say('items.none', { query: sought })}>
                {say('items.noneHint')}
              </Note>
            </Block>
          ) : null}
        </Wall>
      }
      counter={
        typing ? (
          <CounterBand keys>
            <Suspense fallback={null}>
              <Keys mode="text" value={query} onChange={setQuery} maxLength={20} language={language} onComposition={setComposing} />
            </Suspense>
            <div className="row">
              <BackButton onPress={() => send({ type: 'back' })} />
              <span className="spring" />
              <SideButton onPress={() => (setTyping(false), setQuery(''), setComposing(''))} icon="down" name="close-search">
                {say('items.closeSearch')}
              </SideButton>
            </div>
          </CounterBand>
        ) : (
          <CounterBand>
            <BackButton onPress={() => send({ type: 'back' })} />
            <span className="spring" />
            {screen.items.length > 5 || screen.entry === 'all' ? (
              <SideButton onPress={() => setTyping(true)} icon="search" name="open-search">
                {say('items.search')}
              </SideButton>
            ) : null}
          </CounterBand>
        )
      }
    />
  );
};
