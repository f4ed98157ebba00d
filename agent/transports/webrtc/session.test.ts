// One client session over WebRTC without any network: texts of the data channel and frames of the
// media path in, the same out.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClientEvent, ClientSession } from '../../core/client.ts';
import { LIMITS } from '../../core/limit.ts';
import { ms } from '../../core/time.ts';
import { type WebrtcClientOptions, webrtcClient } from './session.ts';

type Desk = {
  readonly session: ClientSession;
  readonly events: ClientEvent[];
  /** RTVI messages sent, as objects without their label. */
  readonly messages: unknown[];
  /** Frames given to the media path. */
  readonly frames: Uint8Array[];
  readonly closes: unknown[];
  /** Sends one RTVI message from the client. */
  says(type: string, data?: unknown, id?: string): void;
};

const FRAME_BYTES = 960;

function desk(ready = true, options: Partial<WebrtcClientOptions> = {}): Desk {
  const events: ClientEvent[] = [];
  const messages: unknown[] = [];
  const frames: Uint8Array[] = [];
  const closes: unknown[] = [];
  const session = webrtcClient({ epochMs: 0, ...options })({
    send: (_now, data) => {
      if (typeof data !== 'string') throw new Error('the data channel carries text only');
      const { label, ...message } = JSON.parse(data);
      expect(label).toBe('rtvi-ai');
      messages.push(message);
    },
    media: (_now, pcm) => frames.push(pcm),
    close: (_now, code, reason) => closes.push([code, reason]),
    event: (_now, event) => events.push(event),
  });
  const says = (type: string, data?: unknown, id?: string): void =>
    session.receive(1, JSON.stringify({ label: 'rtvi-ai', type, data, id }));
  if (ready) {
    says('client-ready', { version: '2.1.0' }, 'hello');
    events.length = 0;
    messages.length = 0;
  }
  return { session, events, messages, frames, closes, says };
}

describe('the handshake', () => {
  test.each([
    ['2.1.0', '2.1.0', false],
    ['1.4.0', '1.4.0', false],
    ['3.0.0', '2.1.0', true],
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
    session.receiveMedia(0, new Uint8Array(640));
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
  test('on the media path is heard, 16 kHz, from client-ready on', () => {
    const { session, events } = desk();
    const pcm = new Uint8Array(640).fill(3);
    session.receiveMedia(1, pcm);
    session.receiveMedia(2, new Uint8Array(0));
    expect(events).toEqual([{ kind: 'audio', pcm, sampleRate: 16_000 }]);
  });

  test('on the data channel is obeyed', () => {
    const { events, messages, says } = desk();
    says('send-text', { content: 'hi', options: { audio_response: false } }, 'a');
    says('disconnect-bot', {}, 'b');
    expect(events).toEqual([
      { kind: 'text', content: 'hi', run: true, speak: false },
      { kind: 'left', reason: 'the client sent disconnect-bot' },
    ]);
    expect(messages).toEqual([]);
  });

  test('to the app is answered by the app', () => {
    const requests = new Map([
      ['double', (data: unknown) => ({ ok: true, data: Number(data) * 2 }) as const],
    ]);
    const { messages, says } = desk(true, { requests });
    says('client-message', { t: 'double', d: 21 }, 'a');
    expect(messages).toEqual([{ type: 'server-response', id: 'a', data: { t: 'double', d: 42 } }]);
  });

  test('to see whether we live is no message', () => {
    const { session, messages, events } = desk();
    session.receive(1, 'ping: 1718000000000');
    expect([messages, events]).toEqual([[], []]);
  });

  test.each([
    ['no JSON', '{', 'not JSON'],
    ['nothing', '', 'not JSON'],
    ['a foreign label', '{"label":"other","type":"x"}', 'envelope is not valid: label'],
    ['no object', '[1]', 'envelope is not valid'],
    ['bytes', Uint8Array.of(1, 2), 'a binary message came on the data channel; expected RTVI messages'],
    ['too much', 'x'.repeat(LIMITS.clientMessageBytesMax + 1), 'a message of 1048577 characters came'],
  ])('%s is answered and the session lives', (_name, data, reason) => {
    const { session, messages, closes, events, says } = desk();
    session.receive(1, data);
    const error = expect.stringContaining(reason);
    expect(messages).toEqual([{ type: 'error', data: { error, message: error, fatal: false } }]);
    says('send-text', { content: 'still there?' });
    expect(events).toHaveLength(1);
    expect(closes).toEqual([]);
  });

  test('with bad data is refused under its own id', () => {
    const { events, messages, says } = desk();
    says('send-text', { content: 7 }, 'id-1');
    const error = expect.stringContaining('send-text is not valid: content');
    expect(messages).toEqual([{ type: 'error-response', id: 'id-1', data: { error } }]);
    expect(events).toEqual([]);
  });

  test('is never a reason to throw or to close, whatever it is', () => {
    const anything = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.uint8Array({ maxLength: 50 }));
    fc.assert(
      fc.property(fc.boolean(), fc.array(anything), (ready, sent) => {
        const { session, closes } = desk(ready);
        for (const data of sent) session.receive(1, data);
        expect(closes).toEqual([]);
      }),
    );
  });
});

describe('audio for the client', () => {
  test('goes to the media path as it is, a packet as a frame', () => {
    const { session, frames } = desk();
    const packet = new Uint8Array(FRAME_BYTES).fill(7);
    session.sendAudio(1, packet);
    session.flushAudio(2);
    expect(frames).toHaveLength(1);
    expect(frames[0]).toBe(packet);
  });

  test('is one frame ahead: the receiver has a jitter buffer, and what was sent cannot be taken back', () => {
    const { session } = desk();
    expect([session.leadUs, session.flushable, session.outputRate]).toEqual([ms(20), false, 24_000]);
  });

  test('is whole frames, in order and complete once flushed, whatever comes', () => {
    const pieces = fc.array(fc.nat({ max: 2_000 }), { maxLength: 12 });
    const rates = fc.constantFrom(8_000, 16_000, 22_050, 24_000, 48_000);
    fc.assert(
      fc.property(pieces, rates, (lengths, outputRate) => {
        const { session, frames } = desk(true, { outputRate });
        const frameBytes = outputRate / 25;
        let next = 0;
        for (const length of lengths) {
          session.sendAudio(
            1,
            Uint8Array.from({ length: 2 * length }, () => next++ % 251),
          );
        }
        session.flushAudio(1);
        session.flushAudio(1);
        const sent = Buffer.concat(frames);
        expect(frames.every((frame) => frame.length === frameBytes)).toBe(true);
        expect(frames).toHaveLength(Math.ceil(next / frameBytes));
        expect(sent.every((byte, at) => byte === (at < next ? at % 251 : 0))).toBe(true);
      }),
    );
  });

  test('stays as it was sent: a later frame does not overwrite an earlier one', () => {
    const { session, frames } = desk();
    for (const mark of [1, 2]) {
      session.sendAudio(mark, new Uint8Array(100).fill(mark));
      session.flushAudio(mark);
    }
    expect(frames.map(([first]) => first)).toEqual([1, 2]);
  });

  test('comes before the goodbye, and nothing after it', () => {
    const { session, frames, messages, events, closes, says } = desk();
    session.sendAudio(1, new Uint8Array(10));
    session.close(2, 'the call is over');
    session.close(3, 'again');
    session.sendAudio(4, new Uint8Array(FRAME_BYTES));
    session.flushAudio(4);
    session.observe(5, { kind: 'UserStartedSpeaking', turn: 1 });
    session.receiveMedia(6, new Uint8Array(640));
    says('send-text', { content: 'hi' });
    expect(frames).toHaveLength(1);
    expect(messages).toEqual([
      { type: 'server-message', data: { type: 'session-ended', reason: 'the call is over' } },
    ]);
    expect(closes).toEqual([[1000, 'the call is over']]);
    expect(events).toEqual([]);
  });
});

test('what the pipeline says is told from client-ready on', () => {
  const { session, messages } = desk();
  session.observe(1, { kind: 'UserStartedSpeaking', turn: 1 });
  expect(messages).toEqual([expect.objectContaining({ type: 'user-started-speaking' })]);
});
