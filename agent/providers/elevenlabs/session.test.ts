import { describe, expect, test } from 'vitest';
import type { TtsEvent } from '../../core/provider.ts';
import { type Micros, ms, seconds } from '../../core/time.ts';
import type { SocketRequest } from '../../core/wire.ts';
import { elevenLabsSettings } from './index.ts';
import { ElevenLabsSession } from './session.ts';

const KEY = 'sk_eleven_secret';

/** A session whose every word to the outside is written down. */
function talk() {
  const requests: SocketRequest[] = [];
  const events: { at: Micros; event: TtsEvent }[] = [];
  const session = new ElevenLabsSession(elevenLabsSettings.parse({ apiKey: KEY, outputRate: 16_000 }), {
    request: (_at, request) => void requests.push(request),
    event: (at, event) => void events.push({ at, event }),
  });
  const open = (now: Micros) => session.receive(now, { kind: 'opened' });
  const says = (now: Micros, message: object) =>
    session.receive(now, { kind: 'message', data: JSON.stringify(message) });
  /** `samples` of audio for `context`, with the characters of `text` spread evenly over it. */
  const audio = (now: Micros, contextId: string, samples: number, text = '') => {
    const step = samples / 16 / Math.max(1, text.length);
    says(now, {
      contextId,
      audio: Buffer.alloc(samples * 2, 1).toString('base64'),
      isFinal: false,
      alignment: {
        chars: [...text],
        charStartTimesMs: [...text].map((_char, index) => index * step),
        charDurationsMs: [...text].map(() => step),
      },
    });
  };
  const final = (now: Micros, contextId: string) => says(now, { contextId, isFinal: true });
  const cut = (now: Micros) => session.receive(now, { kind: 'closed', code: 1006, reason: '' });
  /** What went out since the last look. */
  const sent = () =>
    requests
      .splice(0)
      .map((request) => (request.kind === 'send' ? JSON.parse(String(request.data)) : request.kind));
  const told = () =>
    events.splice(0).map(({ event }) => ('reply' in event ? `${event.kind} ${event.reply}` : event.kind));
  const words = () => events.flatMap(({ event }) => (event.kind === 'word' ? [event.word] : []));
  return { session, requests, events, open, says, audio, final, cut, sent, told, words };
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

describe('ElevenLabs', () => {
  test('given a reply of two parts, then it is spoken in one context, from opening to done', () => {
    const w = talk();
    w.session.start(0);
    const first = w.requests[0];
    expect(first).toEqual({
      kind: 'open',
      url:
        'wss://api.elevenlabs.io/v1/text-to-speech/21m00Tcm4TlvDq8ikWAM/multi-stream-input' +
        '?model_id=eleven_flash_v2_5&output_format=pcm_16000&auto_mode=true&sync_alignment=true' +
        '&inactivity_timeout=180&apply_text_normalization=auto',
      headers: { 'xi-api-key': KEY },
    });
    w.open(ms(80));
    w.session.speak(ms(100), 1, 'Hello there,');
    w.session.speak(ms(120), 1, 'friend. ');
    w.session.endReply(ms(130), 1);
    expect(w.sent()).toEqual([
      'open',
      { text: ' ', context_id: '1-1', voice_settings: { stability: 0.5, similarity_boost: 0.75, speed: 1 } },
      { text: 'Hello there, ', context_id: '1-1', flush: true },
      { text: 'friend. ', context_id: '1-1', flush: true },
      { context_id: '1-1', close_context: true },
    ]);
    w.audio(ms(300), '1-1', 1_600, 'Hello the');
    w.audio(ms(310), '1-1', 1_600, 're, ');
    w.audio(ms(320), '1-1', 1_600, 'friend. ');
    w.final(ms(330), '1-1');
    expect(w.words()).toEqual([
      { text: 'Hello', startUs: 0, endUs: expect.closeTo(55_556, -1) },
      { text: 'there,', startUs: expect.closeTo(66_667, -1), endUs: ms(175) },
      { text: 'friend.', startUs: ms(200), endUs: ms(287.5) },
    ]);
    expect(w.told()).toEqual([
      'ready',
      'audio 1',
      'word 1',
      'audio 1',
      'word 1',
      'audio 1',
      'word 1',
      'done 1',
    ]);
    expect(w.session.deadline()).toBe(ms(60_080));
  });

  test('given silence between parts, then words lie where their audio lies', () => {
    const w = connected();
    w.session.speak(ms(100), 1, 'One.');
    w.session.speak(ms(110), 1, 'Two.');
    w.audio(ms(300), '1-1', 1_600, 'One. ');
    w.says(ms(310), { contextId: '1-1', audio: Buffer.alloc(3_200).toString('base64'), alignment: null });
    w.audio(ms(320), '1-1', 1_600, 'Two. ');
    expect(w.words().map((word) => [word.text, word.startUs])).toEqual([
      ['One.', 0],
      ['Two.', ms(200)],
    ]);
  });

  test('given the other spelling of the alignment and of isFinal, then they are understood', () => {
    const w = connected();
    w.session.speak(ms(100), 1, 'Hi');
    w.session.endReply(ms(100), 1);
    w.says(ms(200), {
      contextId: '1-1',
      audio: Buffer.alloc(640).toString('base64'),
      alignment: { chars: ['H', 'i'], charsStartTimesMs: [0, 10], charsDurationsMs: [10, 10] },
    });
    w.says(ms(210), { context_id: '1-1', is_final: true });
    expect(w.told()).toEqual(['audio 1', 'word 1', 'done 1']);
  });

  test('given frames that split a sample, then every piece of audio is whole samples', () => {
    const w = connected();
    w.session.speak(ms(100), 1, 'Hi');
    w.says(ms(200), { contextId: '1-1', audio: Buffer.from([1, 2, 3]).toString('base64') });
    w.says(ms(210), { contextId: '1-1', audio: Buffer.from([4, 5, 6]).toString('base64') });
    const pieces = w.events.flatMap(({ event }) => (event.kind === 'audio' ? [[...event.pcm]] : []));
    expect(pieces).toEqual([
      [1, 2],
      [3, 4, 5, 6],
    ]);
  });

  test('given a reply, when it is cancelled, then its context is closed and late frames are dropped', () => {
    const w = connected();
    w.session.speak(ms(100), 1, 'Hello there.');
    w.audio(ms(300), '1-1', 1_600, 'Hello ');
    w.sent();
    w.told();
    w.session.cancel(ms(310), 1);
    expect(w.sent()).toEqual([{ context_id: '1-1', close_context: true }]);
    w.audio(ms(320), '1-1', 1_600, 'there. ');
    w.session.speak(ms(330), 1, 'And more.');
    w.session.endReply(ms(330), 1);
    w.final(ms(340), '1-1');
    expect(w.sent()).toEqual([]);
    expect(w.told()).toEqual([]);
  });

  test('given a listener who cancels at the first audio, then its words are not told', () => {
    const heard: string[] = [];
    const session = new ElevenLabsSession(elevenLabsSettings.parse({}), {
      request: () => undefined,
      event: (now, event) => {
        heard.push(event.kind);
        if (event.kind === 'audio') session.cancel(now, 1);
      },
    });
    session.start(0);
    session.receive(1, { kind: 'opened' });
    session.speak(2, 1, 'Hi.');
    const alignment = { chars: ['H', 'i', '.'], charStartTimesMs: [0, 1, 2], charDurationsMs: [1, 1, 1] };
    const frame = { contextId: '1-1', audio: 'AAAAAA==', alignment, isFinal: true };
    session.receive(3, { kind: 'message', data: JSON.stringify(frame) });
    expect(heard).toEqual(['ready', 'audio']);
  });

  test('given five contexts that still run dry, then the sixth reply waits for a slot', () => {
    const w = connected();
    for (let id = 1; id <= 5; id += 1) {
      w.session.speak(ms(100), id, 'Well.');
      w.session.cancel(ms(110), id);
    }
    w.session.speak(ms(120), 6, 'Now.');
    w.session.speak(ms(120), 7, 'Then.');
    w.sent();
    w.final(ms(200), '2-2');
    expect(w.sent()).toMatchObject([
      { text: ' ', context_id: '6-6' },
      { text: 'Now. ', context_id: '6-6' },
    ]);
    // No `isFinal` at all: after 20 s the slots are taken as free.
    w.session.wake(ms(8_120));
    expect(w.told()).toEqual(['failed 6', 'failed 7']);
    w.session.speak(ms(20_100), 8, 'Last.');
    w.session.wake(ms(20_110));
    expect(w.sent().at(-1)).toMatchObject({ text: 'Last. ' });
  });

  test('given text while connecting, when it opens, then replies start in their order', () => {
    const w = talk();
    w.session.start(0);
    w.session.speak(ms(10), 1, 'One.');
    w.session.speak(ms(20), 2, 'Two.');
    w.session.endReply(ms(30), 1);
    expect(w.sent()).toEqual(['open']);
    w.open(ms(80));
    expect(w.sent().map((message) => [message.context_id, message.text])).toEqual([
      ['1-1', ' '],
      ['1-1', 'One. '],
      ['1-1', undefined],
      ['2-2', ' '],
      ['2-2', 'Two. '],
    ]);
  });

  test('given a cut before any audio, when it is connected again, then the reply is said anew', () => {
    const w = connected();
    w.session.speak(ms(100), 1, 'One.');
    w.session.speak(ms(110), 1, 'Two.');
    w.session.endReply(ms(120), 1);
    w.cut(ms(150));
    w.sent();
    w.session.wake(ms(400));
    w.open(ms(480));
    expect(w.sent()).toMatchObject([
      'open',
      { text: ' ', context_id: '2-1' },
      { text: 'One. ' },
      { text: 'Two. ' },
      { close_context: true },
    ]);
    w.audio(ms(600), '2-1', 1_600, 'One. Two. ');
    w.final(ms(610), '2-1');
    expect(w.told()).toEqual(['failed undefined', 'ready', 'audio 1', 'word 1', 'word 1', 'done 1']);
  });

  test('given a cut after some audio, then the reply fails and is not said twice', () => {
    const w = connected();
    w.session.speak(ms(100), 1, 'One.');
    w.audio(ms(200), '1-1', 1_600, 'One. ');
    w.cut(ms(250));
    expect(w.events.slice(-2).map(({ event }) => event)).toMatchObject([
      { kind: 'failed', reply: undefined, fatal: false, failure: { reason: 'disconnected' } },
      { kind: 'failed', reply: 1, fatal: false },
    ]);
    w.sent();
    w.session.wake(ms(500));
    w.open(ms(580));
    expect(w.sent()).toEqual(['open']);
  });

  test('given no audio, when 8 s pass, then the reply fails and its dead line is replaced', () => {
    const w = connected();
    w.session.speak(ms(100), 1, 'One.');
    w.session.endReply(seconds(2), 1);
    expect(w.session.deadline()).toBe(ms(8_100));
    w.session.wake(ms(8_100));
    expect(w.told()).toEqual(['failed 1', 'failed undefined']);
    expect(w.sent().slice(-1)).toEqual(['close']);
  });

  test('given audio that stops before its end, when 8 s pass, then the reply fails', () => {
    const w = connected();
    w.session.speak(ms(100), 1, 'One.');
    w.session.endReply(ms(100), 1);
    w.audio(ms(300), '1-1', 1_600, 'One. ');
    expect(w.session.deadline()).toBe(ms(8_300));
    w.session.wake(ms(8_300));
    expect(w.told()).toEqual(['audio 1', 'word 1', 'failed 1']);
  });

  test('given a reply without text, then it is done at once', () => {
    const w = connected();
    w.session.speak(ms(100), 1, '  ');
    w.session.endReply(ms(110), 1);
    expect(w.sent()).toEqual([]);
    expect(w.told()).toEqual(['done 1']);
  });

  test('given a context that the vendor ends by itself, when more text comes, then a new one goes on', () => {
    const w = connected();
    w.session.speak(ms(100), 1, 'One.');
    w.audio(ms(200), '1-1', 1_600, 'One. ');
    w.final(ms(300), '1-1');
    w.sent();
    w.session.speak(ms(400), 1, 'Two.');
    expect(w.sent()).toMatchObject([{ context_id: '2-1' }, { text: 'Two. ', context_id: '2-1' }]);
    w.audio(ms(500), '2-1', 1_600, 'Two. ');
    expect(w.words().at(-1)?.startUs).toBe(ms(100));
  });

  test('given a quiet minute, then the line and each open context are kept alive', () => {
    const w = connected();
    w.session.wake(ms(60_080));
    expect(w.sent()).toEqual([{ text: '' }]);
    w.session.speak(ms(60_100), 1, 'One.');
    w.audio(ms(60_200), '1-1', 1_600, 'One. ');
    w.session.speak(ms(60_300), 2, 'Two.');
    w.audio(ms(60_400), '2-2', 1_600, 'Two. ');
    w.session.endReply(ms(60_500), 2);
    w.final(ms(60_600), '2-2');
    w.sent();
    w.session.wake(ms(120_080));
    expect(w.sent()).toEqual([]);
    w.session.wake(ms(180_080));
    expect(w.sent()).toEqual([{ text: '', context_id: '1-1' }]);
  });

  test('given an error frame and its close, then the frame says why', () => {
    const w = connected();
    w.says(ms(100), {
      message: 'Maximum simultaneous contexts',
      error: 'max_active_conversations',
      code: 1008,
    });
    w.session.receive(ms(110), { kind: 'closed', code: 1008, reason: 'policy' });
    expect(w.events.at(-1)?.event).toEqual({
      kind: 'failed',
      reply: undefined,
      failure: { reason: 'rate_limit', message: 'Maximum simultaneous contexts', retryable: true },
      fatal: false,
    });
  });

  test('given a wrong key, then the session gives up, and later text fails at once', () => {
    const w = connected();
    w.session.speak(ms(90), 1, 'One.');
    w.says(ms(100), { message: `Invalid API key ${KEY}`, error: 'invalid_api_key', code: 1008 });
    expect(w.events.map(({ event }) => event)).toMatchObject([
      {
        kind: 'failed',
        reply: undefined,
        fatal: true,
        failure: { reason: 'auth', message: 'Invalid API key …' },
      },
      { kind: 'failed', reply: 1, fatal: true },
    ]);
    w.told();
    w.session.speak(ms(200), 2, 'Two.');
    w.session.endReply(ms(210), 2);
    expect(w.told()).toEqual(['failed 2']);
    expect(w.session.deadline()).toBeUndefined();
  });

  test('given spent credits, when the upgrade is refused with 401, then it is quota, not the key', () => {
    const w = talk();
    w.session.start(0);
    const body = JSON.stringify({ detail: { status: 'quota_exceeded', message: 'no credits left' } });
    w.session.receive(ms(50), { kind: 'refused', status: 401, headers: {}, body });
    expect(w.events[0]?.event).toMatchObject({
      failure: { reason: 'quota', message: 'no credits left' },
      fatal: true,
    });
  });

  test('given more text than may wait, then the reply fails instead of filling the memory', () => {
    const w = talk();
    w.session.start(0);
    for (let part = 0; part < 9; part += 1) w.session.speak(part, 1, 'x'.repeat(999));
    expect(w.told()).toEqual(['failed 1']);
  });
});
