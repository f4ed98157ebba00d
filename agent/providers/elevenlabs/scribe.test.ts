// Scribe v2 Realtime, told as little stories.
import { describe, expect, test } from 'vitest';
import { ms, seconds } from '../../core/time.ts';
import { listener, SECOND } from '../listener.test-support.ts';

const listen = (settings: object = {}) => listener({ provider: 'elevenlabs', ...settings });

const message = (message_type: string, more: object) => ({ message_type, ...more });
const chunksOf = (w: ReturnType<typeof listen>) =>
  w
    .words()
    .map((word) => JSON.parse(word) as { audio_base_64: string; commit: boolean; sample_rate: number });
const commits = (w: ReturnType<typeof listen>) => chunksOf(w).filter(({ commit }) => commit).length;

test('is asked at its address with our audio’s format, by header', () => {
  const w = listen({ language: 'pt', keyterms: 'Lisbon, Nora' });
  w.open(0);
  expect(w.address().pathname).toBe('/v1/speech-to-text/realtime');
  expect(Object.fromEntries(w.address().searchParams)).toMatchObject({
    model_id: 'scribe_v2_realtime',
    audio_format: 'pcm_16000',
    commit_strategy: 'manual',
    language_code: 'pt',
  });
  expect(w.address().searchParams.getAll('keyterms')).toEqual(['Lisbon', 'Nora']);
  expect(w.requests[0]).toMatchObject({ headers: { 'xi-api-key': 'a-secret' } });
});

test('given speech, when the caller pauses, then the commit settles it', () => {
  const w = listen();
  w.open(0);
  w.session.sendAudio(
    ms(100),
    SECOND.map((_, index) => index),
  );
  w.say(ms(600), message('partial_transcript', { text: 'What time' }));
  w.session.finalize(ms(1_100));
  const sent = chunksOf(w);
  const audio = Buffer.concat(sent.map(({ audio_base_64 }) => Buffer.from(audio_base_64, 'base64')));
  expect(audio.equals(Buffer.from(SECOND.map((_, index) => index)))).toBe(true);
  expect(sent.map(({ commit }) => commit)).toEqual([...Array.from({ length: 10 }, () => false), true]);
  w.say(ms(1_200), message('committed_transcript', { text: 'What time do you open?' }));
  w.say(ms(1_201), message('committed_transcript', { text: 'What time do you open?' }));
  expect(w.events).toEqual([
    { kind: 'ready' },
    { kind: 'interim', text: 'What time' },
    { kind: 'final', text: 'What time do you open?' },
    { kind: 'finalized' },
  ]);
});

test('the same words said twice are told twice', () => {
  const w = listen();
  w.open(0);
  for (const at of [1, 3]) {
    w.session.sendAudio(seconds(at), SECOND);
    w.session.finalize(seconds(at + 1));
    w.say(seconds(at + 1.1), message('committed_transcript', { text: 'Yes.' }));
  }
  expect(w.finals()).toEqual(['Yes.', 'Yes.']);
});

test('with the strategy vad the vendor settles by itself, and is asked only if it does not', () => {
  const w = listen({ commitStrategy: 'vad', vadSilenceS: 0.5 });
  w.open(0);
  expect(w.address().searchParams.get('vad_silence_threshold_secs')).toBe('0.5');
  w.session.sendAudio(ms(100), SECOND);
  w.session.finalize(ms(1_100));
  w.until(ms(1_700));
  expect([chunksOf(w).length, commits(w)]).toEqual([16, 0]);
  w.say(ms(1_710), message('committed_transcript', { text: 'Hello.' }));
  expect(w.kinds()).toEqual(['ready', 'final', 'finalized']);
  w.session.sendAudio(seconds(3), SECOND);
  w.session.finalize(seconds(4));
  w.until(seconds(4.9));
  expect(commits(w)).toBe(1);
});

test('is kept alive with silence, because it hangs up on silent clients', () => {
  const w = listen();
  w.open(0);
  w.until(seconds(16));
  expect(chunksOf(w)).toHaveLength(3);
});

test('an answer that never comes leaves the words that were heard', () => {
  const w = listen();
  w.open(0);
  w.session.sendAudio(ms(100), SECOND);
  w.session.finalize(ms(1_100));
  w.say(ms(1_150), message('partial_transcript', { text: 'what time' }));
  w.until(ms(2_200));
  expect([w.finals(), w.kinds().at(-1)]).toEqual([['what time'], 'finalized']);
});

test('after a cut hears again what it had not settled, and the question', () => {
  const w = listen();
  w.open(0);
  w.session.sendAudio(ms(100), SECOND);
  w.session.finalize(ms(1_100));
  w.session.receive(ms(1_110), { kind: 'closed', code: 1006, reason: '' });
  w.until(seconds(2));
  w.session.receive(seconds(2), { kind: 'opened' });
  expect([chunksOf(w).length, commits(w)]).toEqual([22, 2]);
});

describe('what goes wrong', () => {
  test.each([
    ['auth_error', 'auth', true],
    ['quota_exceeded', 'quota', true],
    ['rate_limited', 'rate_limit', false],
    ['transcriber_error', 'overloaded', false],
    ['session_time_limit_exceeded', 'overloaded', false],
    ['invalid_request', 'bad_request', true],
  ] as const)('%s is %s, without the key', (type, reason, fatal) => {
    const w = listen();
    w.open(0);
    w.say(ms(50), message(type, { error: 'no a-secret' }));
    expect(w.events.at(-1)).toMatchObject({ kind: 'failed', failure: { reason }, fatal });
    expect(JSON.stringify(w.events)).not.toContain('a-secret');
  });

  test('a commit that came too soon ends nothing', () => {
    const w = listen();
    w.open(0);
    w.say(ms(50), message('commit_throttled', { error: 'Too soon.' }));
    expect(w.events.at(-1)).toMatchObject({ failure: { reason: 'rate_limit' }, fatal: false });
    expect(w.requests.some(({ kind }) => kind === 'close')).toBe(false);
  });

  test('what is no message of its own does no harm', () => {
    const w = listen();
    w.open(0);
    const strange = ['{"message_type":"constructor"}', '{"message_type":"partial_transcript"}', '[]'];
    for (const data of [...strange, new Uint8Array(3)]) w.session.receive(ms(10), { kind: 'message', data });
    expect(w.kinds()).toEqual(['ready', 'failed', 'failed']);
  });
});
