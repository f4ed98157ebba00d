// G.711 µ-law as the telephone has it: 8 kHz, eight bits a sample, 64 kbit/s, whatever the rate of the
// samples that it is given. Every byte is a sample, so there are no bad bytes; only more of them than a
// second of sound are refused.
import { assert } from '../../core/assert.ts';
import { bytesOf, samplesOf } from '../pcm.ts';
import { type AudioCodec, frameSamplesOf } from './codec.ts';
import { decodeMulaw, encodeMulaw } from './mulaw.ts';
import { Decimator, Interpolator, TELEPHONE_RATE, telephoneFactor } from './rate.ts';

export class MulawCodec implements AudioCodec {
  readonly name = 'mulaw';
  readonly wireRate = TELEPHONE_RATE;
  readonly frameSamples: number;
  readonly lossless = false;
  readonly #down: Decimator;
  readonly #up: Interpolator;

  private constructor(rate: number, factor: number) {
    this.frameSamples = frameSamplesOf('mulaw', rate);
    this.#down = new Decimator(factor);
    this.#up = new Interpolator(factor);
  }

  /** For samples at 8, 16, 24 or 48 kHz; undefined at any other rate. */
  static at(rate: number): MulawCodec | undefined {
    const factor = telephoneFactor(rate);
    return factor === undefined ? undefined : new MulawCodec(rate, factor);
  }

  encode(pcm: Uint8Array): Uint8Array {
    assert(pcm.length === 2 * this.frameSamples, 'a codec takes whole frames');
    return encodeMulaw(this.#down.push(samplesOf(pcm)));
  }

  decode(bytes: Uint8Array): Uint8Array | undefined {
    if (bytes.length === 0 || bytes.length > TELEPHONE_RATE) return undefined;
    return bytesOf(this.#up.push(decodeMulaw(bytes)));
  }
}
