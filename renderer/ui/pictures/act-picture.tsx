import { useId, type ReactNode } from 'react';
import { FingersFromBelow, PalmAroundPen, PalmFromRight, ThumbFromBelow, ThumbFromRight } from './hands.tsx';
import './pictures.css';

export type Act = 'lay-card' | 'lay-card-face-down' | 'take-slip' | 'take-sheet' | 'insert-page' | 'lay-page' | 'sign' | 'take-card' | 'call-person';

/** The reader's or scanner's flat box, seen from where one stands. */
const Box = (): ReactNode => (
  <>
    <path className="sand" d="M19 133 266 107 331.4 227 57.8 262z" />
    <path className="sand-side" d="M19 133v24l38.8 131V262z" />
    <path className="sand-side" d="M57.8 262v26l273.6-36.8V227z" />
    <path className="lamp" d="M271 252.8 295 249.6V241.5l-24 3.2z" />
  </>
);

const IdCard = (): ReactNode => (
  <>
    <rect className="card" width="166" height="104" rx="8" />
    <path className="text" d="M13 21h47M13 35h34M58 35h28M13 49h72M13 63h87" />
    <path className="digits" d="M13 87h96" />
    <rect className="photo" x="118" y="16" width="37" height="48" rx="3" />
    <circle className="card" cx="136.5" cy="34" r="9.6" />
    <path className="card" d="M121.5 64a15 16.5 0 0 1 30 0" />
  </>
);

/** The side without a photo. */
const IdCardBack = (): ReactNode => (
  <>
    <rect className="card" width="166" height="104" rx="8" />
    <circle className="photo" cx="33" cy="31" r="17" />
    <path className="digits" d="M64 31h78" />
    <path className="text" d="M24 66h118M24 82h96" />
  </>
);

const ReaderPlate = (): ReactNode => (
  <>
    <Box />
    <path className="dots" d="M66.6 146.7 95.2 233.7 286.2 210.9 243 140z" />
    <path className="slot" d="M75 153.5 100 227.4 274.5 206 236 136z" />
    <path className="ring" d="M75 153.5 100 227.4 274.5 206 236 136z" />
  </>
);

const CardInHand = ({ faceDown = false }: { faceDown?: boolean }): ReactNode => (
  <>
    <PalmFromRight />
    <g transform="translate(69.5 51.5) rotate(-6.2)">{faceDown ? <IdCardBack /> : <IdCard />}</g>
    <ThumbFromRight />
  </>
);

const LayCard = ({ faceDown = false }: { faceDown?: boolean }): ReactNode => (
  <>
    <ReaderPlate />
    <g className="follows">
      <path className="chevron" d="m152 172 12.2 13.6 12.2-16M155.5 190l12.1 13.6 12.2-16" />
    </g>
    <g className="moves">
      <CardInHand faceDown={faceDown} />
    </g>
  </>
);

const InsertPage = (): ReactNode => (
  <>
    <Box />
    <path className="dots" d="M52 139 82 241 300 213 251 118z" />
    <path className="slot" d="M60 144 88 235 289 209 245 123z" />
    <path className="ring" d="M60 144 88 235 289 209 245 123z" />
    <g className="follows">
      <path className="chevron" d="m152 186 12.2 13.6 12.2-16" />
    </g>
    <g className="moves">
      <PalmFromRight />
      <g transform="translate(76 34) rotate(-6.2)">
        <path className="paper" d="M0 0h160v122H0z" />
        <path className="digits-line" d="M52 17h56" />
        <path className="text" d="M16 36h128M16 51h128M16 66h128M16 81h70" />
        <circle className="stamp" cx="118" cy="94" r="15" />
        <path className="ink-trace" d="M18 106c8-10 12 8 20-2s12 6 24-4" />
      </g>
      <ThumbFromRight />
    </g>
  </>
);

/** A slot in the terminal's front from which paper hangs into a hand. */
const Outlet = ({ children }: { children: ReactNode }): ReactNode => {
  const below = useId();
  return (
    <>
      <path className="sand" d="M1 1h139v60H1z" />
      <path className="lamp" d="M13 24.5h114v24H13z" stroke="none" />
      <path className="slot" d="M17 28.5h106v16H17z" />
      <clipPath id={below}>
        <path d="M0 36h160v190H0z" />
      </clipPath>
      <g clipPath={`url(#${below})`}>
        <g className="moves">
          <FingersFromBelow />
          {children}
          <ThumbFromBelow />
        </g>
      </g>
      <g className="follows">
        <path className="way" d="M51 136v25M42.5 152.5 51 161l8.5-8.5" />
      </g>
    </>
  );
};

const TakeSlip = (): ReactNode => (
  <Outlet>
    <path className="paper" d="M31 0V114l6.5 4.5L44 113l6.5 5.5L57 113l6.5 5.5L70 113l6.5 5.5L83 113l6.5 5.5L96 113l6.5 5.5 6.5-4.5V0z" />
    <path className="text" d="M41 57h58M41 68h42M41 79h58M41 90.5h31" />
  </Outlet>
);

const TakeSheet = (): ReactNode => (
  <Outlet>
    <path className="paper" d="M23 0V121H111V0z" />
    <path className="digits-line" d="M47 52h40" />
    <path className="text" d="M33 65h68M33 75h68M33 85h68M33 95h40" />
    <circle className="stamp" cx="84" cy="104" r="9" />
  </Outlet>
);

/** The card comes up from the plate it lies on. */
const TakeCard = (): ReactNode => (
  <>
    <ReaderPlate />
    <g className="follows">
      <path className="chevron" d="m150.5 204 12.2-15.6 12.2 13.2M147 186l12.2-15.6 12.2 13.2" />
    </g>
    <g className="moves">
      <CardInHand />
    </g>
  </>
);

const Sign = (): ReactNode => (
  <>
    <path className="sand" d="M19 150 246 122 331.4 227 57.8 262z" />
    <path className="sand-side" d="M19 150v22l38.8 116V262z" />
    <path className="sand-side" d="M57.8 262v26l273.6-36.8V227z" />
    <path className="paper" d="M48 159 236 136 296 218 80 245z" />
    <path className="ring" d="M48 159 236 136 296 218 80 245z" />
    <path className="text" d="m86 222 164-20" />
    <path className="ink-trace" d="M98 204c6-22 18-26 15-10s-10 15 0 9 12-18 18-14-6 14 2 13 12-17 20-14-4 12 6 10" />
    <g className="moves">
      <PalmAroundPen />
      <path className="sleeve" d="M266 62 276 68 186 184l-9.5-6.5z" />
      <path className="card" d="m176.5 177.5 9.5 6.5-14.5 14z" />
      <path className="fill-ink" d="m175.5 189.5 3.6 2.5-7.6 6z" />
      <ThumbFromRight />
    </g>
  </>
);

const CallPerson = (): ReactNode => (
  <>
    <path className="sand" d="M20 236h226l22 26H4z" />
    <path className="sand-side" d="M4 262h264v22H4z" />
    <path className="lamp" d="M52 226a82 82 0 0 1 164 0z" />
    <path d="M72 210a62 62 0 0 1 34-46" />
    <path className="card" d="M38 226h192v12H38z" />
    <g className="follows">
      <path className="way" d="M38 140 24 128M60 116 50 100M92 102l-5-17M230 142l14-12" />
    </g>
    <g className="moves">
      <path className="card" d="M126 132h16v14h-16zM114 120h40v12h-40z" />
      <path
        className="hand"
        d="M142 118.5C133 118.5 128 112 131 104L151 62C158 48 170 40 186 38L252 30C276 29 294 40 306 56L262 104C250 98 240 100 230 106 222 112 208 114 200 108 192 114 182 112 178 104L172 84 153 112C150 116.5 147 118.5 142 118.5z"
      />
      <path d="M178 104 186 74M200 108C206 100 208 92 208 82M230 106C230 98 232 92 230 84" />
      <path d="M136 104c3-3 8-1 9.5 3" />
      <path className="sleeve" d="M306 56 318 68 276 118 400 190V-20z" />
      <path className="cuff" d="M306 56 320 70 276 118 262 104z" />
    </g>
  </>
);

/** A page beneath the camera's arm; what the camera sees is lit. */
const LayPage = (): ReactNode => (
  <>
    <path className="sand" d="M19 173 266 147 331.4 257 57.8 290z" />
    <path className="slot" d="M72 182 96 268 286 246 244 165z" />
    <path className="ring" d="M72 182 96 268 286 246 244 165z" />
    <path className="sand-side" d="M40 172V34c0-14 8-22 22-22h92v20H70c-6 0-9 3-9 9v129z" />
    <path className="sand" d="M140 6h44v32h-44z" />
    <circle className="lamp" cx="162" cy="40" r="9" />
    <path className="dots" d="M158 52 84 186M168 52 272 240M172 50 240 168" />
    <g className="moves">
      <g transform="translate(92 178) skewX(-18) rotate(-6.2)">
        <path className="paper" d="M30 4h128v78H30z" />
        <path className="digits-line" d="M68 15h52" />
        <path className="text" d="M42 28h104M42 39h104M42 50h104M42 61h58" />
        <circle className="stamp" cx="130" cy="66" r="10" />
      </g>
      <g transform="translate(6 92)">
        <PalmFromRight />
        <ThumbFromRight />
      </g>
    </g>
  </>
);

const DRAWINGS: Record<Act, { box: string; drawing: ReactNode }> = {
  'lay-card': { box: '0 22 358 274', drawing: <LayCard /> },
  'lay-card-face-down': { box: '0 22 358 274', drawing: <LayCard faceDown /> },
  'insert-page': { box: '0 4 358 292', drawing: <InsertPage /> },
  'lay-page': { box: '0 0 358 300', drawing: <LayPage /> },
  sign: { box: '0 50 358 244', drawing: <Sign /> },
  'take-slip': { box: '-8 -4 166 170', drawing: <TakeSlip /> },
  'take-sheet': { box: '-8 -4 166 170', drawing: <TakeSheet /> },
  'take-card': { box: '0 22 358 274', drawing: <TakeCard /> },
  'call-person': { box: '0 4 340 286', drawing: <CallPerson /> },
};

/**
 * One act, with a hand and the slot that waits. Fills its place.
 * @param still whether it stands still: nothing is waited for
 */
export const ActPicture = ({ act, still = false }: { act: Act; still?: boolean | undefined }): ReactNode => {
  const { box, drawing } = DRAWINGS[act];
  return (
    <svg className="act-picture" data-act={act} data-still={still ? '' : undefined} viewBox={box} aria-hidden="true">
      {drawing}
    </svg>
  );
};
