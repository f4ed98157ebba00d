// What lies between a caller and the network: the client. It carries the voice out, brings the
// agent's voice to the ear at the time at which it sounds, and knows the client's protocol. Which
// client it is decides how much of a network a person hears.

export interface CallerClient {
  /** What its recorder hands over at once, samples at 16 kHz. */
  readonly micChunkSamples: number;
  /** The connection is open: introduces itself. */
  hello(): void;
  /** A new connection to the same session is open: introduces itself again where its protocol wants it. */
  returned(): void;
  /** One chunk of microphone audio, s16le. */
  speak(pcm: Uint8Array): void;
  /** The caller hangs up. */
  leave(): void;
}

/** A piece of the agent's audio as it sounds at the ear. */
export type HeardPiece = {
  /** PCM s16le mono at the player's rate. */
  readonly pcm: Uint8Array;
  /** When its first sample sounds. */
  readonly startUs: number;
  /** When it arrived at the client. */
  readonly arrivedUs: number;
  /** True when it follows the piece before it without a gap. */
  readonly continues: boolean;
  /** Samples in it that the player made up because nothing came. */
  readonly damagedSamples: number;
  /** Samples by which what sounds is longer (or, negative, shorter) than what was sent. */
  readonly addedSamples: number;
  /** What `pcm` was before a codec changed it: words are known by their samples, and people by ear. */
  readonly sent?: Uint8Array;
};

export type CallerClientHooks = {
  heard(piece: HeardPiece): void;
  /** A message of the agent's, by its RTVI type. */
  told(type: string): void;
};
