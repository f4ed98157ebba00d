// Records what the emulated agent says on the talk page: read by flite, brought to the player's rate and
// coded with Opus at 24 kbit/s, a seventh of what the samples would take. Equal texts give equal bytes.

import { assert } from '#agent/core/assert.ts';
import { OpusCodec } from '#agent/media/codec/opus-codec.ts';
import { readScenario } from '../library/index.ts';
import { agentVoiceOf, PROGRAMME } from '../talk/programme.ts';
import { sayingsOf } from '../talk/screenplay.ts';
import { readAloud } from './flite.ts';
import { REPLY_RATE, REPLY_SCHEMA, type ReplyDescription, type ReplyEntry } from './reply-pack.ts';

/** Reads everything aloud. Throws where flite cannot. */
export async function recordReplies(
  synthesizer: string,
): Promise<{ readonly description: ReplyDescription; readonly packed: Buffer }> {
  const entries = new Map<string, { readonly entry: ReplyEntry; readonly packed: Buffer }>();
  for (const name of PROGRAMME) {
    const read = await readScenario(name);
    assert(read.ok, 'the programme names scenarios of the library');
    const voice = agentVoiceOf(read.scenario);
    for (const text of sayingsOf(read.scenario)) {
      const key = `${voice}\n${text}`;
      if (!entries.has(key)) entries.set(key, recorded(voice, text));
    }
  }
  const all = [...entries.values()];
  const replies = all.map(({ entry }) => entry);
  const packed = Buffer.concat(all.map((one) => one.packed));
  return { description: { schema: REPLY_SCHEMA, synthesizer, replies }, packed };
}

export const printReplies = (description: ReplyDescription): string =>
  `${JSON.stringify(description, undefined, 2)}\n`;

function recorded(voice: string, text: string): { entry: ReplyEntry; packed: Buffer } {
  const { pcm, words } = readAloud(voice, text);
  const codec = OpusCodec.at(REPLY_RATE);
  assert(codec !== undefined, 'Opus takes samples at the rate of players');
  const wide = levelled(upsampled(pcm));
  const size = codec.frameSamples;
  const frames: Uint8Array[] = [];
  for (let at = 0; at < wide.length; at += size) {
    const frame = new Int16Array(size);
    frame.set(wide.subarray(at, Math.min(at + size, wide.length)));
    const coded = codec.encode(new Uint8Array(frame.buffer));
    assert(coded.length < 256, 'a frame of speech at 24 kbit/s is some 60 bytes');
    frames.push(Uint8Array.of(coded.length), coded);
  }
  const packed = Buffer.concat(frames);
  const spans = words.flatMap(({ startMs, endMs }) => [startMs, endMs]).join(' ');
  return { entry: { voice, text, bytes: packed.length, words: spans }, packed };
}

/** From 16 to 24 kHz: a windowed sinc at three times the rate, of which every second sample is kept. */
function upsampled(pcm: Int16Array): Float64Array {
  const count = Math.floor((pcm.length * 3) / 2);
  const wide = new Float64Array(count);
  for (let index = 0; index < count; index += 1) {
    const place = (index * 2) / 3;
    const middle = Math.floor(place);
    let sum = 0;
    for (let at = middle - REACH + 1; at <= middle + REACH; at += 1) {
      sum += (pcm[at] ?? 0) * kernel(place - at);
    }
    wide[index] = sum;
  }
  return wide;
}

const REACH = 16;

/** sinc under a Hann window of `REACH` samples to either side. */
function kernel(x: number): number {
  if (x === 0) return 1;
  const angle = Math.PI * x;
  return (Math.sin(angle) / angle) * (0.5 + 0.5 * Math.cos(angle / REACH));
}

/** -6 dBFS at its loudest, as the callers' recordings. */
function levelled(pcm: Float64Array): Int16Array {
  const peak = pcm.reduce((loudest, sample) => Math.max(loudest, Math.abs(sample)), 1);
  return Int16Array.from(pcm, (sample) => Math.round((sample * 16_422) / peak));
}
