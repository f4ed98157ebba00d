// A histogram that forgets: each addition makes all earlier ones count a little less. It starts with a
// guess that small values are likely, and forgets that guess quickest.

const SCALE_MIN = 1e-60;

export class Histogram {
  /** Shares divided by `#scale`: forgetting all of them is one multiplication. */
  readonly #shares: Float64Array;
  #scale = 1;
  readonly #forgetFinal: number;
  readonly #startWeight: number;
  #forget = 0;
  #additions = 0;

  /** `forget` in 0…1; `startWeight` > 0 ramps it up as `1 - startWeight / (additions + 1)`. */
  constructor(buckets: number, forget: number, startWeight: number) {
    this.#shares = new Float64Array(buckets);
    this.#forgetFinal = forget;
    this.#startWeight = startWeight;
    this.reset();
  }

  reset(): void {
    this.#forget = 0;
    this.#additions = 0;
    this.#scale = 1;
    for (let index = 0; index < this.#shares.length; index += 1) this.#shares[index] = 0.5 ** (index + 1);
  }

  get buckets(): number {
    return this.#shares.length;
  }

  share(bucket: number): number {
    return (this.#shares[bucket] ?? 0) * this.#scale;
  }

  /** Counts one value in `bucket`; those beyond the last are ignored, as they cannot be served. */
  add(bucket: number): void {
    if (bucket >= this.#shares.length) return;
    const forget = this.#forget;
    this.#scale *= forget;
    if (this.#scale < SCALE_MIN) this.#rescale();
    this.#shares[bucket] = (this.#shares[bucket] as number) + (1 - forget) / this.#scale;
    this.#additions += 1;
    if (this.#startWeight > 0) {
      const ramp = 1 - this.#startWeight / (this.#additions + 1);
      this.#forget = Math.max(0, Math.min(this.#forgetFinal, ramp));
    } else {
      this.#forget += (this.#forgetFinal - this.#forget) / 4;
    }
  }

  #rescale(): void {
    for (let index = 0; index < this.#shares.length; index += 1) {
      this.#shares[index] = (this.#shares[index] as number) * this.#scale;
    }
    this.#scale = 1;
  }

  /** First bucket up to which `probability` of the values lie. */
  quantile(probability: number): number {
    let above = 1 - this.share(0);
    let bucket = 0;
    while (above > 1 - probability && bucket < this.#shares.length - 1) {
      bucket += 1;
      above -= this.share(bucket);
    }
    return bucket;
  }
}
