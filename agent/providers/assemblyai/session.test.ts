// AssemblyAI's recogniser, told as little stories.
import { describe, expect, test } from 'vitest';
import { ms, seconds } from '../../core/time.ts';
import { listener, SECOND } from '../listener.test-support.ts';

const listen = (settings: object = {}) => listener({ provider: 'assemblyai', ...settings });

const turn = (order: number, transcript: string, more: object = {}) => ({
  type: 'Turn',
  turn_order: order,
  turn_is_formatted: false,
  end_of_turn: false,
  transcript,
  utterance: '',
  words: [],
  ...more,
});
const ended = (order: number, transcript: string, more: object = {}) =>
  turn(order, transcript, { end_of_turn: true, utterance: transcript, ...more });

const FORCED = '{"type":"ForceEndpoint"}';

describe('the address', () => {
  test('names the model and our audio, and the key is bare', () => {
    const w = listen({ keyterms: 'Lisbon, Nora', formatTurns: true });
    w.open(0);
    expect(w.address().pathname).toBe('/v3/ws');
    expect(Object.fromEntries(w.address().searchParams)).toMatchObject({
      speech_model: 'universal-streaming-english',
      encoding: 'pcm_s16le',
      sample_rate: '16000',
      format_turns: 'true',
      keyterms_prompt: '["Lisbon","Nora"]',
    });
    expect(w.requests[0]).toMatchObject({ headers: { authorization: 'a-secret' } });
  });

  test('another language has another model, and the later families are told which it is', () => {
    const german = listen({ language: 'de' });
    german.open(0);
    expect(german.address().searchParams.get('speech_model')).toBe('universal-streaming-multilingual');
    const later = listen({ language: 'de', model: 'universal-3-5-pro' });
    later.open(0);
    const query = Object.fromEntries(later.address().searchParams);
    expect(query).toMatchObject({ speech_model: 'universal-3-5-pro', language_codes: '["de"]' });
    expect(query).not.toHaveProperty('format_turns');
  });
});

test('given a pause, its own end of the turn answers the question, and is a signal', () => {
  const w = listen();
  w.open(0);
  w.session.sendAudio(ms(100), SECOND);
  const words = [{ text: 'open', word_is_final: false }];
  w.say(ms(600), turn(0, 'what time do you', { words }));
  w.session.finalize(ms(1_100));
  w.say(ms(1_250), ended(0, 'what time do you open'));
  expect(w.events).toEqual([
    { kind: 'ready' },
    { kind: 'interim', text: 'what time do you open' },
    { kind: 'final', text: 'what time do you open' },
    { kind: 'finalized' },
    { kind: 'signal', signal: 'end' },
  ]);
  expect(w.words()).toEqual([]);
});

test('a pause that it does not judge is ended by force, which is no signal', () => {
  const w = listen({ patienceMs: 300 });
  w.open(0);
  w.session.sendAudio(ms(100), SECOND);
  w.say(ms(600), turn(0, 'so i was'));
  w.session.finalize(ms(1_300));
  w.until(ms(1_590));
  expect(w.words()).toEqual([]);
  w.until(ms(1_610));
  expect(w.words()).toEqual([FORCED]);
  w.say(ms(1_700), ended(0, 'so i was thinking'));
  expect(w.kinds()).toEqual(['ready', 'interim', 'final', 'finalized']);
});

test('a caller who speaks again is not cut off in a word: the words so far are the answer', () => {
  const w = listen({ patienceMs: 300 });
  w.open(0);
  w.session.sendAudio(ms(100), SECOND);
  w.say(ms(600), turn(0, 'and when'));
  w.session.finalize(ms(1_300));
  w.session.sendAudio(ms(1_400), SECOND.subarray(0, 3_200));
  w.until(ms(1_700));
  expect([w.words(), w.finals(), w.kinds().at(-1)]).toEqual([[], ['and when'], 'finalized']);
  w.say(ms(2_000), ended(0, 'and when was that'));
  expect(w.finals()).toEqual(['and when', 'was that']);
});

test('an end that comes twice is told once: bare at once, or formatted when that is asked for', () => {
  for (const formatTurns of [false, true]) {
    const w = listen({ formatTurns });
    w.open(0);
    w.session.sendAudio(ms(100), SECOND);
    w.say(ms(900), ended(0, 'is it open'));
    w.say(ms(990), ended(0, 'Is it open?', { turn_is_formatted: true }));
    w.say(ms(991), ended(0, 'Is it open?', { turn_is_formatted: true }));
    expect([w.finals(), w.signals()]).toEqual([[formatTurns ? 'Is it open?' : 'is it open'], ['end']]);
  }
});

test('a formatted text that never comes costs its looks and not its words', () => {
  const w = listen({ formatTurns: true, patienceMs: 0, flushMs: 1_000 });
  w.open(0);
  w.session.sendAudio(ms(100), SECOND);
  w.session.finalize(ms(1_100));
  w.say(ms(1_200), ended(0, 'is it open'));
  w.until(ms(2_900));
  expect([w.finals(), w.kinds().at(-1)]).toEqual([['is it open'], 'finalized']);
  w.say(ms(3_000), turn(1, 'hello'));
  expect(w.finals()).toEqual(['is it open']);
});

test('the end of an utterance is an early signal, and its words are not told again', () => {
  const w = listen();
  w.open(0);
  w.session.sendAudio(ms(100), SECOND);
  w.say(ms(800), turn(0, 'i would like', { utterance: 'i would like' }));
  w.say(ms(1_200), ended(0, 'i would like a table'));
  expect([w.finals(), w.signals()]).toEqual([
    ['i would like', 'a table'],
    ['eager', 'end'],
  ]);
});

describe('audio', () => {
  test('goes in pieces of 50 ms, and the last one is filled up before the question', () => {
    const w = listen({ patienceMs: 0 });
    w.open(0);
    for (let at = 0; at < 5; at += 1) w.session.sendAudio(ms(20 * at), SECOND.subarray(0, 640));
    expect(w.pieces()).toEqual([1_600, 1_600]);
    w.session.sendAudio(ms(100), SECOND.subarray(0, 640));
    w.session.finalize(ms(120));
    w.until(ms(130));
    expect([w.pieces(), w.words()]).toEqual([[1_600, 1_600, 1_600], [FORCED]]);
  });

  test('that is heard again after a cut is not sent faster than it was spoken', () => {
    const w = listen({ patienceMs: 0 });
    w.open(0);
    w.session.sendAudio(ms(100), SECOND);
    w.until(seconds(1));
    w.session.sendAudio(ms(1_100), SECOND);
    w.until(seconds(2));
    w.session.finalize(seconds(2));
    w.session.receive(seconds(2), { kind: 'closed', code: 1006, reason: '' });
    w.until(ms(2_900));
    const before = w.pieces().length;
    w.session.receive(seconds(3), { kind: 'opened' });
    const atOnce = w.pieces().length - before;
    expect(atOnce).toBeLessThan(10);
    w.until(ms(4_500));
    expect(w.pieces().length - before).toBeLessThan(40);
    w.until(ms(4_800));
    expect([w.pieces().length - before, w.words().at(-1)]).toEqual([40, FORCED]);
  });
});

describe('what goes wrong', () => {
  test.each([
    [1008, 'Unauthorized connection: invalid API key a-secret', 'auth', true],
    [1008, 'Insufficient account balance', 'quota', true],
    [1008, 'Too many concurrent sessions', 'rate_limit', false],
    [3009, 'Too many concurrent sessions', 'rate_limit', false],
    [3006, 'Invalid parameter', 'bad_request', true],
    [3005, 'Unknown', 'overloaded', false],
    [3008, 'Session expired', 'overloaded', false],
  ] as const)('%i "%s" is %s, without the key', (code, error, reason, fatal) => {
    const w = listen();
    w.open(0);
    w.say(ms(50), { type: 'Error', error_code: code, error });
    expect(w.events.at(-1)).toMatchObject({ kind: 'failed', failure: { reason }, fatal });
    expect(JSON.stringify(w.events)).not.toContain('a-secret');
    w.session.receive(ms(51), { kind: 'closed', code, reason: error });
    w.until(seconds(3));
    expect(w.requests.filter(({ kind }) => kind === 'open')).toHaveLength(fatal ? 1 : 2);
  });

  test('a line that says nothing about much audio is left, and the turn goes on', () => {
    const w = listen({ patienceMs: 0 });
    w.open(0);
    for (let at = 1; at <= 4; at += 1) {
      w.session.sendAudio(seconds(at), SECOND);
      w.until(seconds(at + 1));
    }
    w.session.finalize(seconds(5));
    w.until(ms(6_500));
    expect(w.events.slice(1)).toMatchObject([
      { kind: 'failed', failure: { reason: 'timeout' }, fatal: false },
      { kind: 'finalized' },
    ]);
  });

  test('what is no message of its own does no harm', () => {
    const w = listen();
    w.open(0);
    for (const data of ['<html>', '{"type":"Turn"}', '{"type":"Heartbeat"}', new Uint8Array(3)]) {
      w.session.receive(ms(10), { kind: 'message', data });
    }
    expect(w.kinds()).toEqual(['ready', 'failed', 'failed']);
  });
});

test('it says goodbye, because an open session costs', () => {
  const w = listen();
  w.open(0);
  w.session.stop(ms(100));
  expect(w.words()).toEqual(['{"type":"Terminate"}']);
  expect(w.requests.at(-1)).toMatchObject({ kind: 'close' });
});
