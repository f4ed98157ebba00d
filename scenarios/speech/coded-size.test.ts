// What the virtual world says that coded audio weighs, against the real encoders: the recorded callers and
// the emulated voice, with every header on the way, and NFR-3's 100 kbit/s for as long as somebody speaks.
import { describe, expect, test } from 'vitest';
import { type CodedName, FRAME_MS } from '#agent/media/codec/codec.ts';
import { makeCodec } from '#agent/media/codec/make.ts';
import { encodeCoded } from '#agent/transports/websocket/wire.ts';
import { carriedCodec } from '#sim/client-leg/carried-codec.ts';
import { CodedSizer } from '#sim/client-leg/coded-size.ts';
import { webSocketBytes } from '#sim/network/frame-size.ts';
import { Voice } from '#sim/providers/voice.ts';
import { readSpeech } from './pack.ts';

/** IP 20, TCP 20 and its timestamps 12, for a frame in a packet of its own. */
const TCP_IP_BYTES = 52;
const SPOKEN = [
  'The museum was founded over a hundred years ago and holds paintings.',
  'It is closed on Mondays.',
  'Your order number is four five six, and it will arrive on Tuesday.',
];

const clips = readSpeech()
  .clips.slice(0, 12)
  .map(({ pcm }) => pcm);
const voice = new Voice(24_000);
const replies = SPOKEN.map((text) => voice.utterance(text).pcm);

type Way = { readonly pcms: readonly Int16Array[]; readonly rate: number; readonly masked: boolean };

const WAYS: readonly (readonly [string, Way])[] = [
  ['callers', { pcms: clips, rate: 16_000, masked: true }],
  ['the emulated voice', { pcms: replies, rate: 24_000, masked: false }],
];

/** Bytes of each WebSocket message with `pcms` in it: as the real codec has it, and as the model says. */
function messages(name: CodedName, { pcms, rate, masked }: Way) {
  const codec = makeCodec(name, rate);
  const carried = carriedCodec(name, rate);
  if (codec === undefined || carried === undefined) throw new Error(`no ${name} at ${rate} Hz`);
  const sizer = new CodedSizer(name, 1, 'test');
  const real: number[] = [];
  const model: number[] = [];
  for (const pcm of pcms) {
    for (let at = 0; at + codec.frameSamples <= pcm.length; at += codec.frameSamples) {
      const frame = new Uint8Array(pcm.buffer, pcm.byteOffset + 2 * at, 2 * codec.frameSamples);
      real.push(webSocketBytes(encodeCoded(name, codec.encode(frame), codec.wireRate), masked));
      model.push(sizer.bytes(encodeCoded(name, carried.encode(frame), carried.wireRate), masked));
    }
  }
  return { real, model };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: readonly number[]): number =>
  Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)));

describe.each(WAYS)('of %s', (_who, way) => {
  test('Opus weighs what the model says, within 10 % in the mean of its payload', { timeout: 20_000 }, () => {
    const { real, model } = messages('opus', way);
    const around = webSocketBytes(encodeCoded('opus', new Uint8Array(60), way.rate), way.masked) - 60;
    const [payload, modelled] = [mean(real) - around, mean(model) - around];
    expect(Math.abs(modelled / payload - 1), `${modelled} for ${payload} bytes`).toBeLessThan(0.1);
    expect(deviation(model) / deviation(real)).toBeGreaterThan(0.6);
    expect(deviation(model) / deviation(real)).toBeLessThan(1.4);
  });

  test('µ-law weighs exactly that', () => {
    const { real, model } = messages('mulaw', way);
    expect(model).toEqual(real);
  });

  test.each(['opus', 'mulaw'] as const)('%s keeps below 100 kbit/s while somebody speaks', (name) => {
    const { real } = messages(name, way);
    const kbps = ((mean(real) + TCP_IP_BYTES) * 8) / FRAME_MS[name];
    expect(kbps).toBeLessThan(name === 'opus' ? 60 : 85);
  });
});

test('anything else weighs what it is', () => {
  const sizer = new CodedSizer('opus', 1, 'test');
  expect(sizer.bytes('text', false)).toBe(webSocketBytes('text', false));
  expect(sizer.bytes(new Uint8Array(300), true)).toBe(308);
});
