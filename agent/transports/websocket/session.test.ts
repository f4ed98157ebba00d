// One client session without sockets: what each message becomes, what goes out for it, and how it ends.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClientEvent, ClientSession } from '../../core/client.ts';
import { LIMITS } from '../../core/limit.ts';
import { BLOCK_BYTES } from './block-chunker.ts';
import { CLIENT_FRAME_BYTES_MAX, websocketClient } from './session.ts';
import { decodeFrame, encodeAudio, encodeFrame, encodeMessage } from './wire.ts';

type Desk = {
  readonly session: ClientSession;
  readonly events: ClientEvent[];
  /** RTVI messages sent, as objects without their label. */
  readonly messages: unknown[];
  /** Audio sent, as [bytes, rate]. */
  readonly audio: [Uint8Array, number][];
  readonly closes: unknown[];
  /** Sends one RTVI message from the client. */
  says(type: string, data?: unknown, id?: string): void;
};

function desk(ready = true): Desk {
  const events: ClientEvent[] = [];
  const messages: unknown[] = [];
  const audio: [Uint8Array, number][] = [];
  const closes: unknown[] = [];
  const session = websocketClient({ epochMs: 0 })({
    send: (_now, data) => {
      const decoded = typeof data === 'string' ? undefined : decodeFrame(data);
      if (decoded?.ok !== true) throw new Error('the session sent something that is no frame');
      if (decoded.frame.kind === 'audio') audio.push([decoded.frame.pcm, decoded.frame.sampleRate]);
      if (decoded.frame.kind !== 'message') return;
      const { label, ...message } = JSON.parse(decoded.frame.data);
      expect(label).toBe('rtvi-ai');
      messages.push(message);
    },
    media: () => {
      throw new Error('there is no media path on a WebSocket');
    },
    close: (_now, code, reason) => closes.push([code, reason]),
    event: (_now, event) => events.push(event),
  });
  const says = (type: string, data?: unknown, id?: string): void =>
    session.receive(1, encodeMessage(JSON.stringify({ label: 'rtvi-ai', type, data, id })));
  if (ready) {
    says('client-ready', { version: '2.1.0' }, 'hello');
    events.length = 0;
    messages.length = 0;
  }
  return { session, events, messages, audio, closes, says };
}

describe('the handshake', () => {
  test.each([
    ['2.1.0', '2.1.0', false],
    ['2.9.3', '2.1.0', false],
    ['1.4.0', '1.4.0', false],
    ['3.0.0', '2.1.0', true],
    ['two', '2.1.0', true],
    [undefined, '2.1.0', true],
  ])('version %s is answered with %s, with a complaint: %s', (version, answered, complains) => {
    const { messages, events, says } = desk(false);
    says('client-ready', version === undefined ? undefined : { version }, 'c0ffee00');
    expect(messages[0]).toEqual({ type: 'bot-ready', id: 'c0ffee00', data: { version: answered } });
    const complaint = {
      type: 'error-response',
      id: 'c0ffee00',
      data: { error: expect.stringContaining('RTVI 2.1.0') },
    };
    expect(messages.slice(1)).toEqual(complains ? [complaint] : []);
    expect(events).toEqual([{ kind: 'ready' }]);
  });

  test('comes first: nothing is heard, obeyed or told before it, and it starts the call once', () => {
    const { session, messages, events, says } = desk(false);
    session.receive(0, encodeAudio(new Uint8Array(512), 16_000));
    session.observe(0, { kind: 'UserStartedSpeaking', turn: 1 });
    says('send-text', { content: 'hi' }, 'a');
    expect(events).toEqual([]);
    expect(messages).toEqual([
      { type: 'error-response', id: 'a', data: { error: 'the first message must be client-ready' } },
    ]);
    says('client-ready', { version: '2.1.0' }, 'b');
    says('client-ready', { version: '2.1.0' }, 'c');
    expect(events).toEqual([{ kind: 'ready' }]);
    expect(messages).toHaveLength(3);
  });
});

describe('what a client sends', () => {
  test.each([
    [undefined, true, true],
    [{ run_immediately: false }, false, true],
    [{ audio_response: false }, true, false],
    [{ run_immediately: false, audio_response: false }, false, false],
  ])('text with options %j: run %s, speak %s', (options, run, speak) => {
    const { events, says } = desk();
    says('send-text', options === undefined ? { content: 'hi' } : { content: 'hi', options }, 'a');
    expect(events).toEqual([{ kind: 'text', content: 'hi', run, speak }]);
  });

  test('the older way to type adds to the context, for the caller only', () => {
    const { events, messages, says } = desk();
    says('append-to-context', { role: 'user', content: 'hi' }, 'a');
    says('append-to-context', { role: 'user', content: 'go', run_immediately: true }, 'b');
    says('append-to-context', { role: 'system', content: 'obey' }, 'c');
    expect(events).toEqual([
      { kind: 'text', content: 'hi', run: false, speak: true },
      { kind: 'text', content: 'go', run: true, speak: true },
    ]);
    expect(messages).toEqual([
      { type: 'error-response', id: 'c', data: { error: expect.stringContaining('only the role "user"') } },
    ]);
  });

  test('keys in both forms and messages of no use here are taken in silence', () => {
    const { events, messages, closes, says } = desk();
    says('dtmf', { buttons: ['1', '#'] }, 'a');
    says('dtmf', { button: '*' }, 'b');
    for (const type of ['ui-event', 'ui-snapshot', 'ui-cancel-job-group', 'llm-function-call-result']) {
      says(type, { anything: 1 }, type);
    }
    expect([events, messages, closes]).toEqual([[], [], []]);
  });

  test('what a client dropped at an interruption is taken as it says, and bounded', () => {
    const { events, messages, says } = desk();
    says('client-message', { t: 'unplayed-audio', d: { ms: 120.5 } });
    expect([events, messages]).toEqual([[{ kind: 'unplayed', us: 120_500 }], []]);
    for (const [n, d] of [{ ms: -1 }, { ms: 1e12 }, { ms: 'much' }, {}, undefined].entries()) {
      says('client-message', { t: 'unplayed-audio', d }, `id-${n}`);
    }
    expect(events).toHaveLength(1);
    expect(messages).toHaveLength(5);
    expect(messages[0]).toMatchObject({ type: 'error-response', id: 'id-0' });
  });

  test.each([
    ['dtmf', { buttons: ['A'] }, 'dtmf is not valid'],
    ['send-text', { content: 7 }, 'send-text is not valid: content'],
    ['send-text', { content: 'x'.repeat(LIMITS.clientTextCharsMax + 1) }, 'send-text is not valid: content'],
    ['client-message', { t: 'x' }, 'no handler for the client message "x"'],
    ['make-coffee', {}, 'Unsupported type make-coffee; known types: client-ready'],
  ])('%s with bad data is refused under its own id', (type, data, reason) => {
    const { events, messages, closes, says } = desk();
    says(type, data, 'id-1');
    expect(messages).toEqual([
      { type: 'error-response', id: 'id-1', data: { error: expect.stringContaining(reason) } },
    ]);
    expect([events, closes]).toEqual([[], []]);
  });

  test.each([
    ['no JSON', '{', 'not JSON'],
    ['a foreign label', '{"label":"other","type":"x"}', 'envelope is not valid: label'],
    ['no object', '[1]', 'envelope is not valid'],
  ])('%s in a good frame is answered and the session lives', (_name, json, reason) => {
    const { session, messages, closes, events, says } = desk();
    session.receive(1, encodeMessage(json));
    const error = expect.stringContaining(reason);
    expect(messages).toEqual([{ type: 'error', data: { error, message: error, fatal: false } }]);
    says('disconnect-bot', {}, 'a');
    expect(events).toEqual([{ kind: 'left', reason: 'the client sent disconnect-bot' }]);
    expect(closes).toEqual([]);
  });

  test('frames that only servers send are answered and the session lives', () => {
    const { session, messages, closes } = desk();
    session.receive(1, encodeFrame({ kind: 'text', id: 0n, name: '', text: 'hi' }));
    expect(messages).toEqual([{ type: 'error', data: expect.objectContaining({ fatal: false }) }]);
    expect(closes).toEqual([]);
  });

  test('audio of any even length arrives at its own rate', () => {
    const { session, events } = desk();
    session.receive(1, encodeAudio(new Uint8Array(516), 44_100));
    session.receive(1, encodeAudio(new Uint8Array(0), 16_000));
    expect(events).toEqual([{ kind: 'audio', pcm: new Uint8Array(516), sampleRate: 44_100 }]);
  });
});

describe('a client that breaks the protocol', () => {
  const stereo = encodeFrame({
    kind: 'audio',
    id: 0n,
    name: '',
    pcm: new Uint8Array(4),
    sampleRate: 16_000,
    channels: 2,
    pts: undefined,
  });
  test.each([
    ['text', 'hello', 1003, 'a text message came'],
    ['noise', Uint8Array.of(0x68, 0x69), 1007, 'no Frame'],
    ['stereo', stereo, 1007, 'an audio frame has 2 channels; expected mono'],
    ['half a sample', encodeAudio(new Uint8Array(3), 16_000), 1007, 'odd number of bytes (3)'],
    ['no rate', encodeAudio(new Uint8Array(2), 0), 1007, 'a rate of 0 Hz'],
    ['too much', new Uint8Array(CLIENT_FRAME_BYTES_MAX + 1), 1009, 'at most 1048576 are taken'],
  ])('by %s is told, closed, reported once, and not heard again', (_name, data, code, words) => {
    const { session, messages, closes, events, says } = desk();
    session.receive(1, data);
    session.receive(2, data);
    session.sendAudio(3, new Uint8Array(512));
    session.observe(3, { kind: 'Interruption', turn: 1, reply: 1 });
    session.close(4, 'bye');
    says('send-text', { content: 'hi' });
    const reason = expect.stringContaining(words);
    expect(messages).toEqual([{ type: 'error', data: { error: reason, message: reason, fatal: true } }]);
    expect(closes).toEqual([[code, reason]]);
    expect(events).toEqual([{ kind: 'rejected', reason }]);
  });

  test('the largest message a stock client sends is still taken', () => {
    const { session, messages, closes } = desk();
    const json = JSON.stringify({ label: 'rtvi-ai', type: 'ui-event', id: 'a', data: '' });
    const padding = 'x'.repeat(LIMITS.clientMessageBytesMax - json.length);
    session.receive(1, encodeMessage(json.replace('""', `"${padding}"`)));
    expect([messages, closes]).toEqual([[], []]);
  });

  test('whatever bytes or messages come, nothing is thrown', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), fc.json().map(encodeMessage)), (data) => {
        const { session, closes, events } = desk();
        session.receive(1, data);
        expect(events.filter((event) => event.kind === 'rejected')).toHaveLength(closes.length);
      }),
      { numRuns: 500 },
    );
  });
});

describe('audio for the client', () => {
  test('is cut to whole blocks, in order and complete once flushed, whatever comes', () => {
    const pieces = fc.array(fc.nat({ max: 9_000 }), { maxLength: 12 });
    fc.assert(
      fc.property(pieces, (lengths) => {
        const { session, audio } = desk();
        let next = 0;
        for (const length of lengths) {
          const pcm = Uint8Array.from({ length: 2 * length }, () => next++ % 251);
          session.sendAudio(1, pcm);
        }
        session.flushAudio(1);
        session.flushAudio(1);
        const sent = Buffer.concat(audio.map(([pcm]) => pcm));
        const padding = (BLOCK_BYTES - (next % BLOCK_BYTES)) % BLOCK_BYTES;
        expect(audio.every(([pcm, rate]) => pcm.length % BLOCK_BYTES === 0 && rate === 24_000)).toBe(true);
        expect(sent.length).toBe(next + padding);
        expect(sent.every((byte, i) => byte === (i < next ? i % 251 : 0))).toBe(true);
      }),
    );
  });

  test('of an interrupted reply is completed at once: what was handed over is heard', () => {
    const { session, audio } = desk();
    session.sendAudio(1, new Uint8Array(BLOCK_BYTES + 100).fill(7));
    session.observe(2, { kind: 'Interruption', turn: 1, reply: 1 });
    session.flushAudio(2);
    expect(audio).toHaveLength(2);
    expect(audio[1]?.[0].subarray(0, 100).every((byte) => byte === 7)).toBe(true);
    session.sendAudio(3, new Uint8Array(BLOCK_BYTES).fill(9));
    expect(audio[2]?.[0].every((byte) => byte === 9)).toBe(true);
  });

  test('comes before the goodbye', () => {
    const { session, audio, messages, closes } = desk();
    session.sendAudio(1, new Uint8Array(10));
    session.close(2, 'the call is over');
    expect(audio).toHaveLength(1);
    expect(messages).toEqual([
      { type: 'server-message', data: { type: 'session-ended', reason: 'the call is over' } },
    ]);
    expect(closes).toEqual([[1000, 'the call is over']]);
  });
});
