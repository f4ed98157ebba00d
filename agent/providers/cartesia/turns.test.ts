// Cartesia's recogniser that judges turns, told as little stories.
import { describe, expect, test } from 'vitest';
import { ms, seconds } from '../../core/time.ts';
import { listener, SECOND } from '../listener.test-support.ts';

const listen = (settings: object = {}) => listener({ provider: 'cartesia', model: 'ink-2', ...settings });

const event = (type: string, transcript?: string) => ({
  type,
  request_id: 'r',
  ...(transcript === undefined ? {} : { transcript }),
});

describe('the endpoint', () => {
  test.each([
    [{}, '/stt/turns/websocket'],
    [{ endpoint: 'manual' }, '/stt/websocket'],
    [{ model: 'ink-whisper' }, '/stt/websocket'],
    [{ model: 'ink-whisper', endpoint: 'turns' }, '/stt/turns/websocket'],
  ])('for %j is %s', (settings, path) => {
    const w = listen(settings);
    w.open(0);
    expect(w.address().pathname).toBe(path);
    expect(w.requests[0]).toMatchObject({ headers: { authorization: 'Bearer a-secret' } });
  });

  test('is given thresholds that fall, as it wants them', () => {
    const w = listen({ turnEagerEndThreshold: 0.3, turnEndThreshold: 0.4 });
    w.open(0);
    expect(Object.fromEntries(w.address().searchParams)).toMatchObject({
      model: 'ink-2',
      encoding: 'pcm_s16le',
      turn_start_threshold: '0.8',
      turn_eager_end_threshold: '0.3',
      turn_end_threshold: '0.25',
    });
  });
});

test('given a pause, its eager end answers the question, and its end is told as a signal', () => {
  const w = listen();
  w.open(0);
  w.say(ms(1), event('connected'));
  w.session.sendAudio(ms(100), SECOND);
  w.say(ms(300), event('turn.start'));
  w.say(ms(500), event('turn.update', 'what'));
  w.session.finalize(ms(1_100));
  w.say(ms(1_250), event('turn.eager_end', 'what time do you open'));
  w.say(ms(1_400), event('turn.end', 'what time do you open'));
  w.say(ms(1_401), event('turn.end', 'what time do you open'));
  expect(w.events.slice(1).filter((one) => one.kind !== 'final' || one.text !== '')).toEqual([
    { kind: 'interim', text: 'what' },
    { kind: 'final', text: 'what time do you open' },
    { kind: 'finalized' },
    { kind: 'signal', signal: 'eager' },
    { kind: 'signal', signal: 'end' },
  ]);
  expect(w.words()).toEqual([]);
});

test('it is given real silence to judge; when it cannot make up its mind its words so far are taken', () => {
  const w = listen({ patienceMs: 250 });
  w.open(0);
  w.session.sendAudio(ms(100), SECOND);
  w.say(ms(300), event('turn.start'));
  w.session.finalize(ms(1_100));
  w.say(ms(1_200), event('turn.update', 'so I was'));
  w.until(ms(1_340));
  expect([w.pieces(), w.finals()]).toEqual([[32_000, 3_200, 3_200], []]);
  w.until(ms(1_360));
  expect([w.finals(), w.kinds().at(-1)]).toEqual([['so I was'], 'finalized']);
  w.say(ms(2_000), event('turn.end', 'so I was thinking'));
  expect([w.finals(), w.signals()]).toEqual([['so I was', 'thinking'], ['end']]);
});

test('a caller who goes on is told of once, in the same turn', () => {
  const w = listen();
  w.open(0);
  w.session.sendAudio(ms(100), SECOND);
  w.say(ms(300), event('turn.start'));
  w.say(ms(900), event('turn.eager_end', 'I would like'));
  w.say(ms(1_000), event('turn.resume'));
  w.say(ms(1_400), event('turn.update', 'I would like a'));
  w.say(ms(2_000), event('turn.end', 'I would like a table'));
  expect([w.finals(), w.signals()]).toEqual([
    ['I would like', 'a table'],
    ['eager', 'end'],
  ]);
  expect(w.events).toContainEqual({ kind: 'interim', text: 'a' });
});

test('a cut in a turn is mended, and the new connection hears it again', () => {
  const w = listen();
  w.open(0);
  w.session.sendAudio(ms(100), SECOND);
  w.say(ms(300), event('turn.start'));
  w.session.receive(ms(1_000), { kind: 'closed', code: 1006, reason: '' });
  w.until(seconds(2));
  w.session.receive(seconds(2), { kind: 'opened' });
  expect(w.pieces()).toEqual([32_000, 32_000]);
  // What was left of the old turn says nothing.
  w.say(ms(2_100), event('turn.end', 'stale'));
  w.say(ms(2_200), event('turn.start'));
  w.say(ms(2_300), event('turn.end', 'yes'));
  expect(w.finals()).toEqual(['yes']);
});

describe('what goes wrong', () => {
  test.each([
    [401, 'auth', true],
    [429, 'rate_limit', false],
    [500, 'overloaded', false],
  ] as const)('a refusal with %i is %s', (status, reason, fatal) => {
    const w = listen();
    w.session.start(0);
    w.session.receive(ms(50), { kind: 'refused', status, headers: {}, body: '{"message":"No, a-secret."}' });
    expect(w.events).toMatchObject([{ kind: 'failed', failure: { reason, status }, fatal }]);
    expect(JSON.stringify(w.events)).not.toContain('a-secret');
  });

  test('an error inside the session is read as on the other endpoint', () => {
    const w = listen();
    w.open(0);
    w.say(ms(10), { type: 'error', title: 'Invalid model', error_code: 'model_not_found', status_code: 400 });
    expect(w.events.at(-1)).toMatchObject({ failure: { reason: 'not_found' }, fatal: true });
  });

  test('what is no message of its own does no harm', () => {
    const w = listen();
    w.open(0);
    for (const data of ['<html>', '{"type":"turn.update"}', '{"type":"turn.new"}', new Uint8Array(3)]) {
      w.session.receive(ms(10), { kind: 'message', data });
    }
    expect(w.kinds()).toEqual(['ready', 'failed', 'failed']);
  });
});
