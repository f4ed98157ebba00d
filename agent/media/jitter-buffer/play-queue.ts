// Audio that has left the packet buffer and is not yet played: pieces in order. Time-scaling works on
// its end, the loudspeaker takes from its front.
import { cut, type Piece } from './piece.ts';

export class PlayQueue<P> {
  #pieces: Piece<P>[] = [];
  #samples = 0;

  /** Samples waiting. */
  get samples(): number {
    return this.#samples;
  }

  push(piece: Piece<P>): void {
    this.#pieces.push(piece);
    this.#samples += piece.samples;
  }

  clear(): void {
    this.#pieces = [];
    this.#samples = 0;
  }

  /** Takes `samples` from the front; there must be as many. */
  take(samples: number): readonly Piece<P>[] {
    const first = this.#pieces[0];
    if (first !== undefined && first.samples > samples) {
      this.#pieces[0] = cut(first, samples, first.samples - samples);
      this.#samples -= samples;
      return [cut(first, 0, samples)];
    }
    const taken: Piece<P>[] = [];
    let left = samples;
    while (left > 0) {
      const piece = this.#pieces[0];
      if (piece === undefined) break;
      if (piece.samples <= left) {
        taken.push(piece);
        this.#pieces.shift();
        left -= piece.samples;
      } else {
        taken.push(cut(piece, 0, left));
        this.#pieces[0] = cut(piece, left, piece.samples - left);
        left = 0;
      }
    }
    this.#samples -= samples - left;
    return taken;
  }

  /** Takes up to `samples` from the end. */
  takeLast(samples: number): readonly Piece<P>[] {
    const taken: Piece<P>[] = [];
    let left = samples;
    while (left > 0) {
      const piece = this.#pieces.pop();
      if (piece === undefined) break;
      if (piece.samples <= left) {
        taken.unshift(piece);
        left -= piece.samples;
      } else {
        this.#pieces.push(cut(piece, 0, piece.samples - left));
        taken.unshift(cut(piece, piece.samples - left, left));
        left = 0;
      }
    }
    this.#samples -= samples - left;
    return taken;
  }
}
