// Deepgram's voice, told as little stories: replies one after the other on one connection, with words whose
// places are estimated.
import { describe, expect, test } from 'vitest';
import type { TtsEvent } from '../../core/provider.ts';
import { type Micros, ms, seconds } from '../../core/time.ts';
import type { SocketRequest } from '../../core/wire.ts';
import { ttsFactory } from '../registry.ts';

const HALF = new Uint8Array(24_000);

function speak(settings: object = {}) {
  const chosen = ttsFactory({ provider: 'deepgram', apiKey: 'dg-secret', ...settings });
  if (!chosen.ok) throw new Error(chosen.message);
  const requests: SocketRequest[] = [];
  const events: TtsEvent[] = [];
  const session = chosen.factory({
    request: (_at, request) => void requests.push(request),
    event: (_at, event) => void events.push(event),
  });
  const notice = (at: Micros, type: string, more: object = {}) =>
    session.receive(at, { kind: 'message', data: JSON.stringify({ type, ...more }) });
  const audio = (at: Micros, data = HALF) => session.receive(at, { kind: 'message', data });
  session.start(0);
  const open = (at: Micros) => session.receive(at, { kind: 'opened' });
  const said = () =>
    requests.flatMap((one) => {
      if (one.kind !== 'send' || typeof one.data !== 'string') return [];
      const { type, text } = JSON.parse(one.data) as { type: string; text?: string };
      return text === undefined ? type : `${type} ${text}`;
    });
  const kinds = () => events.map(({ kind }) => kind);
  const until = (end: Micros) => {
    for (let at = session.deadline(); at !== undefined && at <= end; at = session.deadline())
      session.wake(at);
  };
  return { session, requests, events, notice, audio, open, said, kinds, until };
}

test('model, voice and language together name the vendor’s model', () => {
  const { requests } = speak({ voice: 'orion', outputRate: 16_000, speed: 1.1 });
  const [request] = requests;
  const url = new URL(request?.kind === 'open' ? request.url : '');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    model: 'aura-2-orion-en',
    encoding: 'linear16',
    sample_rate: '16000',
    speed: '1.1',
  });
});

test('given a reply in two pieces, its audio comes with words in their places and an end', () => {
  const w = speak();
  w.open(ms(100));
  w.session.speak(ms(200), 1, 'Hello there,');
  w.session.speak(ms(300), 1, 'how are you?');
  w.session.endReply(ms(400), 1);
  expect(w.said()).toEqual(['Speak Hello there, ', 'Flush', 'Speak how are you? ', 'Flush']);
  w.audio(ms(500));
  w.notice(ms(510), 'Flushed', { sequence_id: 0 });
  w.audio(ms(600));
  w.notice(ms(610), 'Flushed', { sequence_id: 1 });
  const words = w.events.flatMap((event) => (event.kind === 'word' ? event.word : []));
  expect(words.map(({ text }) => text)).toEqual(['Hello', 'there,', 'how', 'are', 'you?']);
  expect(words[2]?.startUs).toBe(ms(500));
  for (const { startUs, endUs } of words)
    expect([startUs < endUs, endUs <= seconds(1)]).toEqual([true, true]);
  expect(w.kinds().at(-1)).toBe('done');
});

test('samples that are cut in two are put together', () => {
  const w = speak();
  w.open(0);
  w.session.speak(0, 1, 'Hello.');
  w.audio(ms(100), Uint8Array.of(1, 2, 3));
  w.audio(ms(110), Uint8Array.of(4, 5));
  const pcm = w.events.flatMap((event) => (event.kind === 'audio' ? [...event.pcm] : []));
  expect(pcm).toEqual([1, 2, 3, 4]);
});

describe('a reply that is dropped', () => {
  test('is cleared, and what still comes of it is not the next one’s', () => {
    const w = speak();
    w.open(0);
    w.session.speak(0, 1, 'A long story.');
    w.audio(ms(300));
    w.session.cancel(ms(310), 1);
    w.session.speak(ms(320), 2, 'Of course.');
    expect(w.said().slice(2)).toEqual(['Clear', 'Speak Of course. ', 'Flush']);
    w.audio(ms(330));
    w.notice(ms(335), 'Flushed');
    w.notice(ms(340), 'Cleared');
    w.audio(ms(600));
    const owners = w.events.flatMap((event) => (event.kind === 'audio' ? event.reply : []));
    expect(owners).toEqual([1, 2]);
  });

  test('before any of it was sent costs nothing', () => {
    const w = speak();
    w.session.speak(0, 1, 'Hello.');
    w.session.cancel(ms(10), 1);
    w.open(ms(100));
    expect(w.said()).toEqual([]);
  });
});

test('the next reply waits for the end of the one before', () => {
  const w = speak();
  w.open(0);
  w.session.speak(0, 1, 'First.');
  w.session.speak(ms(10), 2, 'Second.');
  w.session.endReply(ms(20), 1);
  expect(w.said()).toEqual(['Speak First. ', 'Flush']);
  w.audio(ms(300));
  w.notice(ms(310), 'Flushed');
  expect(w.said().slice(2)).toEqual(['Speak Second. ', 'Flush']);
});

test('flushes are kept within what the vendor allows, and the ends of replies get theirs', () => {
  const w = speak();
  w.open(0);
  for (let reply = 1; reply <= 8; reply += 1) {
    const at = seconds(reply);
    w.session.speak(at, reply, 'One.');
    w.session.speak(at, reply, 'Two.');
    w.session.speak(at, reply, 'Three.');
    w.session.endReply(at, reply);
    for (let owed = 0; owed < 3; owed += 1) w.notice(at + ms(100), 'Flushed');
  }
  expect(w.events.filter(({ kind }) => kind === 'done')).toHaveLength(8);
  expect(w.said().filter((word) => word === 'Flush').length).toBeLessThanOrEqual(20);
});

describe('what goes wrong', () => {
  test('a cut before the first sound is mended without a word', () => {
    const w = speak();
    w.open(0);
    w.session.speak(0, 1, 'Hello.');
    w.session.receive(ms(50), { kind: 'closed', code: 1006, reason: '' });
    w.until(seconds(1));
    w.open(seconds(1));
    expect(w.said()).toEqual(['Speak Hello. ', 'Flush', 'Speak Hello. ', 'Flush']);
    expect(w.events).toMatchObject([{ kind: 'ready' }, { kind: 'failed', fatal: false }, { kind: 'ready' }]);
  });

  test('a cut after it ends the reply, and what was spoken of it is told', () => {
    const w = speak();
    w.open(0);
    w.session.speak(0, 1, 'Hello there, my friend, how are you today?');
    w.audio(ms(300), new Uint8Array(48_000));
    w.session.receive(ms(310), { kind: 'closed', code: 1006, reason: '' });
    const words = w.events.flatMap((event) => (event.kind === 'word' ? event.word.text : []));
    expect(words.length).toBeGreaterThan(0);
    expect(words.length).toBeLessThan(8);
    expect(w.events.at(-1)).toMatchObject({ kind: 'failed', reply: 1 });
  });

  test('silence ends the reply and, when nothing at all is heard, the connection', () => {
    const w = speak({ firstAudioMs: 1_000 });
    w.open(0);
    w.session.speak(ms(10), 1, 'Hello.');
    w.until(seconds(1.1));
    expect(w.events.filter(({ kind }) => kind === 'failed')).toMatchObject([
      { reply: 1, failure: { reason: 'timeout' } },
      { reply: undefined, failure: { reason: 'timeout' } },
    ]);
    expect(w.requests.some(({ kind }) => kind === 'close')).toBe(true);
  });

  test('too much text in a window passes, bad text does not', () => {
    const haste = speak();
    haste.open(0);
    haste.session.receive(ms(10), { kind: 'closed', code: 1008, reason: 'DATA-0001' });
    expect(haste.events.at(-1)).toMatchObject({ failure: { reason: 'rate_limit' }, fatal: false });
    const bad = speak();
    bad.open(0);
    bad.session.receive(ms(10), { kind: 'closed', code: 1008, reason: 'DATA-0000' });
    expect(bad.events.at(-1)).toMatchObject({ failure: { reason: 'bad_request' }, fatal: true });
  });

  test('a voice that is gone for good says so of every reply', () => {
    const w = speak();
    w.session.receive(ms(10), { kind: 'refused', status: 401, headers: {}, body: '{"err_msg":"no"}' });
    w.session.speak(ms(20), 1, 'Hello.');
    expect(w.events).toMatchObject([
      { kind: 'failed', failure: { reason: 'auth' }, fatal: true },
      { kind: 'failed', reply: 1, fatal: true },
    ]);
  });
});
