// A client that asks is told when the steps of each answer happened, from the caller's last sound on.
import { expect, test } from 'vitest';
import type { Frame } from '../../core/frame.ts';
import { ms } from '../../core/time.ts';
import { RtviSession } from './session.ts';
import { TurnClock, type TurnTiming, WATCH_TURNS } from './turn-timing.ts';

const STOPPED: Frame = { kind: 'VadUserStoppedSpeaking', atUs: ms(1_000), decidedUs: ms(1_200) };
const DECIDED: Frame = {
  kind: 'UserStoppedSpeaking',
  turn: 1,
  answer: true,
  reply: 1,
  text: 'what time is it',
  trimmed: 0,
};
const ASKED: Frame = { kind: 'LlmMessages', turn: 1, reply: 1, messages: [], tokens: 1 };
const AUDIO: Frame = { kind: 'TtsAudio', reply: 1, pcm: new Uint8Array(2), sampleRate: 24_000 };

/** What is told of these frames, each at its millisecond. */
function told(...frames: readonly (readonly [number, Frame])[]): readonly TurnTiming[] {
  const timings: TurnTiming[] = [];
  const clock = new TurnClock((timing) => timings.push(timing));
  for (const [atMs, frame] of frames) clock.observe(ms(atMs), frame);
  return timings;
}

test('every step is counted from the last sound, and told once when the answer begins', () => {
  const timings = told(
    [1_200, STOPPED],
    [1_300, { kind: 'Transcription', text: 'what time is it' }],
    [1_310, ASKED],
    [1_350, DECIDED],
    [1_500, { kind: 'LlmText', reply: 1, text: 'It is ' }],
    [1_510, { kind: 'LlmText', reply: 1, text: 'nine.' }],
    [1_520, { kind: 'TtsStarted', reply: 1, text: 'It is nine.' }],
    [1_650, AUDIO],
    [1_670, AUDIO],
    [1_680, { kind: 'BotStartedSpeaking', reply: 1 }],
    [1_690, { kind: 'BotStartedSpeaking', reply: 1 }],
  );
  // A draft is asked before the turn is over; the first token and the first audio count.
  const steps = {
    transcript: 300,
    asked: 310,
    decided: 350,
    token: 500,
    voiced: 520,
    audio: 650,
    spoke: 680,
  };
  expect(timings).toEqual([{ type: 'turn-timing', turn: 1, reply: 1, ms: steps }]);
});

test('what the agent says of its own accord, and what answers typed words, has no such times', () => {
  const begins = (reply: number): Frame => ({ kind: 'BotStartedSpeaking', reply });
  expect(told([900, begins(1)])).toEqual([]);
  expect(told([1_200, STOPPED], [1_350, DECIDED], [1_700, begins(1)], [9_000, begins(2)])).toHaveLength(1);
  const typed: Frame = { ...DECIDED, reply: 2, turn: 2 };
  expect(
    told([1_200, STOPPED], [1_350, DECIDED], [1_700, begins(1)], [9_000, typed], [9_500, begins(2)]),
  ).toHaveLength(1);
});

test('nobody is told who has not asked', () => {
  const sent: string[] = [];
  const session = new RtviSession({ epochMs: 0 }, { send: (_, json) => sent.push(json), event: () => {} });
  const say = (type: string, data: unknown) =>
    session.receive(0, JSON.stringify({ label: 'rtvi-ai', type, id: 'a', data }));
  const turn = () => {
    for (const frame of [STOPPED, DECIDED, { kind: 'BotStartedSpeaking', reply: 1 } as const]) {
      session.observe(ms(1_500), frame);
    }
  };
  say('client-ready', { version: '2.1.0' });
  turn();
  expect(sent.join()).not.toContain('turn-timing');
  say('client-message', { t: WATCH_TURNS });
  expect(sent.at(-1)).toContain('"server-response"');
  turn();
  expect(sent.join()).toContain('"turn-timing"');
});
