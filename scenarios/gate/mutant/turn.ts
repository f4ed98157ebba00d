// Defects of turn-taking: the agent notices late that the caller began or ended, does not stop when it
// should, or wakes up slowly.
import type { SessionEffect } from '#agent/core/outlet.ts';
import { ms } from '#agent/core/time.ts';
import { between, type Mutant, setting } from './mutant.ts';
import type { Later } from './tampered.ts';

/** Half of the scale on which windows are scored. */
const SPEECH = 512;
/** Larger messages to the client hold audio. */
const AUDIO_BYTES_MIN = 500;

const vadLate = between('vad-10ms', 'every voice activity score 10 ms late', () => ({
  input: (what) => [{ what, afterUs: what.kind === 'scored' ? ms(10) : 0 }],
}));

const vadWindow = between('vad-window', 'voice activity one window of 32 ms behind', () => {
  let last = 0;
  return {
    input: (event) => {
      if (event.kind !== 'scored') return [{ what: event }];
      const what = { ...event, score: last };
      last = event.score;
      return [{ what }];
    },
  };
});

const deaf = between('deaf-64ms', 'the first 64 ms of any speech are not noticed', () => {
  let windows = 0;
  return {
    input: (event) => {
      if (event.kind !== 'scored') return [{ what: event }];
      windows = event.score >= SPEECH ? windows + 1 : 0;
      return [{ what: windows > 0 && windows <= 2 ? { ...event, score: 0 } : event }];
    },
  };
});

/** What was on its way out goes on: for want of more, with its last piece. */
const lostCancel = between('lost-cancel', 'a reply sounds for 400 ms more after it was cancelled', () => {
  let last: SessionEffect | undefined;
  return {
    effect: (effect): readonly Later<SessionEffect>[] => {
      const sent = effect.kind === 'client.send' && typeof effect.data !== 'string' ? effect.data.length : 0;
      if (effect.kind === 'client.media' || sent >= AUDIO_BYTES_MIN) last = effect;
      const cancelled = effect.kind === 'fact' && effect.fact.what === 'interrupted';
      if (!cancelled || last === undefined) return [{ what: effect }];
      const piece = last;
      const more = Array.from({ length: 20 }, (_, at) => ({ what: piece, afterUs: ms(20 * (at + 1)) }));
      return [{ what: effect }, ...more];
    },
  };
});

const coldStart = between('cold-start', 'the first question of a call reaches the model 80 ms late', () => {
  let asked = false;
  return {
    effect: (what) => {
      const first =
        !asked && what.kind === 'llm' && what.request.kind === 'request' && what.request.method === 'POST';
      if (first) asked = true;
      return [{ what, afterUs: first ? ms(80) : 0 }];
    },
  };
});

const creep = between('creep', 'every question reaches the model 2 ms later than the one before', () => {
  let lateMs = 0;
  return {
    effect: (what) => {
      if (what.kind === 'llm' && what.request.kind === 'request' && what.request.method === 'POST')
        lateMs += 2;
      return [{ what, afterUs: what.kind === 'llm' ? ms(lateMs) : 0 }];
    },
  };
});

export const TURN: readonly Mutant[] = [
  vadLate,
  vadWindow,
  deaf,
  lostCancel,
  coldStart,
  creep,
  setting('no-pre-padding', 'the recogniser does not get the sound before speech was noticed', {
    VAD_PRE_PADDING_MS: '0',
    VAD_MIN_SPEECH_MS: '160',
  }),
];
