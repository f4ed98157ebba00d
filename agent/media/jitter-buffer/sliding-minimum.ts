// The smallest value of a sliding window, without looking at all of it: a queue keeps only values that
// may still become the smallest. Keys rise, or nearly: one that comes late is kept a little too long.

const SLACK = 64;

export class SlidingMinimum {
  #keys: number[] = [];
  #values: number[] = [];
  #first = 0;

  clear(): void {
    this.#keys = [];
    this.#values = [];
    this.#first = 0;
  }

  /** Adds a value and forgets those whose key is below `oldest`, except the newest. */
  add(key: number, value: number, oldest: number): void {
    while (this.#values.length > this.#first && (this.#values[this.#values.length - 1] as number) >= value) {
      this.#values.pop();
      this.#keys.pop();
    }
    this.#keys.push(key);
    this.#values.push(value);
    while (this.#first < this.#keys.length - 1 && (this.#keys[this.#first] as number) < oldest)
      this.#first += 1;
    if (this.#first <= SLACK) return;
    this.#keys = this.#keys.slice(this.#first);
    this.#values = this.#values.slice(this.#first);
    this.#first = 0;
  }

  /** Undefined while nothing was added. */
  get value(): number | undefined {
    return this.#values[this.#first];
  }
}
