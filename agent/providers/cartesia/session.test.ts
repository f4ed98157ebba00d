import { describe, expect, test } from 'vitest';
import type { SttEvent } from '../../core/provider.ts';
import { type Micros, ms, seconds } from '../../core/time.ts';
import type { SocketRequest } from '../../core/wire.ts';
import { cartesiaSettings } from './index.ts';
import { CartesiaSession } from './session.ts';

/** A session whose every word to the outside is written down. */
function listen() {
  const requests: { at: Micros; request: SocketRequest }[] = [];
  const events: { at: Micros; event: SttEvent }[] = [];
  const session = new CartesiaSession(cartesiaSettings.parse({ apiKey: 'sk_car_key' }), {
    request: (at, request) => void requests.push({ at, request }),
    event: (at, event) => void events.push({ at, event }),
  });
  const says = (now: Micros, message: object) =>
    session.receive(now, { kind: 'message', data: JSON.stringify(message) });
  const final = (now: Micros, text: string) => says(now, { type: 'transcript', is_final: true, text });
  const flushed = (now: Micros) => says(now, { type: 'flush_done', request_id: 'r' });
  const open = (now: Micros) => session.receive(now, { kind: 'opened' });
  const cut = (now: Micros) => session.receive(now, { kind: 'closed', code: 1006, reason: '' });
  /** What went out since the last look: numbers for audio (its first byte), words for text. */
  const sent = () =>
    requests.splice(0).map(({ request }) => {
      if (request.kind !== 'send') return request.kind;
      return typeof request.data === 'string' ? request.data : request.data[0];
    });
  const kinds = () => events.splice(0).map(({ event }) => event.kind);
  return { session, requests, events, says, final, flushed, open, cut, sent, kinds };
}

const chunk = (value: number, samples = 256) => new Uint8Array(samples * 2).fill(value);

describe('Cartesia speech to text', () => {
  test('given a start, when the socket opens, then the recogniser is ready', () => {
    const w = listen();
    w.session.start(0);
    expect(w.requests[0]?.request).toEqual({
      kind: 'open',
      url:
        'wss://api.cartesia.ai/stt/websocket' +
        '?model=ink-whisper&language=en&encoding=pcm_s16le&sample_rate=16000',
      headers: { authorization: 'Bearer sk_car_key', 'cartesia-version': '2026-08-14' },
    });
    expect(w.session.deadline()).toBe(seconds(5));
    w.open(ms(80));
    expect(w.events).toEqual([{ at: ms(80), event: { kind: 'ready' } }]);
  });

  test('given audio and a finalize while connecting, when it opens, then both go out in their order', () => {
    const w = listen();
    w.session.start(0);
    w.session.sendAudio(ms(10), chunk(1));
    w.session.finalize(ms(20));
    w.session.sendAudio(ms(30), chunk(2));
    expect(w.sent()).toEqual(['open']);
    w.open(ms(90));
    expect(w.sent()).toEqual([1, 'finalize', 2]);
  });

  test.each([
    {
      order: 'final first',
      run: (w: ReturnType<typeof listen>) => [w.final(ms(300), 'Hi.'), w.flushed(ms(310))],
    },
    {
      order: 'flush_done first',
      run: (w: ReturnType<typeof listen>) => [w.flushed(ms(300)), w.final(ms(310), 'Hi.')],
    },
  ])(
    'given a finalize, when the answer comes with $order, then it is finalized once, after the final',
    ({ run }) => {
      const w = listen();
      w.session.start(0);
      w.open(ms(80));
      w.session.sendAudio(ms(100), chunk(1));
      w.session.finalize(ms(200));
      run(w);
      expect(w.kinds()).toEqual(['ready', 'final', 'finalized']);
      w.session.wake(seconds(10));
      expect(w.kinds()).toEqual([]);
    },
  );

  test('given nothing but noise, when flush_done brings no final, then half a second settles it', () => {
    const w = listen();
    w.session.start(0);
    w.open(ms(80));
    w.session.sendAudio(ms(100), chunk(1));
    w.session.finalize(ms(200));
    w.flushed(ms(300));
    expect(w.kinds()).toEqual(['ready']);
    expect(w.session.deadline()).toBe(ms(800));
    w.session.wake(ms(800));
    expect(w.kinds()).toEqual(['finalized']);
  });

  test('given no audio since the last answer, when flush_done comes, then it is finalized at once', () => {
    const w = listen();
    w.session.start(0);
    w.open(ms(80));
    w.session.finalize(ms(200));
    w.flushed(ms(250));
    expect(w.kinds()).toEqual(['ready', 'finalized']);
  });

  test('given two finalizes in a row, when both are flushed, then they are answered once', () => {
    const w = listen();
    w.session.start(0);
    w.open(ms(80));
    w.session.sendAudio(ms(100), chunk(1));
    w.session.finalize(ms(200));
    w.session.sendAudio(ms(210), chunk(2));
    w.session.finalize(ms(220));
    w.final(ms(300), 'One');
    w.flushed(ms(310));
    expect(w.kinds()).toEqual(['ready', 'final']);
    w.final(ms(320), ' two.');
    w.flushed(ms(330));
    expect(w.kinds()).toEqual(['final', 'finalized']);
  });

  test('given an unanswered finalize, when 2 s pass, then a timeout is told and the turn goes on', () => {
    const w = listen();
    w.session.start(0);
    w.open(ms(80));
    w.session.sendAudio(ms(100), chunk(1));
    w.session.finalize(ms(200));
    w.says(ms(250), { type: 'transcript', is_final: false, text: 'Hi' });
    w.session.wake(ms(2_200));
    expect(w.kinds()).toEqual(['ready', 'interim', 'failed', 'finalized']);
    w.final(ms(2_500), 'Hi.');
    expect(w.kinds()).toEqual(['final']);
  });

  test('given a line that is dead without knowing it, when 2 s pass in silence, then it is replaced', () => {
    const w = listen();
    w.session.start(0);
    w.open(ms(80));
    w.session.sendAudio(ms(100), chunk(1));
    w.session.finalize(ms(200));
    w.session.wake(ms(2_200));
    expect(w.kinds()).toEqual(['ready', 'failed', 'finalized']);
    w.session.receive(ms(2_210), { kind: 'closed', code: 1006, reason: '' });
    w.session.wake(ms(2_450));
    w.open(ms(2_530));
    expect(w.sent()).toEqual(['open', 1, 'finalize', 'close', 'open', 1, 'finalize']);
  });

  test('given a cut in mid-speech, when it is connected again, then unanswered audio is said again', () => {
    const w = listen();
    w.session.start(0);
    w.open(ms(80));
    w.session.sendAudio(ms(100), chunk(1));
    w.session.finalize(ms(200));
    w.final(ms(300), 'First.');
    w.flushed(ms(310));
    w.session.sendAudio(ms(400), chunk(2));
    w.session.finalize(ms(450));
    w.cut(ms(460));
    w.session.sendAudio(ms(470), chunk(3));
    expect(w.session.deadline()).toBe(ms(710));
    w.sent();
    w.session.wake(ms(710));
    w.open(ms(800));
    expect(w.sent()).toEqual(['open', 2, 'finalize', 3]);
    expect(w.events.at(-2)?.event).toEqual({
      kind: 'failed',
      failure: { reason: 'disconnected', message: 'closed with code 1006', retryable: true },
      fatal: false,
    });
    w.final(ms(900), 'Second.');
    w.flushed(ms(910));
    expect(w.kinds().slice(-3)).toEqual(['ready', 'final', 'finalized']);
  });

  test('given a cut between final and flush_done, then it is finalized and nothing is said twice', () => {
    const w = listen();
    w.session.start(0);
    w.open(ms(80));
    w.session.sendAudio(ms(100), chunk(1));
    w.session.finalize(ms(200));
    w.final(ms(300), 'Hi.');
    w.cut(ms(305));
    expect(w.kinds()).toEqual(['ready', 'final', 'failed', 'finalized']);
    w.sent();
    w.session.wake(ms(555));
    w.open(ms(640));
    expect(w.sent()).toEqual(['open']);
  });

  test('given a settled final, when the same message comes again, then it is dropped', () => {
    const w = listen();
    w.session.start(0);
    w.open(ms(80));
    w.session.sendAudio(ms(100), chunk(1));
    w.session.finalize(ms(200));
    w.final(ms(300), 'Yes.');
    w.flushed(ms(310));
    w.final(ms(320), 'Yes.');
    w.session.sendAudio(ms(400), chunk(2));
    w.session.finalize(ms(500));
    w.final(ms(600), 'Yes.');
    w.flushed(ms(610));
    expect(w.kinds()).toEqual(['ready', 'final', 'finalized', 'final', 'finalized']);
  });

  test('given three failed attempts, then the session gives up and leaves no finalize open', () => {
    const w = listen();
    w.session.start(0);
    w.session.sendAudio(0, chunk(1));
    w.session.finalize(0);
    const refuse = (now: Micros) => w.session.receive(now, { kind: 'failed', message: 'ECONNREFUSED' });
    refuse(ms(10));
    w.session.wake(ms(260));
    refuse(ms(270));
    w.session.wake(ms(770));
    refuse(ms(780));
    expect(w.events.map(({ at, event }) => [at, event.kind === 'failed' ? event.fatal : event.kind])).toEqual(
      [
        [ms(10), false],
        [ms(270), false],
        [ms(780), true],
        [ms(780), 'finalized'],
      ],
    );
    expect(w.session.deadline()).toBeUndefined();
  });

  test('given a wrong key, when the upgrade is refused, then nothing is tried again', () => {
    const w = listen();
    w.session.start(0);
    const body = JSON.stringify({ error_code: null, title: 'Unauthorized', message: 'bad key sk_car_key' });
    w.session.receive(ms(50), { kind: 'refused', status: 401, headers: {}, body });
    expect(w.events[0]?.event).toEqual({
      kind: 'failed',
      failure: { reason: 'auth', message: 'bad key …', retryable: false, status: 401 },
      fatal: true,
    });
    expect(w.session.deadline()).toBeUndefined();
  });

  test('given a busy vendor, when it names its wait, then the next attempt honours it', () => {
    const w = listen();
    w.session.start(0);
    w.session.receive(ms(50), { kind: 'refused', status: 429, headers: { 'retry-after': '2' }, body: '' });
    expect(w.session.deadline()).toBe(ms(2_050));
  });

  test('given an upgrade that hangs, when 5 s pass, then the attempt is given up and repeated', () => {
    const w = listen();
    w.session.start(0);
    w.session.wake(seconds(5));
    w.session.receive(seconds(5) + 1, { kind: 'failed', message: 'aborted' });
    w.session.wake(ms(5_250));
    expect(w.sent()).toEqual(['open', 'close', 'open']);
    expect(w.kinds()).toEqual(['failed']);
  });

  test('given a caller who sends nothing, when a minute passes, then 20 ms of silence keep the line', () => {
    const w = listen();
    w.session.start(0);
    w.open(ms(80));
    expect(w.session.deadline()).toBe(ms(60_080));
    w.session.wake(ms(60_080));
    expect(w.requests.at(-1)?.request).toEqual({ kind: 'send', data: new Uint8Array(640) });
    expect(w.session.deadline()).toBe(ms(120_080));
  });

  test('given an outage longer than the backlog, then only the newest 30 s are kept', () => {
    const w = listen();
    w.session.start(0);
    for (let at = 0; at < 40; at += 1) w.session.sendAudio(seconds(at), chunk(at, 16_000));
    w.sent();
    w.open(seconds(40));
    const said = w.sent();
    expect(said).toHaveLength(30);
    expect(said[0]).toBe(10);
  });

  test('given an unknown model, when the vendor says so in the session, then it is fatal', () => {
    const w = listen();
    w.session.start(0);
    w.open(ms(80));
    w.says(ms(90), {
      type: 'error',
      error_code: 'model_not_found',
      status_code: 400,
      message: 'no such model',
    });
    expect(w.events.at(-1)?.event).toMatchObject({ failure: { reason: 'not_found' }, fatal: true });
  });

  test('given a server fault in the session, then the connection is replaced', () => {
    const w = listen();
    w.session.start(0);
    w.open(ms(80));
    w.says(ms(90), { type: 'error', title: 'Internal', message: 'oops', status_code: 500 });
    expect(w.events.at(-1)?.event).toMatchObject({ failure: { reason: 'overloaded' }, fatal: false });
    expect(w.sent()).toEqual(['open', 'close']);
  });

  test('given a stop, then the vendor is told and the session is silent', () => {
    const w = listen();
    w.session.start(0);
    w.open(ms(80));
    w.session.stop(ms(100));
    w.session.sendAudio(ms(110), chunk(1));
    w.cut(ms(120));
    expect(w.sent()).toEqual(['open', 'close', 'close']);
    expect(w.kinds()).toEqual(['ready']);
    expect(w.session.deadline()).toBeUndefined();
  });
});
