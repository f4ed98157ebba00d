// What a receiver reports about loss (RTCP, RFC 3550 section 6.4): of the packets expected since the
// last report, the share that did not come, in 256ths.

export class LossReport {
  #highest = -1;
  #received = 0;
  #expectedBefore = 0;
  #receivedBefore = 0;
  #first = -1;

  /** A packet came; `sequence` unwrapped. */
  received(sequence: number): void {
    if (this.#first < 0) this.#first = sequence;
    this.#highest = Math.max(this.#highest, sequence);
    this.#received += 1;
  }

  /** The share for this report, and the start of the next. */
  take(): number {
    const expected = this.#first < 0 ? 0 : this.#highest - this.#first + 1;
    const due = expected - this.#expectedBefore;
    const came = this.#received - this.#receivedBefore;
    this.#expectedBefore = expected;
    this.#receivedBefore = this.#received;
    if (due <= 0 || came >= due) return 0;
    return Math.floor(((due - came) * 256) / due) / 256;
  }
}
