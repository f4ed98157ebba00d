// What the buffer tells its player to sound: pieces of packets as they came, pieces that were stretched
// or shortened, and what is made up because nothing came. The buffer names them; a renderer makes the
// samples. Lengths are samples of the 48 kHz clock, multiples of `GRAIN`.

/** Half a millisecond: a whole number of samples at 8, 16, 24 and 48 kHz. */
export const GRAIN = 24;

export type Piece<P> =
  /** `samples` of a packet from `from` on; of `total`. */
  | {
      readonly kind: 'play';
      readonly payload: P;
      readonly from: number;
      readonly samples: number;
      readonly total: number;
      readonly level: 0 | 1 | 2;
    }
  /** Part of a stretched or shortened passage. */
  | {
      readonly kind: 'stretched';
      readonly passage: Passage<P>;
      readonly from: number;
      readonly samples: number;
    }
  /** Made up from what was heard before; `from` counts from where the concealment began. */
  | { readonly kind: 'conceal'; readonly from: number; readonly samples: number }
  /** Comfort noise while the sender is silent. */
  | { readonly kind: 'noise'; readonly samples: number }
  /** Nothing has ever arrived. */
  | { readonly kind: 'silence'; readonly samples: number };

/** `source` played in `samples`: fewer than it has when accelerated, more when expanded. */
export type Passage<P> = { readonly source: readonly Piece<P>[]; readonly samples: number };

/** The part of a piece from `from` on, `samples` long. */
export function cut<P>(piece: Piece<P>, from: number, samples: number): Piece<P> {
  switch (piece.kind) {
    case 'noise':
    case 'silence':
      return { kind: piece.kind, samples };
    case 'conceal':
      return { kind: 'conceal', from: piece.from + from, samples };
    case 'stretched':
      return { kind: 'stretched', passage: piece.passage, from: piece.from + from, samples };
    case 'play': {
      const { payload, total, level } = piece;
      return { kind: 'play', payload, from: piece.from + from, samples, total, level };
    }
  }
}
