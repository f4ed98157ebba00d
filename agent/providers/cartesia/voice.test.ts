import { describe, expect, test } from 'vitest';
import type { TtsEvent } from '../../core/provider.ts';
import { type Micros, ms, seconds } from '../../core/time.ts';
import type { SocketRequest } from '../../core/wire.ts';
import { cartesiaTtsSettings } from './index.ts';
import { CartesiaVoice } from './voice.ts';

const KEY = 'sk_car_secret';

/** A session whose every word to the outside is written down. */
function talk() {
  const requests: SocketRequest[] = [];
  const events: TtsEvent[] = [];
  const session = new CartesiaVoice(cartesiaTtsSettings.parse({ apiKey: KEY, outputRate: 16_000 }), {
    request: (_at, request) => void requests.push(request),
    event: (_at, event) => void events.push(event),
  });
  const open = (now: Micros) => session.receive(now, { kind: 'opened' });
  const says = (now: Micros, message: object) =>
    session.receive(now, { kind: 'message', data: JSON.stringify(message) });
  /** `spanMs` of sound for `context`, and the words in it with their times in seconds. */
  const audio = (now: Micros, context: string, spanMs: number, ...words: [string, number, number][]) => {
    const data = Buffer.alloc(spanMs * 32, 1).toString('base64');
    says(now, { type: 'chunk', context_id: context, status_code: 206, done: false, data });
    if (words.length === 0) return;
    const column = (at: 0 | 1 | 2) => words.map((word) => word[at]);
    const word_timestamps = { words: column(0), start: column(1), end: column(2) };
    says(now, { type: 'timestamps', context_id: context, done: false, word_timestamps });
  };
  const done = (now: Micros, context: string) =>
    says(now, { type: 'done', context_id: context, status_code: 200, done: true });
  const refuse = (now: Micros, context: string, status_code: number) =>
    says(now, { type: 'error', context_id: context, done: true, status_code, message: 'no' });
  const cut = (now: Micros) => session.receive(now, { kind: 'closed', code: 1006, reason: '' });
  /** What went out since the last look: context and text, `end`, `cancel`, or what was done to the socket. */
  const sent = () =>
    requests.splice(0).map((request) => {
      if (request.kind !== 'send') return request.kind;
      const { context_id, transcript, continue: more, cancel } = JSON.parse(String(request.data));
      return `${context_id} ${cancel === true ? 'cancel' : more ? transcript : 'end'}`;
    });
  const told = () =>
    events.splice(0).map((event) => ('reply' in event ? `${event.kind} ${event.reply}` : event.kind));
  const words = () => events.flatMap((event) => (event.kind === 'word' ? [event.word] : []));
  return { session, requests, events, open, says, audio, done, refuse, cut, sent, told, words };
}

/** A session that is connected and has spoken nothing yet. */
function connected() {
  const w = talk();
  w.session.start(0);
  w.open(ms(80));
  w.sent();
  w.told();
  return w;
}

describe('Cartesia’s voice', () => {
  test('given a reply of two parts, then it is spoken in one context, from the first text to done', () => {
    const w = talk();
    w.session.start(0);
    w.session.speak(ms(10), 1, 'Hello there,');
    expect(w.sent()).toEqual(['open']);
    w.open(ms(80));
    w.session.speak(ms(120), 1, 'friend.');
    w.session.endReply(ms(130), 1);
    expect(w.sent()).toEqual(['1-1 Hello there, ', '1-1 friend. ', '1-1 end']);
    w.audio(ms(300), '1-1', 200, ['Hello', 0, 0.1], ['there,', 0.1, 0.2]);
    w.audio(ms(310), '1-1', 100, ['friend.', 0.2, 0.3]);
    w.done(ms(320), '1-1');
    expect(w.words()).toEqual([
      { text: 'Hello', startUs: 0, endUs: ms(100) },
      { text: 'there,', startUs: ms(100), endUs: ms(200) },
      { text: 'friend.', startUs: ms(200), endUs: ms(300) },
    ]);
    expect(w.told()).toEqual(['ready', 'audio 1', 'word 1', 'word 1', 'audio 1', 'word 1', 'done 1']);
    expect(w.session.deadline()).toBeUndefined();
  });

  test('given a pause of the model, then the context is ended before it expires and another goes on', () => {
    const w = connected();
    w.session.speak(ms(100), 1, 'One.');
    w.audio(ms(300), '1-1', 200, ['One.', 0, 0.2]);
    w.sent();
    expect(w.session.deadline()).toBe(ms(800));
    w.session.wake(ms(800));
    expect(w.sent()).toEqual(['1-1 end']);
    w.done(ms(850), '1-1');
    expect(w.session.deadline()).toBeUndefined();
    w.session.speak(seconds(3), 1, 'Two.');
    w.session.endReply(seconds(3), 1);
    expect(w.sent()).toEqual(['2-1 Two. ', '2-1 end']);
    w.audio(ms(3_200), '2-1', 100, ['Two.', 0, 0.1]);
    w.done(ms(3_300), '2-1');
    expect(w.words().at(-1)).toEqual({ text: 'Two.', startUs: ms(200), endUs: ms(300) });
    expect(w.told().at(-1)).toBe('done 1');
  });

  test('given text while an ended context still speaks, then it waits for that one', () => {
    const w = connected();
    w.session.speak(ms(100), 1, 'One.');
    w.audio(ms(300), '1-1', 100);
    w.session.wake(ms(800));
    w.session.speak(ms(810), 1, 'Two.');
    w.audio(ms(820), '1-1', 100);
    expect(w.sent()).toEqual(['1-1 One. ', '1-1 end']);
    w.done(ms(830), '1-1');
    expect(w.sent()).toEqual(['2-1 Two. ']);
  });

  test('given text that is waited for, then its context is not ended for want of text', () => {
    const w = connected();
    w.session.speak(ms(100), 1, 'One.');
    w.audio(ms(300), '1-1', 100);
    w.session.speak(ms(400), 1, 'Two.');
    expect(w.session.deadline()).toBe(ms(8_300));
  });

  test('given a reply, when it is cancelled, then the vendor is told and late chunks are dropped', () => {
    const w = connected();
    w.session.speak(ms(100), 1, 'Hello there.');
    w.audio(ms(300), '1-1', 100);
    w.sent();
    w.told();
    w.session.cancel(ms(310), 1);
    expect(w.sent()).toEqual(['1-1 cancel']);
    w.audio(ms(320), '1-1', 100, ['there.', 0.1, 0.2]);
    w.session.speak(ms(330), 1, 'And more.');
    w.session.endReply(ms(330), 1);
    w.done(ms(340), '1-1');
    expect(w.sent()).toEqual([]);
    expect(w.told()).toEqual([]);
  });

  test('given a listener who cancels at the first word, then no other is told', () => {
    const w = connected();
    const heard: string[] = [];
    const session = new CartesiaVoice(cartesiaTtsSettings.parse({}), {
      request: () => undefined,
      event: (now, event) => {
        heard.push(event.kind);
        if (event.kind === 'word') session.cancel(now, 1);
      },
    });
    session.start(0);
    session.receive(1, { kind: 'opened' });
    session.speak(2, 1, 'Hi you.');
    const word_timestamps = { words: ['Hi', 'you.'], start: [0, 0.1], end: [0.1, 0.2] };
    const data = JSON.stringify({ type: 'timestamps', context_id: '1-1', word_timestamps });
    session.receive(3, { kind: 'message', data });
    expect(heard).toEqual(['ready', 'word']);
    expect(w.told()).toEqual([]);
  });

  test('given words that go back in time, then they do not', () => {
    const w = connected();
    w.session.speak(ms(100), 1, 'a b');
    w.audio(ms(300), '1-1', 100, ['a', 0.05, 0.1], ['b', 0.02, 0.03]);
    expect(w.words()).toEqual([
      { text: 'a', startUs: ms(50), endUs: ms(100) },
      { text: 'b', startUs: ms(100), endUs: ms(100) },
    ]);
  });

  test('given chunks that split a sample, then every piece of audio is whole samples', () => {
    const w = connected();
    w.session.speak(ms(100), 1, 'Hi');
    for (const bytes of [
      [1, 2, 3],
      [4, 5, 6],
    ]) {
      w.says(ms(200), { type: 'chunk', context_id: '1-1', data: Buffer.from(bytes).toString('base64') });
    }
    const pieces = w.events.flatMap((event) => (event.kind === 'audio' ? [[...event.pcm]] : []));
    expect(pieces).toEqual([
      [1, 2],
      [3, 4, 5, 6],
    ]);
  });

  test('given text without a sound in it, when the vendor is done with it, then so is the reply', () => {
    const w = connected();
    w.session.speak(ms(100), 1, '…');
    w.session.endReply(ms(100), 1);
    w.done(ms(200), '1-1');
    w.session.speak(ms(300), 2, ' ');
    w.session.endReply(ms(300), 2);
    expect(w.told()).toEqual(['done 1', 'done 2']);
  });
});

describe('when something goes wrong with the voice', () => {
  test('given a cut before any audio, when it is connected again, then the reply is said anew', () => {
    const w = connected();
    w.session.speak(ms(100), 1, 'One.');
    w.session.endReply(ms(120), 1);
    w.cut(ms(150));
    w.sent();
    w.session.wake(ms(400));
    w.open(ms(480));
    expect(w.sent()).toEqual(['open', '2-1 One. ', '2-1 end']);
    w.audio(ms(600), '2-1', 100);
    w.done(ms(610), '2-1');
    expect(w.told()).toEqual(['failed undefined', 'ready', 'audio 1', 'done 1']);
  });

  test('given a cut after some audio, then the reply fails and is not said twice', () => {
    const w = connected();
    w.session.speak(ms(100), 1, 'One.');
    w.audio(ms(200), '1-1', 100);
    w.cut(ms(250));
    expect(w.events.slice(-2)).toMatchObject([
      { kind: 'failed', reply: undefined, fatal: false, failure: { reason: 'disconnected' } },
      { kind: 'failed', reply: 1, fatal: false },
    ]);
    w.sent();
    w.session.wake(ms(500));
    w.open(ms(580));
    expect(w.sent()).toEqual(['open']);
  });

  test('given a cut between two contexts of a reply, then only what was not heard is said again', () => {
    const w = connected();
    w.session.speak(ms(100), 1, 'One.');
    w.audio(ms(200), '1-1', 100);
    w.session.wake(ms(700));
    w.done(ms(750), '1-1');
    w.session.speak(ms(900), 1, 'Two.');
    w.cut(ms(950));
    w.session.wake(ms(1_200));
    w.sent();
    w.open(ms(1_280));
    expect(w.sent()).toEqual(['3-1 Two. ']);
  });

  test('given too many contexts at once, then the reply is tried again in its time, three times', () => {
    const w = connected();
    w.session.speak(ms(100), 1, 'One.');
    w.session.endReply(ms(100), 1);
    w.refuse(ms(150), '1-1', 429);
    expect(w.told()).toEqual(['failed undefined']);
    expect(w.session.deadline()).toBe(ms(400));
    w.session.wake(ms(400));
    expect(w.sent()).toEqual(['1-1 One. ', '1-1 end', '2-1 One. ', '2-1 end']);
    w.refuse(ms(450), '2-1', 429);
    w.session.wake(ms(950));
    w.refuse(ms(1_000), '3-1', 429);
    expect(w.told()).toEqual(['failed undefined', 'failed 1']);
  });

  test('given a complaint about one text, then only its reply fails', () => {
    const w = connected();
    w.session.speak(ms(100), 1, 'One.');
    w.session.speak(ms(100), 2, 'Two.');
    w.refuse(ms(150), '1-1', 400);
    w.refuse(ms(160), 'unknown', 400);
    w.audio(ms(200), '2-2', 100);
    expect(w.told()).toEqual(['failed 1', 'audio 2']);
  });

  test('given a fault of the server, then the connection is replaced', () => {
    const w = connected();
    w.session.speak(ms(100), 1, 'One.');
    w.refuse(ms(150), '1-1', 500);
    expect(w.sent()).toEqual(['1-1 One. ', 'close']);
    w.session.receive(ms(160), { kind: 'closed', code: 1000, reason: '' });
    w.session.wake(ms(400));
    w.open(ms(480));
    expect(w.sent()).toEqual(['open', '2-1 One. ']);
  });

  test('given a wrong key, then the session gives up, and later text fails at once', () => {
    const w = talk();
    w.session.start(0);
    w.session.speak(ms(10), 1, 'One.');
    const body = JSON.stringify({ error_code: null, title: 'Unauthorized', message: `bad key ${KEY}` });
    w.session.receive(ms(50), { kind: 'refused', status: 401, headers: {}, body });
    expect(w.events).toMatchObject([
      { kind: 'failed', reply: undefined, fatal: true, failure: { reason: 'auth', message: 'bad key …' } },
      { kind: 'failed', reply: 1, fatal: true },
    ]);
    w.told();
    w.session.speak(ms(200), 2, 'Two.');
    expect(w.told()).toEqual(['failed 2']);
    expect(w.session.deadline()).toBeUndefined();
  });

  test('given a busy vendor at the door, then the wait it asks for is kept', () => {
    const w = talk();
    w.session.start(0);
    w.session.receive(ms(50), { kind: 'refused', status: 429, headers: { 'retry-after': '2' }, body: '' });
    expect(w.session.deadline()).toBe(ms(2_050));
  });

  test('given no audio, when 8 s pass, then the reply fails and its dead line is replaced', () => {
    const w = connected();
    w.session.speak(ms(100), 1, 'One.');
    expect(w.session.deadline()).toBe(ms(8_100));
    w.session.wake(ms(8_100));
    expect(w.told()).toEqual(['failed 1', 'failed undefined']);
    expect(w.sent().slice(-2)).toEqual(['1-1 cancel', 'close']);
  });

  test('given audio that stops before its end, when 8 s pass, then the reply fails', () => {
    const w = connected();
    w.session.speak(ms(100), 1, 'One.');
    w.session.endReply(ms(100), 1);
    w.audio(ms(300), '1-1', 100);
    w.session.wake(ms(8_300));
    expect(w.told()).toEqual(['audio 1', 'failed 1']);
  });

  test('given more text than may wait, then the reply fails instead of filling the memory', () => {
    const w = talk();
    w.session.start(0);
    for (let part = 0; part < 9; part += 1) w.session.speak(part, 1, 'x'.repeat(999));
    expect(w.told()).toEqual(['failed 1']);
  });

  test('given a stop, then nothing more is told or waited for', () => {
    const w = connected();
    w.session.speak(ms(100), 1, 'One.');
    w.session.stop(ms(200));
    w.audio(ms(300), '1-1', 100);
    expect(w.sent()).toEqual(['1-1 One. ', '1-1 cancel', 'close']);
    expect(w.told()).toEqual([]);
    expect(w.session.deadline()).toBeUndefined();
  });
});
