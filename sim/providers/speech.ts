// Spoken text in the shape in which vendors send it: encoded samples cut into chunks, the first one
// short, each ending where a character ends so that timings per chunk add up. Pure; a press keeps what
// it made within a bound of bytes, and with interning off makes the same bytes anew.
import { type Utterance, Voice } from './voice.ts';

export type SampleEncoding = 's16le' | 'f32le' | 'mulaw';
export type SpeechFormat = { readonly rate: number; readonly encoding: SampleEncoding };

export class SpeechChunk {
  readonly bytes: Uint8Array;
  readonly startSample: number;
  readonly endSample: number;
  /** Characters that begin in this chunk: `[firstChar, endChar)`. */
  readonly firstChar: number;
  readonly endChar: number;
  /** Whether it holds a sample that is not silence. */
  readonly audible: boolean;
  #base64: string | undefined;

  constructor(bytes: Uint8Array, span: ChunkSpan, audible: boolean) {
    this.bytes = bytes;
    this.startSample = span.startSample;
    this.endSample = span.endSample;
    this.firstChar = span.firstChar;
    this.endChar = span.endChar;
    this.audible = audible;
  }

  base64(): string {
    this.#base64 ??= Buffer.from(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length).toString(
      'base64',
    );
    return this.#base64;
  }
}

export type Speech = {
  readonly text: string;
  readonly rate: number;
  readonly utterance: Utterance;
  readonly chunks: readonly SpeechChunk[];
};

export type ChunkSpan = {
  readonly startSample: number;
  readonly endSample: number;
  readonly firstChar: number;
  readonly endChar: number;
};

const FIRST_CHUNK_SECONDS = 0.1;
const CHUNK_SECONDS = 0.23;
const KEPT_BYTES_MAX = 48 << 20;

/** Speaks at one rate. */
export interface Speaker {
  utterance(text: string): Utterance;
}

export class SpeechPress {
  readonly #interning: boolean;
  readonly #speakerAt: (rate: number) => Speaker;
  readonly #speakers = new Map<number, Speaker>();
  readonly #kept = new Map<string, Speech>();
  #keptBytes = 0;

  /** `speakerAt`: who speaks at a rate; the synthetic voice when absent. */
  constructor(interning = true, speakerAt = (rate: number): Speaker => new Voice(rate, interning)) {
    this.#interning = interning;
    this.#speakerAt = speakerAt;
  }

  /** `text` is spoken as given. Empty or silent text has no chunks. */
  press(text: string, format: SpeechFormat): Speech {
    const key = `${format.encoding}/${format.rate}/${text}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const utterance = this.#speaker(format.rate).utterance(text);
    const encoded = encode(utterance.pcm, format.encoding);
    const chunks = spansOf(utterance, format.rate).map((span) => cut(utterance, encoded, span));
    const speech = { text, rate: format.rate, utterance, chunks };
    if (this.#interning) this.#keep(key, speech);
    return speech;
  }

  #speaker(rate: number): Speaker {
    const known = this.#speakers.get(rate);
    if (known !== undefined) return known;
    const speaker = this.#speakerAt(rate);
    this.#speakers.set(rate, speaker);
    return speaker;
  }

  #keep(key: string, speech: Speech): void {
    this.#keptBytes += costOf(speech);
    this.#kept.set(key, speech);
    for (const [oldKey, old] of this.#kept) {
      if (this.#keptBytes <= KEPT_BYTES_MAX) return;
      this.#kept.delete(oldKey);
      this.#keptBytes -= costOf(old);
    }
  }
}

/** The press that all emulators share by default: a cache of pure values, so sharing changes nothing. */
export const sharedPress = new SpeechPress();

/** Samples, encoded bytes and base64 of one utterance, roughly. */
const costOf = (speech: Speech): number => 512 + speech.utterance.pcm.length * 6;

/** Cuts at character borders nearest above the target length. */
function spansOf(utterance: Utterance, rate: number): ChunkSpan[] {
  const { chars, charStart, words, pcm } = utterance;
  const spans: ChunkSpan[] = [];
  if (words.length === 0) return spans;
  let firstChar = 0;
  let startSample = 0;
  for (let next = 1; next <= chars.length; next += 1) {
    const target = (spans.length === 0 ? FIRST_CHUNK_SECONDS : CHUNK_SECONDS) * rate;
    const border = next === chars.length ? pcm.length : (charStart[next] ?? 0);
    if (border - startSample < target && next < chars.length) continue;
    if (border === startSample && spans.length > 0) continue;
    spans.push({ startSample, endSample: border, firstChar, endChar: next });
    firstChar = next;
    startSample = border;
  }
  return withTail(spans, chars.length, pcm.length);
}

/** Characters without time of their own at the very end belong to the last chunk. */
function withTail(spans: ChunkSpan[], endChar: number, endSample: number): ChunkSpan[] {
  const last = spans.at(-1);
  if (last !== undefined) spans[spans.length - 1] = { ...last, endChar, endSample };
  return spans;
}

function cut(utterance: Utterance, encoded: Encoded, span: ChunkSpan): SpeechChunk {
  const from = span.startSample * encoded.width;
  const bytes = encoded.bytes.subarray(from, span.endSample * encoded.width);
  const audible = utterance.words.some(
    (word) => word.startSample < span.endSample && word.endSample > span.startSample,
  );
  return new SpeechChunk(bytes, span, audible);
}

type Encoded = { readonly bytes: Uint8Array; readonly width: number };

function encode(pcm: Int16Array<ArrayBuffer>, encoding: SampleEncoding): Encoded {
  switch (encoding) {
    case 's16le':
      return { bytes: new Uint8Array(pcm.buffer), width: 2 };
    case 'f32le':
      return { bytes: new Uint8Array(Float32Array.from(pcm, (sample) => sample / 32_768).buffer), width: 4 };
    case 'mulaw':
      return { bytes: Uint8Array.from(pcm, mulawOf), width: 1 };
  }
}

/** One sample in G.711 µ-law. */
function mulawOf(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(32_635, Math.abs(sample)) + 0x84;
  const exponent = 31 - Math.clz32(magnitude) - 7;
  return ~(sign | (exponent << 4) | ((magnitude >> (exponent + 3)) & 0x0f)) & 0xff;
}
