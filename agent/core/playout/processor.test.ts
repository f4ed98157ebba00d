import { describe, expect, test } from 'vitest';
import type { ClientSession } from '../client.ts';
import { LIMITS } from '../limit.ts';
import { Row } from '../row.test-support.ts';
import { ms } from '../time.ts';
import { PlayoutProcessor } from './processor.ts';

/** At 1,000 Hz a packet is 20 samples, 40 bytes. */
const PACKET_BYTES = 40;

function playout(flushable = false, clientLead: { us: number | undefined } = { us: undefined }) {
  const sent: { readonly t: number; readonly bytes: number }[] = [];
  let flushes = 0;
  const client: ClientSession = {
    outputRate: 1_000,
    flushable,
    get leadUs() {
      return clientLead.us;
    },
    receive: () => {},
    receiveMedia: () => {},
    observe: () => {},
    sendAudio: (t, pcm) => sent.push({ t, bytes: pcm.length }),
    flushAudio: () => {
      flushes += 1;
    },
    back: () => true,
    close: () => {},
  };
  const row = new Row((outlet) => new PlayoutProcessor({ leadMs: 40, lead: 'fixed' }, client, outlet));
  return {
    row,
    sent,
    flushes: () => flushes,
    audio: (atMs: number, packets: number, reply = 1, level = 200) => {
      const pcm = new Uint8Array(Math.round(packets * PACKET_BYTES)).fill(level === 0 ? 0 : 50);
      row.push(ms(atMs), { kind: 'TtsAudio', reply, pcm, sampleRate: 1_000 });
    },
    word: (text: string, startMs: number, endMs: number, reply = 1) =>
      row.push(0, { kind: 'TtsWord', reply, word: { text, startUs: ms(startMs), endUs: ms(endMs) } }),
    ends: (atMs: number, reply = 1) => row.push(ms(atMs), { kind: 'TtsEnded', reply }),
    interrupts: (atMs: number, reply = 1) =>
      row.push(ms(atMs), { kind: 'Interruption', turn: reply + 1, reply }),
    /** Fires the timers up to `untilMs`. */
    run: (untilMs: number) => {
      for (let at = row.timers.next(); at !== undefined && at <= ms(untilMs); at = row.timers.next()) {
        const name = row.timers.take(at);
        if (name === 'playout') row.subject.tick(at);
        if (name === 'played_out') row.subject.playedOut(at);
      }
    },
    facts: () => row.facts().map(({ t, what }) => `${t / 1_000} ${what}`),
  };
}

test('a reply leaves in packets, the lead at once, and ends when it has been played', () => {
  const { sent, audio, word, ends, run, facts, row, flushes } = playout();
  word('hello', 0, 90);
  audio(100, 5);
  ends(110);
  run(1_000);
  expect(sent.map(({ t }) => t / 1_000)).toEqual([100, 100, 120, 140, 160]);
  expect(facts()).toEqual(['100 reply.started', '100 reply.audible', '160 reply.stopped']);
  expect(row.after.of('Heard')).toEqual([{ kind: 'Heard', reply: 1, text: 'hello', complete: true }]);
  expect(flushes()).toBe(1);
  expect(row.timers.next()).toBeUndefined();
});

test('the lead is what the client asks for when the reply begins, and the settings’ otherwise', () => {
  const lead = { us: ms(80) as number | undefined };
  const { sent, audio, ends, run } = playout(false, lead);
  audio(100, 6);
  ends(110);
  // What the client learns meanwhile is for the next reply.
  lead.us = undefined;
  run(1_000);
  audio(1_000, 3, 2);
  ends(1_000, 2);
  run(2_000);
  const times = sent.map(({ t }) => t / 1_000);
  expect(times).toEqual([100, 100, 100, 100, 120, 140, 1_000, 1_000, 1_020]);
});

test('the bot’s speaking is told to both sides, the end only when the last packet has been played', () => {
  const { audio, ends, run, row } = playout();
  audio(0, 3);
  ends(0);
  run(59);
  expect(row.before.kinds()).toEqual(['TtsAudio', 'BotStartedSpeaking', 'TtsEnded']);
  run(60);
  expect(row.before.kinds().at(-1)).toBe('BotStoppedSpeaking');
  expect(row.after.kinds()).toEqual(['BotStartedSpeaking', 'Heard', 'BotStoppedSpeaking']);
});

test('the last packet may be short; before the end a part of a packet waits for its rest', () => {
  const { sent, audio, ends, run } = playout();
  audio(0, 1.5);
  run(500);
  expect(sent).toHaveLength(1);
  ends(600);
  run(1_000);
  expect(sent.map(({ bytes }) => bytes)).toEqual([40, 20]);
});

test('silence before the voice starts the reply but is not audible', () => {
  const { audio, run, facts } = playout();
  audio(0, 2, 1, 0);
  audio(40, 1);
  run(100);
  expect(facts()).toEqual(['0 reply.started', '40 reply.audible']);
});

describe('an interruption', () => {
  test('stops the audio and states what was heard in the same dispatch', () => {
    const { row, sent, audio, word, interrupts, run } = playout();
    word('one', 0, 40);
    word('two', 40, 80);
    audio(0, 10);
    run(25);
    interrupts(30);
    expect(row.after.kinds()).toEqual([
      'BotStartedSpeaking',
      'TtsText',
      'TtsText',
      'Heard',
      'BotStoppedSpeaking',
      'Interruption',
    ]);
    expect(row.after.of('Heard')).toEqual([{ kind: 'Heard', reply: 1, text: 'one two', complete: false }]);
    const count = sent.length;
    run(1_000);
    expect(sent).toHaveLength(count);
    expect(row.timers.next()).toBeUndefined();
  });

  test('of a client that can drop audio: only what was played counts', () => {
    const { row, audio, word, interrupts, run } = playout(true);
    word('one', 0, 40);
    word('two', 40, 80);
    audio(0, 10);
    run(25);
    interrupts(30);
    expect(row.after.of('Heard')).toMatchObject([{ text: 'one' }]);
  });

  test('makes what still comes of that reply nothing, and the next reply works', () => {
    const { row, sent, audio, word, ends, interrupts, run } = playout();
    audio(0, 2);
    interrupts(10);
    audio(20, 5);
    word('late', 0, 10);
    ends(30);
    run(100);
    expect(sent).toHaveLength(2);
    word('next', 0, 20, 2);
    audio(200, 1, 2);
    ends(200, 2);
    run(1_000);
    expect(row.after.of('Heard').map(({ reply, text }) => `${reply} ${text}`)).toEqual(['1 ', '2 next']);
  });

  test('after the last packet states no second end', () => {
    const { audio, ends, interrupts, run, facts, row } = playout();
    audio(0, 2);
    ends(0);
    run(10);
    interrupts(20);
    expect(facts()).toEqual(['0 reply.started', '0 reply.audible', '0 reply.stopped', '20 interrupted']);
    expect(row.after.of('BotStoppedSpeaking')).toHaveLength(1);
  });

  test('of a reply of which nothing has come yet closes it all the same', () => {
    const { sent, audio, interrupts, run } = playout();
    interrupts(10);
    audio(20, 5);
    run(1_000);
    expect(sent).toEqual([]);
  });

  test('before the first sound ends the reply too, once', () => {
    const { row, interrupts, facts } = playout();
    row.push(0, { kind: 'LlmStarted', reply: 1 });
    interrupts(20);
    expect(facts()).toEqual(['20 interrupted', '20 reply.stopped']);
    expect(row.before.of('BotStoppedSpeaking')).toHaveLength(1);
    expect(row.after.of('BotStartedSpeaking')).toEqual([]);
  });
});

describe('what a client tells of the audio it dropped', () => {
  /** Ten words of 20 ms, interrupted at 60 ms with a lead of 40 ms: four were sent. */
  function interrupted(flushable = true) {
    const stage = playout(flushable);
    for (let n = 0; n < 10; n += 1) stage.word(`w${n}`, n * 20, n * 20 + 20);
    stage.audio(0, 10);
    stage.run(59);
    stage.interrupts(60);
    const heard = () => stage.row.after.of('Heard').map(({ text, instead }) => [text, instead]);
    return { ...stage, heard, estimate: 'w0 w1 w2' };
  }

  test('takes the place of the estimate: heard is what was sent less what was dropped', () => {
    const { row, heard, estimate, sent } = interrupted();
    expect([sent.length, heard()]).toEqual([4, [[estimate, undefined]]]);
    row.subject.unplayed(ms(150), ms(60));
    expect(heard()).toEqual([
      [estimate, undefined],
      ['w0', estimate],
    ]);
  });

  test.each([
    [ms(20), []],
    [ms(100), [['', 'w0 w1 w2']]],
    [ms(9_000), [['', 'w0 w1 w2']]],
    [0, [['w0 w1 w2 w3', 'w0 w1 w2']]],
  ])('%i µs of it: corrects only what was wrong, and never beyond what was sent', (us, corrections) => {
    const { row, heard } = interrupted();
    row.subject.unplayed(ms(150), us);
    expect(heard().slice(1)).toEqual(corrections);
  });

  test('is taken once for each interruption, in their order', () => {
    const { row, heard, audio, word, interrupts, run, estimate } = interrupted();
    interrupts(70, 2);
    word('next', 0, 40, 3);
    audio(100, 4, 3);
    run(150);
    interrupts(150, 3);
    // The second reply had made no sound; what is told of it moves nothing.
    for (const us of [ms(40), 0, ms(80)]) row.subject.unplayed(ms(200), us);
    expect(heard()).toEqual([
      [estimate, undefined],
      ['next', undefined],
      ['w0 w1', estimate],
      ['', 'next'],
    ]);
    row.subject.unplayed(ms(300), 0);
    expect(heard()).toHaveLength(4);
  });

  test('is not believed of a client that cannot drop, and of one that nobody asked', () => {
    const { row, heard } = interrupted(false);
    row.subject.unplayed(ms(150), ms(80));
    expect(heard()).toHaveLength(1);
    const idle = playout(true);
    idle.row.subject.unplayed(0, ms(20));
    expect(idle.row.after.of('Heard')).toEqual([]);
  });

  test('comes too late for a reply that counted as unheard once the caller has said more', () => {
    const { row, word, audio, interrupts, run } = playout(true);
    word('one', 0, 40);
    audio(0, 4);
    run(5);
    interrupts(6);
    expect(row.after.of('Heard').map(({ text }) => text)).toEqual(['']);
    row.push(ms(300), {
      kind: 'UserStoppedSpeaking',
      turn: 2,
      answer: true,
      reply: 2,
      text: 'so',
      trimmed: 0,
    });
    row.subject.unplayed(ms(400), 0);
    expect(row.after.of('Heard')).toHaveLength(1);
  });

  test('is awaited for a bounded number of interruptions', () => {
    const { row, interrupts } = playout(true);
    for (let reply = 1; reply <= 1_000; reply += 1) interrupts(reply, reply);
    for (let n = 0; n < 1_000; n += 1) row.subject.unplayed(ms(2_000), 0);
    expect(row.after.of('Heard')).toEqual([]);
  });
});

test('a reply without any sound is over when the voice says so', () => {
  const { row, ends, facts } = playout();
  ends(50);
  expect(facts()).toEqual(['50 reply.stopped']);
  expect(row.before.of('BotStoppedSpeaking')).toHaveLength(1);
  expect(row.timers.next()).toBeUndefined();
});

test('words whose times come after their audio are still told', () => {
  const { row, audio, word, ends, run } = playout();
  audio(0, 2);
  run(100);
  word('late', 0, 30);
  ends(150);
  expect(row.after.of('TtsText')).toEqual([{ kind: 'TtsText', reply: 1, text: 'late' }]);
  expect(row.after.of('Heard')).toEqual([]);
});

test('two replies never sound at once: audio of another reply is not let in', () => {
  const { sent, audio, run } = playout();
  audio(0, 2);
  audio(5, 2, 2);
  run(1_000);
  expect(sent).toHaveLength(2);
});

test('a reply that does not fit ends where it is full, with one error and no hole', () => {
  const { row, sent, audio, word, run, facts } = playout();
  const most = Math.floor(LIMITS.playoutBytesMax / PACKET_BYTES);
  audio(0, most);
  word('heard', 0, 20);
  audio(0, most);
  word('never', 20, 40);
  run(1_000);
  audio(1_000, 1);
  run(ms(20) * most);
  expect(row.after.of('Error')).toHaveLength(1);
  expect(sent).toHaveLength(most);
  expect(facts().filter((fact) => fact.includes('reply.stopped'))).toHaveLength(1);
  expect(row.facts()).toContainEqual(expect.objectContaining({ what: 'reply.stopped', complete: false }));
  run(ms(20) * (most + 10));
  expect(row.after.of('Heard')).toEqual([{ kind: 'Heard', reply: 1, text: 'heard', complete: false }]);
});

test('words that come after a reply is complete are not its words any more', () => {
  const { row, audio, word, ends, run } = playout();
  word('all', 0, 40);
  audio(0, 2);
  ends(0);
  word('more', 0, 40);
  run(1_000);
  expect(row.after.of('TtsText').map(({ text }) => text)).toEqual(['all']);
  expect(row.after.of('Heard')).toEqual([{ kind: 'Heard', reply: 1, text: 'all', complete: true }]);
});

test('the end of the session ends the reply before it passes', () => {
  const { row, audio } = playout();
  audio(0, 5);
  row.push(ms(10), { kind: 'End', reason: 'over' });
  expect(row.after.kinds().slice(-3)).toEqual(['Heard', 'BotStoppedSpeaking', 'End']);
  expect(row.timers.next()).toBeUndefined();
});
