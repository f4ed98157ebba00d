// One Daily client without any room: app messages and sound of the room in, events of the conversation out.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClientEvent } from '../../core/client.ts';
import { LIMITS } from '../../core/limit.ts';
import { dailyClient } from './session.ts';

function desk() {
  const events: ClientEvent[] = [];
  const messages: { readonly type: string; readonly data: { readonly error?: string } }[] = [];
  const session = dailyClient({ epochMs: 0 })({
    send: (_now, data) => messages.push(JSON.parse(String(data))),
    media: () => {},
    close: () => {},
    event: (_now, event) => events.push(event),
  });
  const says = (type: string, data?: unknown): void =>
    session.receive(1, JSON.stringify({ label: 'rtvi-ai', id: 'x', type, data }));
  return { session, events, messages, says };
}

const READY = { version: '2.1.0' };
const piece = (...bytes: number[]): string => Buffer.from(bytes).toString('base64');
const batch = (...base64AudioBatch: string[]) => ({ base64AudioBatch, sampleRate: 16_000, numChannels: 1 });
const audio = (...bytes: number[]): ClientEvent => ({
  kind: 'audio',
  pcm: new Uint8Array(bytes),
  sampleRate: 16_000,
});

describe('what the caller said before the agent was ready', () => {
  test('is heard once the conversation has begun, in order, and ahead of what follows', () => {
    const { session, events, says } = desk();
    says('raw-audio-batch', batch(piece(1, 0, 2, 0), piece(3, 0)));
    says('raw-audio', { base64Audio: piece(4, 0), sampleRate: 16_000, numChannels: 1 });
    session.receiveMedia(1, new Uint8Array([9, 0]));
    expect(events).toEqual([]);
    says('client-ready', READY);
    session.receiveMedia(1, new Uint8Array([5, 0]));
    expect(events).toEqual([{ kind: 'ready' }, audio(1, 0, 2, 0, 3, 0), audio(4, 0), audio(5, 0)]);
    says('raw-audio', { base64Audio: piece(6, 0), sampleRate: 16_000, numChannels: 1 });
    expect(events.at(-1)).toEqual(audio(6, 0));
  });

  test('is kept up to half a minute, and beyond that the client is told', () => {
    const { events, messages, says } = desk();
    const second = Buffer.alloc(32_000, 1).toString('base64');
    for (let at = 0; at < 32; at += 1) says('raw-audio-batch', batch(second));
    expect(messages.map(({ data }) => data.error)).toEqual(
      Array(2).fill('more was recorded before the agent was ready than is kept'),
    );
    says('client-ready', READY);
    const bytes = events.reduce((sum, event) => sum + (event.kind === 'audio' ? event.pcm.length : 0), 0);
    expect(bytes).toBe(LIMITS.earlyAudioBytesMax);
  });

  test.each([
    { ...batch(piece(1, 0)), sampleRate: 48_000 },
    { ...batch(piece(1, 0)), numChannels: 2 },
    { base64AudioBatch: 'x', sampleRate: 16_000, numChannels: 1 },
    undefined,
  ])('must be what it says it is: %j', (data) => {
    const { events, messages, says } = desk();
    says('raw-audio-batch', data);
    says('client-ready', READY);
    expect(messages[0]?.data.error).toContain('raw-audio-batch wants base64 PCM16, one channel, 16 kHz');
    expect(events).toEqual([{ kind: 'ready' }]);
  });
});

test('everything else is the conversation’s business', () => {
  const { messages, says } = desk();
  says('client-ready', READY);
  expect(messages.map(({ type }) => type)).toEqual(['bot-ready']);
  says('client-message', { t: 'raw-audio', d: '"raw-audio' });
  expect(messages.at(-1)).toMatchObject({
    type: 'error-response',
    data: { error: expect.stringContaining('no handler') },
  });
});

test('arbitrary text never throws', () => {
  const any = fc.oneof(
    fc.string(),
    fc.json().map((json) => `{"label":"rtvi-ai","type":"raw-audio","data":${json}}`),
    fc.json().map((json) => `{"type":"raw-audio-batch","x":${json}`),
  );
  fc.assert(
    fc.property(any, (text) => {
      const { session } = desk();
      session.receive(0, text);
      session.receive(0, new TextEncoder().encode(text));
    }),
  );
});
