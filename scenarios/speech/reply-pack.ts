// The recorded voice of the emulated agent: what it says in the scenarios of the talk page, Opus-coded,
// with the span of every word. `reply.json` describes, `reply.bin` holds the frames; unpacked when first
// used. Without the files there is no recorded voice, and the synthetic one speaks.
import { existsSync, readFileSync } from 'node:fs';
import { OpusCodec } from '#agent/media/codec/opus-codec.ts';
import type { Saying } from '#sim/providers/recorded-voice.ts';
import { PACK_FOLDER } from './pack.ts';

export const REPLY_SCHEMA = 'parley-reply/1';
export const REPLY_FILE = `${PACK_FOLDER}reply`;
/** Rate at which replies are kept and spoken: that of stock clients' players. */
export const REPLY_RATE = 24_000;

export type ReplyEntry = {
  readonly voice: string;
  readonly text: string;
  /** Its bytes in `reply.bin`: frames of 20 ms, each after its length in one byte. */
  readonly bytes: number;
  /** Where each word of the text begins and ends, ms, between blanks. */
  readonly words: string;
};

export type ReplyDescription = {
  readonly schema: string;
  readonly synthesizer: string;
  readonly replies: readonly ReplyEntry[];
};

/** `texts` as `voice` says them, as far as they are recorded. Throws an Error for files of another schema. */
export function readReplies(voice: string, texts: ReadonlySet<string>): readonly Saying[] {
  if (!existsSync(`${REPLY_FILE}.json`)) return [];
  const description: ReplyDescription = JSON.parse(readFileSync(`${REPLY_FILE}.json`, 'utf8'));
  if (description.schema !== REPLY_SCHEMA) {
    throw new Error(`${REPLY_FILE}.json is not ${REPLY_SCHEMA}: npm run speech -- --replies`);
  }
  const packed = readFileSync(`${REPLY_FILE}.bin`);
  let offset = 0;
  const sayings: Saying[] = [];
  for (const entry of description.replies) {
    const own = packed.subarray(offset, offset + entry.bytes);
    if (entry.voice === voice && texts.has(entry.text)) sayings.push(new PackedReply(entry, own));
    offset += entry.bytes;
  }
  return sayings;
}

class PackedReply implements Saying {
  readonly words: Saying['words'];
  readonly #packed: Uint8Array;
  #pcm: Int16Array | undefined;

  constructor({ text, words }: ReplyEntry, packed: Uint8Array) {
    const samples = words.split(' ').map((ms) => Math.round((Number(ms) * REPLY_RATE) / 1_000));
    this.words = text.split(/\s+/).map((written, at) => ({
      text: written,
      startSample: samples[2 * at] ?? 0,
      endSample: samples[2 * at + 1] ?? 0,
    }));
    this.#packed = packed;
  }

  get pcm(): Int16Array {
    this.#pcm ??= decoded(this.#packed);
    return this.#pcm;
  }
}

function decoded(packed: Uint8Array): Int16Array {
  const codec = OpusCodec.at(REPLY_RATE);
  const frames: Uint8Array[] = [];
  for (let at = 0; at < packed.length; at += 1 + (packed[at] ?? 0)) {
    const frame = codec?.decode(packed.subarray(at + 1, at + 1 + (packed[at] ?? 0)));
    if (frame !== undefined) frames.push(frame);
  }
  const bytes = Buffer.concat(frames);
  return new Int16Array(new Uint8Array(bytes).buffer);
}
