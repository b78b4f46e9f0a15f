/** A bell without a sound file: two strokes, again and again, for what must not be overlooked. */
import { useEffect } from 'react';

const EVERY_MS = 2_400;
const STROKES = [
  { at: 0, hertz: 988 },
  { at: 0.28, hertz: 784 },
] as const;
const STROKE_S = 0.9;
/** Half of what the loudspeaker gives: the hall is quiet at night. */
const LOUDNESS = 0.5;

const ring = (audio: AudioContext): void => {
  for (const { at, hertz } of STROKES) {
    const begin = audio.currentTime + at;
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(LOUDNESS, begin);
    volume.gain.exponentialRampToValueAtTime(0.001, begin + STROKE_S);
    tone.connect(volume).connect(audio.destination);
    tone.start(begin);
    tone.stop(begin + STROKE_S);
  }
};

/** Rings as long as the component is shown. Without a loudspeaker it is silent, and the page says it in words. */
export const useBell = (): void => {
  useEffect(() => {
    if (typeof AudioContext === 'undefined') return undefined;
    const audio = new AudioContext();
    const strike = (): void => {
      if (audio.state === 'running') ring(audio);
      // A browser that wants a touch first lets it sound with the next one.
      else void audio.resume().catch(() => undefined);
    };
    strike();
    const timer = window.setInterval(strike, EVERY_MS);
    return () => {
      window.clearInterval(timer);
      void audio.close().catch(() => undefined);
    };
  }, []);
};
