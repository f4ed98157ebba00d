// Replies that are held back: drafts until their turn is over, and replies over which somebody is heard
// until it is known why.
import { describe, expect, test } from 'vitest';
import type { ClientSession } from '../client.ts';
import type { Frame } from '../frame.ts';
import { Row } from '../row.test-support.ts';
import { ms } from '../time.ts';
import { PlayoutProcessor } from './processor.ts';

/** At 1,000 Hz a packet is 20 samples, 40 bytes; the samples of a reply count from 1 on. */
function stage(flushable = false) {
  const sent: { readonly t: number; readonly samples: readonly number[] }[] = [];
  const flushed: number[] = [];
  const client: ClientSession = {
    outputRate: 1_000,
    flushable,
    leadUs: undefined,
    receive: () => {},
    receiveMedia: () => {},
    observe: () => {},
    sendAudio: (t, pcm) => sent.push({ t: t / 1_000, samples: [...new Int16Array(pcm.slice().buffer)] }),
    flushAudio: (t) => flushed.push(t / 1_000),
    back: () => false,
    close: () => {},
  };
  const row = new Row((outlet) => new PlayoutProcessor({ leadMs: 40, lead: 'fixed' }, client, outlet));
  let made = 0;
  return {
    row,
    sent,
    flushed,
    push: (atMs: number, frame: Frame) => row.push(ms(atMs), frame),
    audio: (atMs: number, lengthMs: number, reply = 1) => {
      const samples = Int16Array.from({ length: lengthMs }, () => 1_000 + ++made);
      row.push(ms(atMs), {
        kind: 'TtsAudio',
        reply,
        pcm: new Uint8Array(samples.buffer),
        sampleRate: 1_000,
      });
    },
    word: (text: string, startMs: number, endMs: number, reply = 1) =>
      row.push(0, { kind: 'TtsWord', reply, word: { text, startUs: ms(startMs), endUs: ms(endMs) } }),
    run: (untilMs: number) => {
      for (let at = row.timers.next(); at !== undefined && at <= ms(untilMs); at = row.timers.next()) {
        const name = row.timers.take(at);
        if (name === 'playout') row.subject.tick(at);
        if (name === 'played_out') row.subject.playedOut(at);
      }
    },
    /** Places in the reply, in the order in which they were sent. */
    heard: () => sent.flatMap(({ samples }) => samples.map((sample) => sample - 1_001)),
    beliefs: () => row.after.of('Heard').map(({ text }) => text),
  };
}

const upTo = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);
const answered = (reply: number, drafted = true): Frame => ({
  kind: 'UserStoppedSpeaking',
  turn: 1,
  answer: true,
  reply,
  text: 'so',
  trimmed: 0,
  ...(drafted ? { drafted } : {}),
});

describe('a draft', () => {
  function draft() {
    const playout = stage();
    playout.push(0, { kind: 'LlmStarted', reply: 1, draft: true });
    playout.word('one', 0, 40);
    playout.audio(10, 100);
    playout.run(500);
    return playout;
  }

  test('is kept, and leaves at once when it is the answer', () => {
    const playout = draft();
    expect([playout.sent, playout.row.facts()]).toEqual([[], []]);
    playout.push(500, answered(1));
    expect(playout.sent.map(({ t }) => t)).toEqual([500, 500]);
    playout.push(510, { kind: 'TtsEnded', reply: 1 });
    playout.run(1_000);
    expect(playout.heard()).toEqual(upTo(0, 100));
    expect(playout.beliefs()).toEqual(['one']);
  });

  test('that is discarded leaves no trace, and its place to the next one', () => {
    const playout = draft();
    playout.push(500, { kind: 'Discard', reply: 1 });
    playout.audio(510, 40);
    playout.push(520, { kind: 'TtsEnded', reply: 1 });
    expect([playout.sent, playout.row.facts(), playout.beliefs()]).toEqual([[], [], []]);
    playout.push(530, { kind: 'LlmStarted', reply: 2, draft: true });
    playout.audio(540, 40, 2);
    playout.push(550, answered(2));
    expect(playout.sent).toHaveLength(2);
  });

  test('that ends without a sound ends when the turn is over, not before', () => {
    const playout = stage();
    playout.push(0, { kind: 'LlmStarted', reply: 1, draft: true });
    playout.push(10, { kind: 'TtsEnded', reply: 1 });
    expect(playout.row.facts()).toEqual([]);
    playout.push(500, answered(1));
    expect(playout.row.facts().map(({ what }) => what)).toEqual(['reply.stopped']);
    expect(playout.row.before.of('BotStoppedSpeaking')).toHaveLength(1);
  });

  test('at the end of the call is nothing', () => {
    const playout = draft();
    playout.push(600, { kind: 'End', reason: 'over' });
    expect([playout.row.facts(), playout.beliefs()]).toEqual([[], []]);
    expect(playout.row.timers.next()).toBeUndefined();
  });
});

describe('a reply over which somebody is heard', () => {
  /** Words of 60 ms with 20 ms between them; paused at 100 ms, when 140 ms have been sent. */
  function ducked(flushable = false) {
    const playout = stage(flushable);
    for (let n = 0; n < 6; n += 1) playout.word(`w${n}`, n * 80, n * 80 + 60);
    playout.audio(0, 480);
    playout.run(99);
    playout.push(100, { kind: 'Duck', reply: 1 });
    playout.run(400);
    return playout;
  }

  test('is silent at once, and what the protocol kept for alignment is let go with it', () => {
    const playout = ducked();
    expect(playout.heard()).toEqual(upTo(0, 120));
    expect(playout.flushed).toEqual([100]);
    playout.push(400, { kind: 'Interruption', turn: 2, reply: 1 });
    expect(playout.heard()).toEqual(upTo(0, 120));
    expect(playout.beliefs()).toEqual(['w0 w1']);
  });

  test('goes on where it was when the ear has not been silent yet', () => {
    const playout = stage();
    playout.word('w0', 0, 300);
    playout.audio(0, 300);
    playout.run(59);
    playout.push(60, { kind: 'Duck', reply: 1 });
    playout.push(70, { kind: 'Resume', reply: 1 });
    playout.push(80, { kind: 'TtsEnded', reply: 1 });
    playout.run(1_000);
    expect(playout.heard()).toEqual(upTo(0, 300));
  });

  test('says the word again that broke off before it was heard', () => {
    const playout = stage();
    playout.word('w0', 0, 100);
    playout.word('w1', 110, 240);
    playout.audio(0, 240);
    playout.run(99);
    playout.push(100, { kind: 'Duck', reply: 1 });
    playout.push(500, { kind: 'Resume', reply: 1 });
    playout.push(500, { kind: 'TtsEnded', reply: 1 });
    playout.run(2_000);
    expect(playout.heard()).toEqual([...upTo(0, 120), ...upTo(110, 240)]);
    expect(playout.beliefs()).toEqual(['w0 w1']);
    expect(playout.row.after.of('TtsText').map(({ text }) => text)).toEqual(['w0', 'w1']);
  });

  test('goes on in the middle of a word that counts as heard', () => {
    const playout = ducked();
    playout.push(400, { kind: 'Resume', reply: 1 });
    playout.push(400, { kind: 'TtsEnded', reply: 1 });
    playout.run(2_000);
    expect(playout.heard()).toEqual(upTo(0, 480));
  });

  test.each([false, true])('interrupted after all, it knows what was heard (flushable: %s)', (flushable) => {
    const playout = stage(flushable);
    playout.word('w0', 0, 100);
    playout.word('w1', 110, 240);
    playout.word('w2', 250, 300);
    playout.audio(0, 300);
    playout.run(99);
    playout.push(100, { kind: 'Duck', reply: 1 });
    playout.push(500, { kind: 'Resume', reply: 1 });
    playout.run(560);
    playout.push(570, { kind: 'Interruption', turn: 2, reply: 1 });
    // From 110 on, 70 ms of it played, and 40 more on their way.
    expect(playout.beliefs()).toEqual(['w0 w1']);
  });

  test('has nothing to hold back when all of it was sent', () => {
    const playout = stage();
    playout.word('w0', 0, 40);
    playout.audio(0, 40);
    playout.push(0, { kind: 'TtsEnded', reply: 1 });
    playout.push(20, { kind: 'Duck', reply: 1 });
    playout.run(100);
    playout.push(200, { kind: 'Resume', reply: 1 });
    expect(playout.heard()).toEqual(upTo(0, 40));
    expect(playout.row.before.of('BotStoppedSpeaking')).toHaveLength(1);
  });
});
