// Turns what the jitter buffer says into sound: 10 ms of PCM per tick. What arrived whole comes out as
// the very bytes of its packet, so that undamaged speech can be recognised by content; concealed and
// time-scaled passages are synthesised.
import { Concealment, crossfade } from './concealment.ts';
import type { Passage, Piece } from './jitter-buffer/piece.ts';
import { CLOCK_HZ, type JitterSettings, TICK_SAMPLES } from './jitter-buffer/setting.ts';
import { bytesOf, samplesOf } from './pcm.ts';
import { scaleTo } from './time-scale.ts';

const HISTORY_MS = 40;
/** Blend from concealment back into real speech. */
const BLEND_MS = 2.5;

export class Renderer<P> {
  readonly #rate: number;
  readonly #decode: (payload: P) => Uint8Array;
  readonly #settings: JitterSettings;
  /** Samples of the audio per sample of the RTP clock. */
  readonly #scale: number;
  readonly #silence: Uint8Array;
  readonly #passages = new WeakMap<Passage<P>, Int16Array>();
  #recent: Uint8Array[] = [];
  #concealment: Concealment | undefined;
  /** Samples concealed so far in this gap. */
  #concealed = 0;

  /**
   * `rate` of the PCM: 8, 16, 24 or 48 kHz. `decode` gives the s16le samples of a payload, the same
   * bytes whenever it is asked about the same packet.
   */
  constructor(rate: number, settings: JitterSettings, decode: (payload: P) => Uint8Array) {
    this.#rate = rate;
    this.#decode = decode;
    this.#settings = settings;
    this.#scale = rate / CLOCK_HZ;
    this.#silence = new Uint8Array(2 * this.#length(TICK_SAMPLES));
  }

  /** The samples of one tick, s16le. Callers must not write into them. */
  render(pieces: readonly Piece<P>[]): Uint8Array {
    const only = pieces[0];
    const next = pieces[1];
    let sound: Uint8Array;
    if (this.#concealment !== undefined || only === undefined || pieces.length > 2)
      sound = this.#join(pieces);
    else if (next === undefined) sound = this.#single(only);
    else sound = this.#pair(only, next);
    this.#recent.push(sound);
    if (this.#recent.length > HISTORY_MS / 10) this.#recent.shift();
    return sound;
  }

  #single(piece: Piece<P>): Uint8Array {
    if (piece.kind === 'play') return this.#slice(this.#decode(piece.payload), piece.from, piece.samples);
    if (piece.kind === 'noise' || piece.kind === 'silence') return this.#silence;
    return this.#join([piece]);
  }

  /** A tick across two packets. */
  #pair(first: Piece<P>, second: Piece<P>): Uint8Array {
    if (first.kind !== 'play' || second.kind !== 'play') return this.#join([first, second]);
    const head = this.#slice(this.#decode(first.payload), first.from, first.samples);
    const tail = this.#slice(this.#decode(second.payload), second.from, second.samples);
    const pair = new Uint8Array(head.length + tail.length);
    pair.set(head);
    pair.set(tail, head.length);
    return pair;
  }

  #join(pieces: readonly Piece<P>[]): Uint8Array {
    let samples = 0;
    for (const piece of pieces) samples += this.#length(piece.samples);
    const sound = new Int16Array(samples);
    let at = 0;
    for (const piece of pieces) {
      const part = this.#samples(piece, sound.subarray(0, at));
      sound.set(part, at);
      at += part.length;
    }
    return bytesOf(sound);
  }

  /** `before`: what this tick has played already. */
  #samples(piece: Piece<P>, before: Int16Array): Int16Array {
    const length = this.#length(piece.samples);
    switch (piece.kind) {
      case 'noise':
      case 'silence':
        this.#concealment = undefined;
        return new Int16Array(length);
      case 'conceal':
        return this.#conceal(piece.from, length, before);
      case 'play':
        return this.#resumed(this.#slice(this.#decode(piece.payload), piece.from, piece.samples));
      case 'stretched': {
        const from = this.#length(piece.from);
        return this.#resumed(bytesOf(this.#passage(piece.passage).slice(from, from + length)));
      }
    }
  }

  #conceal(from: number, length: number, before: Int16Array): Int16Array {
    if (this.#concealment === undefined || from === 0) {
      const fade = { afterMs: this.#settings.muteAfterMs, withinMs: this.#settings.muteWithinMs };
      this.#concealment = new Concealment(this.#history(before), this.#rate, fade);
      this.#concealed = this.#length(from);
    }
    const sound = new Int16Array(length);
    this.#concealment.write(sound, this.#concealed);
    this.#concealed += length;
    return sound;
  }

  /** Real sound again; its first samples are blended when there was a gap. */
  #resumed(bytes: Uint8Array): Int16Array {
    const sound = samplesOf(bytes);
    const concealment = this.#concealment;
    if (concealment === undefined) return sound;
    const tail = new Int16Array(Math.round((BLEND_MS * this.#rate) / 1_000));
    concealment.write(tail, this.#concealed);
    this.#concealment = undefined;
    const blended = sound.slice();
    crossfade(tail, blended);
    return blended;
  }

  /** A time-scaled passage, made once. */
  #passage(passage: Passage<P>): Int16Array {
    const made = this.#passages.get(passage);
    if (made !== undefined) return made;
    let samples = 0;
    for (const piece of passage.source) samples += this.#length(piece.samples);
    const source = new Int16Array(samples);
    let at = 0;
    for (const piece of passage.source) {
      const part = this.#raw(piece);
      source.set(part, at);
      at += part.length;
    }
    const scaled = scaleTo(source, this.#length(passage.samples));
    this.#passages.set(passage, scaled);
    return scaled;
  }

  #raw(piece: Piece<P>): Int16Array {
    if (piece.kind === 'play') {
      return samplesOf(this.#slice(this.#decode(piece.payload), piece.from, piece.samples));
    }
    if (piece.kind !== 'stretched') return new Int16Array(this.#length(piece.samples));
    const from = this.#length(piece.from);
    return this.#passage(piece.passage).slice(from, from + this.#length(piece.samples));
  }

  /** Part of a packet's samples, in place. */
  #slice(pcm: Uint8Array, from: number, samples: number): Uint8Array {
    const start = 2 * this.#length(from);
    const end = start + 2 * this.#length(samples);
    if (start === 0 && end === pcm.length) return pcm;
    return end <= pcm.length ? pcm.subarray(start, end) : extended(pcm, start, end);
  }

  #history(before: Int16Array): Int16Array {
    const parts = [...this.#recent.map(samplesOf), before];
    const history = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      history.set(part, at);
      at += part.length;
    }
    return history;
  }

  #length(samples: number): number {
    return Math.round(samples * this.#scale);
  }
}

/** A payload shorter than its packet says ends in silence. */
function extended(pcm: Uint8Array, start: number, end: number): Uint8Array {
  const slice = new Uint8Array(end - start);
  if (start < pcm.length) slice.set(pcm.subarray(start));
  return slice;
}
