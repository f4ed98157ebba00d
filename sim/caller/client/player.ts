// A client's player: chunks in as they arrive, pieces out as they sound.
import type { HeardPiece } from './client.ts';

export interface Player {
  /** A chunk of PCM s16le has arrived. */
  arrived(pcm: Uint8Array): void;
  /** Drops what has not begun to sound; microseconds of it, or undefined when this player cannot. */
  clear(): number | undefined;
}

export type Sound = (piece: HeardPiece) => void;

/** Microseconds of `samples` at `rate`. */
export const lengthUs = (samples: number, rate: number): number => Math.round((samples * 1_000_000) / rate);
