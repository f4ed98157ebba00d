// A codec of the virtual world: it cuts audio into the same frames as the real one and sends the samples
// themselves, so that what is heard can be recognised and a frame costs nothing (the real encoder would
// take 0.2 ms, more than all the rest of a frame together). What the frame would have weighed is said by
// `coded-size.ts`.
import { type AudioCodec, type CodedName, frameSamplesOf } from '#agent/media/codec/codec.ts';
import { TELEPHONE_RATE } from '#agent/media/codec/rate.ts';

/** At any rate. */
export const carriedCodec = (name: CodedName, rate: number): AudioCodec => ({
  name,
  wireRate: name === 'mulaw' ? TELEPHONE_RATE : rate,
  frameSamples: frameSamplesOf(name, rate),
  lossless: true,
  encode: (pcm) => pcm,
  decode: (bytes) => bytes,
});
