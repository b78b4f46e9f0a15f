export type Act = 'lay-card' | 'take-slip' | 'take-sheet' | 'insert-page' | 'sign' | 'take-card' | 'call-person';

export function ActPicture({ act, still }: { act: Act; still?: boolean | undefined }) {
  return <svg className="act-picture" data-act={act} data-still={still === true ? '' : undefined} viewBox="0 0 360 300" aria-hidden="true" />;
}
