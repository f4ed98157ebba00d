// Deepgram's recognisers, told as little stories: Nova-3, which is asked for its words, and Flux, which
// judges the turns itself.
import { describe, expect, test } from 'vitest';
import type { SttEvent } from '../../core/provider.ts';
import { type Micros, ms, seconds } from '../../core/time.ts';
import type { SocketRequest } from '../../core/wire.ts';
import { sttFactory } from '../registry.ts';

const SECOND = new Uint8Array(32_000);

/** A session whose every word to the outside is written down. */
function listen(settings: object = {}) {
  const chosen = sttFactory({ provider: 'deepgram', apiKey: 'dg-secret', ...settings });
  if (!chosen.ok) throw new Error(chosen.message);
  const requests: SocketRequest[] = [];
  const events: SttEvent[] = [];
  const session = chosen.factory({
    request: (_at, request) => void requests.push(request),
    event: (_at, event) => void events.push(event),
  });
  const say = (at: Micros, message: object) =>
    session.receive(at, { kind: 'message', data: JSON.stringify(message) });
  const open = (at: Micros) => {
    session.start(at);
    session.receive(at, { kind: 'opened' });
  };
  const words = () =>
    requests.flatMap((one) => (one.kind === 'send' && typeof one.data === 'string' ? one.data : []));
  const audioBytes = () =>
    requests.reduce(
      (sum, one) => sum + (one.kind === 'send' && typeof one.data !== 'string' ? one.data.length : 0),
      0,
    );
  const kinds = () => events.map(({ kind }) => kind);
  /** Wakes it whenever it wants to be woken, until `end`. */
  const until = (end: Micros) => {
    for (let at = session.deadline(); at !== undefined && at <= end; at = session.deadline())
      session.wake(at);
  };
  return { session, requests, events, say, open, words, audioBytes, kinds, until };
}

const results = (transcript: string, more: object) => ({
  type: 'Results',
  start: 0,
  duration: 1,
  is_final: true,
  channel: { alternatives: [{ transcript }] },
  ...more,
});

const turn = (event: string, transcript: string, more: object = {}) => ({
  type: 'TurnInfo',
  event,
  turn_index: 0,
  transcript,
  ...more,
});

describe('Nova-3', () => {
  test('is asked at its address with our audio’s format, and the key is a Token', () => {
    const w = listen({ keyterms: 'Lisbon, Nora' });
    w.open(0);
    const [request] = w.requests;
    const url = new URL(request?.kind === 'open' ? request.url : '');
    expect(url.pathname).toBe('/v1/listen');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      model: 'nova-3',
      encoding: 'linear16',
      sample_rate: '16000',
      interim_results: 'true',
      endpointing: 'false',
    });
    expect(url.searchParams.getAll('keyterm')).toEqual(['Lisbon', 'Nora']);
    expect(request).toMatchObject({ headers: { authorization: 'Token dg-secret' } });
  });

  test('given speech, when the caller pauses, then the answer to Finalize settles it', () => {
    const w = listen();
    w.open(0);
    w.session.sendAudio(ms(100), SECOND);
    w.say(ms(600), results('what time', { is_final: false }));
    w.session.finalize(ms(1_100));
    w.say(ms(1_150), results('what time do you open', { from_finalize: true }));
    expect(w.words()).toEqual(['{"type":"Finalize"}']);
    expect(w.events).toEqual([
      { kind: 'ready' },
      { kind: 'interim', text: 'what time' },
      { kind: 'final', text: 'what time do you open' },
      { kind: 'finalized' },
    ]);
  });

  test('settles long speech in pieces, and only what was asked for ends the question', () => {
    const w = listen();
    w.open(0);
    for (let at = 1; at <= 6; at += 1) w.session.sendAudio(seconds(at), SECOND);
    w.session.finalize(seconds(7));
    w.say(seconds(7.05), results('one two', { duration: 5, speech_final: false }));
    expect(w.kinds()).toEqual(['ready', 'final']);
    w.say(seconds(7.1), results('three', { start: 5, duration: 1, from_finalize: true }));
    expect(w.kinds()).toEqual(['ready', 'final', 'final', 'finalized']);
  });

  test('that has nothing to say to a cough is not waited for longer than is polite', () => {
    const w = listen();
    w.open(0);
    w.session.sendAudio(ms(100), SECOND.subarray(0, 8_000));
    w.session.finalize(ms(400));
    w.until(ms(2_000));
    expect(w.kinds()).toEqual(['ready', 'finalized']);
  });

  test('is kept alive in words, after a first sound', () => {
    const w = listen();
    w.open(0);
    expect(w.audioBytes()).toBeGreaterThan(0);
    w.until(seconds(9));
    expect(w.words()).toEqual(['{"type":"KeepAlive"}', '{"type":"KeepAlive"}']);
  });

  test('after a cut hears again what it had not settled, and the question', () => {
    const w = listen();
    w.open(0);
    w.session.sendAudio(ms(100), SECOND);
    w.say(ms(1_200), results('settled', { duration: 1.02 }));
    w.session.sendAudio(ms(1_300), SECOND);
    w.session.finalize(ms(2_300));
    w.session.receive(ms(2_310), { kind: 'closed', code: 1011, reason: 'NET-0000' });
    w.until(ms(3_000));
    const before = w.audioBytes();
    w.session.receive(ms(3_000), { kind: 'opened' });
    const again = w.audioBytes() - before;
    expect([again >= 32_000, again < 64_000]).toEqual([true, true]);
    expect(w.words().at(-1)).toBe('{"type":"Finalize"}');
    w.say(ms(3_200), results('the rest', { duration: 1.02, from_finalize: true }));
    expect(w.kinds()).toEqual(['ready', 'final', 'failed', 'ready', 'final', 'finalized']);
  });

  test('that says nothing about much audio is on a dead line: it is left, and the turn goes on', () => {
    const w = listen();
    w.open(0);
    for (let at = 1; at <= 3; at += 1) w.session.sendAudio(seconds(at), SECOND);
    w.session.finalize(seconds(4));
    w.until(seconds(5));
    expect(w.events.slice(1)).toMatchObject([
      { kind: 'failed', failure: { reason: 'timeout' }, fatal: false },
      { kind: 'finalized' },
    ]);
    expect(w.requests.at(-1)).toMatchObject({ kind: 'close' });
  });

  test.each([
    [401, '{"err_code":"INVALID_AUTH","err_msg":"Invalid credentials dg-secret."}', 'auth', true],
    [402, '{"err_code":"ASR_PAYMENT_REQUIRED","err_msg":"No credits."}', 'quota', true],
    [429, '{"err_code":"TOO_MANY_REQUESTS","err_msg":"Slow down."}', 'rate_limit', false],
  ] as const)('refused with %i is read by its own words, without the key', (status, body, reason, fatal) => {
    const w = listen();
    w.session.start(0);
    w.session.receive(ms(50), { kind: 'refused', status, headers: {}, body });
    expect(w.events).toMatchObject([{ kind: 'failed', failure: { reason, status }, fatal }]);
    expect(JSON.stringify(w.events)).not.toContain('dg-secret');
  });

  test('reads what is no message of its own without harm', () => {
    const w = listen();
    w.open(0);
    for (const data of ['<html>', '{"type":"Results"}', '{"type":"New"}', new Uint8Array(3)]) {
      w.session.receive(ms(10), { kind: 'message', data });
    }
    expect(w.kinds()).toEqual(['ready', 'failed', 'failed']);
  });
});

describe('Flux', () => {
  const flux = (settings: object = {}) => listen({ model: 'flux-general-en', ...settings });

  test('is asked at another address, with its thresholds', () => {
    const w = flux({ eotThreshold: 0.6, eagerEotThreshold: 0.8 });
    w.open(0);
    const [request] = w.requests;
    const url = new URL(request?.kind === 'open' ? request.url : '');
    expect(url.pathname).toBe('/v2/listen');
    // The eager one must not be above the other.
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      eot_threshold: '0.6',
      eager_eot_threshold: '0.6',
    });
  });

  test('given a pause, its eager end answers the question, and its end is told as a signal', () => {
    const w = flux();
    w.open(0);
    w.session.sendAudio(ms(100), SECOND);
    w.say(ms(500), turn('StartOfTurn', 'what'));
    w.session.finalize(ms(1_100));
    w.say(ms(1_250), turn('EagerEndOfTurn', 'what time do you open'));
    w.say(ms(1_400), turn('EndOfTurn', 'what time do you open', { trigger: 'model' }));
    expect(w.events).toEqual([
      { kind: 'ready' },
      { kind: 'interim', text: 'what' },
      { kind: 'final', text: 'what time do you open' },
      { kind: 'finalized' },
      { kind: 'signal', signal: 'eager' },
      { kind: 'signal', signal: 'end' },
    ]);
    expect(w.words()).toEqual([]);
  });

  test('is given real silence to judge; when it cannot make up its mind its latest words are taken', () => {
    const w = flux({ patienceMs: 250 });
    w.open(0);
    w.session.sendAudio(ms(100), SECOND);
    const spoken = w.audioBytes();
    w.session.finalize(ms(1_100));
    w.say(ms(1_200), turn('Update', 'so I was thinking'));
    w.until(ms(1_340));
    expect([w.audioBytes() - spoken, w.kinds()]).toEqual([3 * 2_560, ['ready', 'interim']]);
    w.until(ms(1_360));
    expect(w.events.slice(2)).toEqual([{ kind: 'final', text: 'so I was thinking' }, { kind: 'finalized' }]);
    w.say(ms(2_000), turn('EndOfTurn', 'so I was thinking about', { trigger: 'model' }));
    expect(w.events.slice(4)).toEqual([
      { kind: 'final', text: 'about' },
      { kind: 'signal', signal: 'end' },
    ]);
    expect(w.words()).toEqual([]);
  });

  test('of which no word is known is waited for as long as any', () => {
    const w = flux();
    w.open(0);
    w.session.sendAudio(ms(100), SECOND);
    w.session.finalize(ms(1_100));
    w.until(ms(2_300));
    expect(w.kinds()).toEqual(['ready']);
    w.until(ms(2_400));
    expect(w.kinds()).toEqual(['ready', 'finalized']);
  });

  test('may be ended by force where the vendor has enabled it', () => {
    const w = flux({ patienceMs: 250, forceEndTurn: true });
    w.open(0);
    w.session.sendAudio(ms(100), SECOND);
    const spoken = w.audioBytes();
    w.session.finalize(ms(1_100));
    w.until(ms(1_340));
    expect([w.audioBytes() - spoken, w.words()]).toEqual([3 * 2_560, []]);
    w.until(ms(1_360));
    expect(w.words()).toEqual(['{"type":"ForceEndTurn"}']);
    w.say(ms(1_400), turn('EndOfTurn', 'so I was thinking', { trigger: 'manual' }));
    // What we ended ourselves says nothing about the caller.
    expect(w.kinds()).toEqual(['ready', 'final', 'finalized']);
  });

  test('whose caller goes on tells what is new, and nothing twice', () => {
    const w = flux();
    w.open(0);
    w.session.sendAudio(ms(100), SECOND);
    w.session.finalize(ms(1_100));
    w.say(ms(1_250), turn('EagerEndOfTurn', 'I would like'));
    w.session.sendAudio(ms(1_300), SECOND);
    w.say(ms(1_600), turn('TurnResumed', 'I would like a'));
    w.session.finalize(ms(2_400));
    w.say(ms(2_500), turn('EndOfTurn', 'I would like a table', { trigger: 'model' }));
    w.say(ms(2_501), turn('EndOfTurn', 'I would like a table', { trigger: 'model' }));
    const finals = w.events.flatMap((event) => (event.kind === 'final' ? event.text : []));
    expect(finals).toEqual(['I would like', 'a table']);
    expect(w.events).toContainEqual({ kind: 'interim', text: 'a' });
  });

  test('that settled a pause before it was asked answers at once', () => {
    const w = flux();
    w.open(0);
    w.session.sendAudio(ms(100), SECOND);
    w.say(ms(1_090), turn('EagerEndOfTurn', 'yes'));
    w.session.finalize(ms(1_100));
    expect(w.kinds()).toEqual(['ready', 'final', 'signal', 'finalized']);
  });

  test('that fails in its own words is left and opened again', () => {
    const w = flux();
    w.open(0);
    w.say(ms(500), { type: 'Error', code: 'INTERNAL_SERVER_ERROR', description: 'Something went wrong.' });
    expect(w.events.at(-1)).toMatchObject({ failure: { message: 'Something went wrong.' }, fatal: false });
    w.until(ms(1_500));
    expect(w.requests.filter(({ kind }) => kind === 'open')).toHaveLength(2);
  });
});
