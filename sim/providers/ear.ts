// How an emulated recogniser hears: from the audio that arrived to words, or not. Two ears exist, one
// that knows recordings by their content (`recorded-ear.ts`) and one that reads prepared lines when it
// hears any sound (`scripted-ear.ts`). Neither hears what was not sent.

/** Structural contract of a table of recorded speech: names 64 samples (128 bytes of s16le, 16 kHz). */
export interface Recogniser {
  identify(pcm: Uint8Array, offset: number): QuantumName | undefined;
}

/** Which 64 samples of which recording; `among` what else, where it is not alone. */
export type QuantumName = {
  readonly clip: HeardClip;
  readonly quantum: number;
  readonly among?: Company;
};

/** Energies (sums of squares) of the recording and of all else; how much fainter it is than a caller. */
export type Company = { readonly signal: number; readonly noise: number; readonly lossDb: number };

export type HeardClip = {
  readonly id: string;
  readonly text: string;
  readonly words: readonly { readonly text: string; readonly startMs: number; readonly endMs: number }[];
};

export const QUANTUM_BYTES = 128;
export const QUANTUM_SECONDS = 0.004;

/** `startS`/`endS` in seconds of the connection's audio. */
export type HeardWord = { readonly text: string; readonly startS: number; readonly endS: number };

/** What was heard since the last `settle`. */
export type Segment = {
  readonly words: readonly HeardWord[];
  readonly lost: number;
  readonly misheard: number;
  /** Seconds of audio behind it. */
  readonly durationS: number;
};

export interface Ear {
  /** Raw samples in the declared encoding, any length. */
  push(pcm: Uint8Array): void;
  /** Words complete so far since the last `settle`, for an interim transcript. */
  soFar(): readonly string[];
  /** Ends the segment. */
  settle(): Segment;
  /** Seconds of audio heard on this connection. */
  seconds(): number;
}

/** An ear for vendors that judge pauses. */
export interface TimedEar extends Ear {
  /** Where in the audio the last sound of a word ended so far, in seconds; 0 before any. */
  speechUntilS(): number;
}

/** Decides about one word that arrived: as it is, or taken for another. */
export interface Mishearing {
  /** By the model's own error rate, drawn once per word. `place`: which word of which recording. */
  slips(place: string): boolean;
  /** What becomes of a word among other sounds, drawn once per word. */
  amid(place: string, heard: { readonly snrDb: number; readonly lossDb: number }): Fate;
  /** What `word` is taken for. */
  substitute(word: string, place: string): string;
}

export type Fate = 'heard' | 'misheard' | 'lost';
