// The largest of the samples of the last few rounds: a window that forgets by round, not by time.

export class MaxFilter {
  readonly #rounds: number;
  /** Samples that may still become the largest, largest and oldest first. */
  #kept: { readonly round: number; readonly value: number }[] = [];

  constructor(rounds: number) {
    this.#rounds = rounds;
  }

  /** 0 before the first sample. */
  get value(): number {
    return this.#kept[0]?.value ?? 0;
  }

  add(round: number, value: number): void {
    const kept = this.#kept.filter((each) => each.value > value);
    kept.push({ round, value });
    while ((kept[0]?.round ?? round) < round - this.#rounds) kept.shift();
    this.#kept = kept;
  }
}
