// The codecs that really code, by name. Whoever carries audio takes them as an argument: the simulated
// world has others, which send the samples and let a model say what they would have weighed.
import { unreachable } from '../../core/assert.ts';
import type { AudioCodec, CodedName } from './codec.ts';
import { MulawCodec } from './mulaw-codec.ts';
import { OpusCodec } from './opus-codec.ts';

/** A codec for one stream of samples at `rate`, Hz; undefined when it cannot be had at that rate. */
export function makeCodec(name: CodedName, rate: number): AudioCodec | undefined {
  switch (name) {
    case 'mulaw':
      return MulawCodec.at(rate);
    case 'opus':
      return OpusCodec.at(rate);
    default:
      return unreachable(name);
  }
}
