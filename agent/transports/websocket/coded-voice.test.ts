// Our own client asks for a codec and gets it, both ways; a stock one never notices that there are any;
// and nothing that is sent in place of a frame does more than end its own session.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClientEvent, ClientSession } from '../../core/client.ts';
import { type CodedName, FRAME_MS } from '../../media/codec/codec.ts';
import { makeCodec } from '../../media/codec/make.ts';
import { OWN_LIBRARY, websocketClient } from './session.ts';
import { decodeFrame, encodeAudio, encodeCoded, encodeMessage, type WireAudio } from './wire.ts';

type Desk = {
  readonly session: ClientSession;
  readonly events: ClientEvent[];
  /** Data of each bot-ready. */
  readonly welcomes: unknown[];
  readonly audio: WireAudio[];
  readonly closes: [number, string][];
};

function desk(about: object, { codecs = true, outputRate = 24_000 } = {}): Desk {
  const events: ClientEvent[] = [];
  const welcomes: unknown[] = [];
  const audio: WireAudio[] = [];
  const closes: [number, string][] = [];
  const session = websocketClient({ epochMs: 0, outputRate, ...(codecs ? { codecs: makeCodec } : {}) })({
    send: (_now, data) => {
      const decoded = typeof data === 'string' ? undefined : decodeFrame(data);
      if (decoded?.ok !== true) throw new Error('the session sent something that is no frame');
      const { frame } = decoded;
      if (frame.kind === 'audio') audio.push(frame);
      if (frame.kind !== 'message') return;
      const { type, data: content } = JSON.parse(frame.data);
      if (type === 'bot-ready') welcomes.push(content);
    },
    media: () => {},
    close: (_now, code, reason) => closes.push([code, reason]),
    event: (_now, event) => events.push(event),
  });
  const data = { version: '2.1.0', about };
  session.receive(
    0,
    encodeMessage(JSON.stringify({ label: 'rtvi-ai', type: 'client-ready', id: '1', data })),
  );
  events.length = 0;
  return { session, events, welcomes, audio, closes };
}

const asking = (codec: string, library = OWN_LIBRARY) => ({ library, platform_details: { codec } });
const silence = (ms: number, rate: number) => new Uint8Array((2 * rate * ms) / 1_000);

describe.each(['opus', 'mulaw'] as const)('a client that asked for %s', (name: CodedName) => {
  test('is told that it got it', () => {
    expect(desk(asking(name)).welcomes).toEqual([
      { version: '2.1.0', about: { platform_details: { codec: name } } },
    ]);
  });

  test('is heard: a coded frame becomes samples at 16 kHz', () => {
    const { session, events, closes } = desk(asking(name));
    const codec = makeCodec(name, 16_000);
    const bytes = codec?.encode(silence(FRAME_MS[name], 16_000)) ?? new Uint8Array();
    session.receive(1, encodeCoded(name, bytes, codec?.wireRate ?? 0));
    expect(closes).toEqual([]);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ kind: 'audio', sampleRate: 16_000 });
    const [event] = events;
    expect(event?.kind === 'audio' && event.pcm.length).toBe(silence(FRAME_MS[name], 16_000).length);
  });

  test('is answered in whole frames, the last one completed with silence', () => {
    const { session, audio } = desk(asking(name));
    session.sendAudio(1, silence(FRAME_MS[name] - 10, 24_000));
    expect(audio).toHaveLength(0);
    session.sendAudio(2, silence(FRAME_MS[name], 24_000));
    expect(audio).toHaveLength(1);
    session.flushAudio(3);
    session.flushAudio(4);
    expect(audio).toHaveLength(2);
    const decoder = makeCodec(name, 24_000);
    for (const frame of audio) {
      expect(frame).toMatchObject({ name, channels: 1 });
      expect(decoder?.decode(frame.pcm)?.length).toBe(silence(FRAME_MS[name], 24_000).length);
    }
  });

  test('may repeat itself, and keeps its codec', () => {
    const { session, welcomes } = desk(asking(name));
    const again = { label: 'rtvi-ai', type: 'client-ready', id: '2', data: { about: asking(name) } };
    session.receive(1, encodeMessage(JSON.stringify(again)));
    expect(welcomes[1]).toMatchObject({ about: { platform_details: { codec: name } } });
  });

  test.each([
    ['samples', encodeAudio(new Uint8Array(640), 16_000), 'an audio frame is named "audio"'],
    ['nothing', encodeCoded(name, new Uint8Array(), 16_000), `0 bytes are no frame of ${name}`],
    ['far too much', encodeCoded(name, new Uint8Array(9_000), 16_000), `9000 bytes are no frame of ${name}`],
  ])('and sends %s is told what was wrong, and nothing else is heard of it', (_what, message, reason) => {
    const { session, events, closes } = desk(asking(name));
    session.receive(1, message);
    expect(closes).toEqual([[1007, `${reason}; expected audio in ${name}`]]);
    expect(events.map(({ kind }) => kind)).toEqual(['rejected']);
  });

  test('and sends anything at all in a frame never makes the server throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1_600, size: 'max' }), fc.nat(), (bytes, rate) => {
        const { session, events } = desk(asking(name));
        session.receive(1, encodeCoded(name, bytes, rate));
        expect(events.map(({ kind }) => kind)).toHaveLength(1);
      }),
      { numRuns: 300 },
    );
  });
});

describe('samples it stays', () => {
  test.each([
    ['for a stock client, whatever it says of its platform', asking('opus', '@pipecat-ai/client-js'), {}],
    ['for our own client that asks for nothing', { library: OWN_LIBRARY }, {}],
    ['for a codec that nobody knows', asking('vorbis'), {}],
    ['for a codec that cannot be had at the rate of the voice', asking('opus'), { outputRate: 22_050 }],
    ['where there are no codecs', asking('opus'), { codecs: false }],
  ])('%s', (_when, about, options) => {
    const { session, events, audio, welcomes, closes } = desk(about, options);
    expect(welcomes).toEqual([{ version: '2.1.0' }]);
    const pcm = new Uint8Array(512).fill(7);
    session.receive(1, encodeAudio(pcm, 16_000));
    expect(events).toEqual([{ kind: 'audio', pcm, sampleRate: 16_000 }]);
    session.sendAudio(2, new Uint8Array(960));
    session.flushAudio(3);
    expect(audio.map(({ name }) => name)).toEqual(['audio', 'audio']);
    expect(closes).toEqual([]);
  });

  test('and a codec asked for later, in the middle of a call, changes nothing', () => {
    const { session, welcomes, audio } = desk({ library: OWN_LIBRARY });
    const late = { label: 'rtvi-ai', type: 'client-ready', id: '2', data: { about: asking('opus') } };
    session.receive(1, encodeMessage(JSON.stringify(late)));
    expect(welcomes[1]).not.toHaveProperty('about');
    session.sendAudio(2, new Uint8Array(1_024));
    expect(audio[0]?.name).toBe('audio');
  });
});
