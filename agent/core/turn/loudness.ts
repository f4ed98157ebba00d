// How loud this caller usually is, learnt from the turns they were heard in. The median of the latest
// ones: one turn through a hand over the microphone does not change who is taken for the caller.

const TURNS_REMEMBERED = 9;

export class Loudness {
  readonly #levels: number[] = [];

  /** A turn of the caller's was so loud on average, dB. */
  heard(levelDb: number): void {
    this.#levels.push(levelDb);
    if (this.#levels.length > TURNS_REMEMBERED) this.#levels.shift();
  }

  /** `levelDb` against the usual; undefined before anything was heard. */
  relative(levelDb: number): number | undefined {
    const sorted = [...this.#levels].sort((one, other) => one - other);
    const usual = sorted[Math.floor(sorted.length / 2)];
    return usual === undefined ? undefined : levelDb - usual;
  }
}
