// A codec of the voice as one thing: whole frames of samples in, bytes for the wire out, and back. It
// promises that bytes which are none of its own come back as undefined, never as an exception; it holds
// the state of one stream in each direction, so every stream has a codec of its own.

/** Codecs that our own client may ask for; PCM16 is what everybody speaks without asking. */
export const CODED = ['mulaw', 'opus'] as const;
export type CodedName = (typeof CODED)[number];

export const isCodedName = (name: string): name is CodedName => CODED.some((known) => known === name);

export interface AudioCodec {
  readonly name: CodedName;
  /** What a frame on the wire states as its rate, Hz. */
  readonly wireRate: number;
  /** Samples of the only frame that `encode` takes, at the rate that the codec was made for. */
  readonly frameSamples: number;
  /** Its bytes are the samples themselves: equal frames are equal bytes, whatever came before them. */
  readonly lossless: boolean;
  /** One frame, PCM s16le mono. */
  encode(pcm: Uint8Array): Uint8Array;
  /** The samples of one frame of the far end, s16le mono and fresh; undefined when `bytes` are no frame. */
  decode(bytes: Uint8Array): Uint8Array | undefined;
}

/** A codec for samples at `rate`, Hz; undefined when it cannot be had at that rate. */
export type MakeCodec = (name: CodedName, rate: number) => AudioCodec | undefined;

/**
 * How much sound a frame holds. µ-law is 64 kbit/s before any header: with 20 ms a frame the caller's
 * stream would be 95 kbit/s, so close to the 100 allowed that the first retransmissions break it.
 */
export const FRAME_MS = { mulaw: 40, opus: 20 } as const satisfies Readonly<Record<CodedName, number>>;

/** Samples of a frame at `rate`. */
export const frameSamplesOf = (name: CodedName, rate: number): number =>
  Math.round((rate * FRAME_MS[name]) / 1_000);
