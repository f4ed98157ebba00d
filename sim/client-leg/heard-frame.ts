// What a jitter buffer did to the agent's frames, in the words of an ear: which samples were made up,
// and by how much the stream was lengthened or shortened against what was sent.
import type { Micros } from '#agent/core/time.ts';
import type { Piece } from '#agent/media/jitter-buffer/piece.ts';
import type { HeardPiece } from '../caller/client/client.ts';
import { DelayMeter } from './delay-meter.ts';

/** Samples of a frame on the 48 kHz clock of the buffer. */
const FRAME_SAMPLES = 960;

/** A frame on its way, with what is known of it. */
export type SentFrame = {
  readonly pcm: Uint8Array;
  readonly index: number;
  readonly leftUs: Micros;
  /** Undefined for a packet that was lost: what sounds of its frame came in a later one. */
  arrivedUs: Micros | undefined;
};

export class HeardFrames {
  /** Samples of the ear's rate per sample of the buffer's clock. */
  readonly #scale: number;
  #frames = 0;
  #lastIndex = -1;
  #lastArrivedUs: Micros = 0;
  /** Made up since the last frame that was played. */
  #concealed = 0;
  #begun = false;
  /** From the sender to the ear, frame by frame. */
  readonly delay = new DelayMeter();

  constructor(rate: number) {
    this.#scale = rate / 48_000;
  }

  /** The next frame that leaves the agent; whoever sends it states when it arrives. */
  leaving(pcm: Uint8Array, leftUs: Micros): SentFrame {
    const index = this.#frames;
    this.#frames += 1;
    return { pcm, index, leftUs, arrivedUs: undefined };
  }

  /** The next 10 ms at the ear, as the buffer composed them. */
  piece(pcm: Uint8Array, startUs: Micros, pieces: readonly Piece<SentFrame>[]): HeardPiece {
    let damaged = 0;
    let added = 0;
    for (const piece of pieces) {
      if (piece.kind === 'play') added += this.#played(piece.payload, startUs);
      else if (piece.kind === 'conceal') {
        damaged += piece.samples;
        this.#concealed += piece.samples;
      } else if (piece.kind === 'stretched' && piece.from === 0) {
        for (const source of piece.passage.source) {
          if (source.kind === 'play') added += this.#played(source.payload, startUs);
          added -= source.samples;
        }
        added += piece.passage.samples;
      }
    }
    const continues = this.#begun;
    this.#begun = true;
    return {
      pcm,
      startUs,
      arrivedUs: Math.min(this.#lastArrivedUs, startUs),
      continues,
      damagedSamples: Math.round(damaged * this.#scale),
      addedSamples: Math.round(added * this.#scale),
    };
  }

  /**
   * A frame sounds: what was made up before it stood for the frames between, if any were lost, and
   * lengthened the stream by the rest.
   */
  #played(sent: SentFrame, startUs: Micros): number {
    if (sent.index === this.#lastIndex) return 0;
    const lost = Math.max(0, sent.index - this.#lastIndex - 1);
    const added = this.#lastIndex < 0 ? 0 : this.#concealed - lost * FRAME_SAMPLES;
    this.#concealed = 0;
    this.#lastIndex = sent.index;
    this.#lastArrivedUs = sent.arrivedUs ?? startUs;
    this.delay.add(startUs - sent.leftUs);
    return added;
  }
}
