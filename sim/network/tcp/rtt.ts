// Round-trip time and the retransmission timeout, as Linux estimates them: Jacobson's with a variance
// that rises at once and decays once a round trip, that a falling RTT moves only slowly, and that is
// never below 200 ms. Also the least RTT of the last five minutes, which RACK measures patience by.
import type { Micros } from '#agent/core/time.ts';
import { wholeJiffies } from './jiffy.ts';

export const RTO_MIN_US = 200_000;
export const RTO_FIRST_US = 1_000_000;
export const RTO_MAX_US = 120_000_000;
const MIN_RTT_WINDOW_US = 300_000_000;

export class RoundTrip {
  /** Smoothed RTT; 0 before the first sample. */
  srttUs: Micros = 0;
  rtoUs: Micros = RTO_FIRST_US;
  minUs: Micros = Number.POSITIVE_INFINITY;
  #minAt: Micros = 0;
  /** Eight times the smoothed RTT, so that integers keep the fraction. */
  #srtt8 = 0;
  /** Four times the mean deviation. */
  #mdev4 = 0;
  #mdevMax = 0;
  #variance = 0;
  /** The decay waits until this sequence is acknowledged: one round trip. */
  #roundSeq = 0;

  /** A sample; `una` and `nxt` are the sender's left and right edges. Ends a back-off. */
  sample(rttUs: Micros, una: number, nxt: number): void {
    if (this.#srtt8 === 0) {
      this.#srtt8 = Math.max(8, rttUs * 8);
      this.#mdev4 = rttUs * 2;
      this.#variance = Math.max(this.#mdev4, RTO_MIN_US);
      this.#mdevMax = this.#variance;
      this.#roundSeq = nxt;
    } else {
      this.#update(rttUs);
      if (una > this.#roundSeq) this.#endRound(nxt);
    }
    this.srttUs = Math.floor(this.#srtt8 / 8);
    this.rtoUs = Math.min(wholeJiffies(this.srttUs + this.#variance), RTO_MAX_US);
  }

  sampleMin(rttUs: Micros, now: Micros): void {
    if (rttUs > this.minUs && now - this.#minAt < MIN_RTT_WINDOW_US) return;
    this.minUs = rttUs;
    this.#minAt = now;
  }

  /** Doubles the timeout until the next sample. */
  backOff(): void {
    this.rtoUs = Math.min(this.rtoUs * 2, RTO_MAX_US);
  }

  #update(rttUs: Micros): void {
    const error = rttUs - Math.floor(this.#srtt8 / 8);
    this.#srtt8 += error;
    let step = Math.abs(error) - (this.#mdev4 >> 2);
    // A falling RTT must not inflate the timeout: its deviation counts for an eighth.
    if (error < 0 && step > 0) step >>= 3;
    this.#mdev4 += step;
    if (this.#mdev4 <= this.#mdevMax) return;
    this.#mdevMax = this.#mdev4;
    this.#variance = Math.max(this.#variance, this.#mdevMax);
  }

  #endRound(nxt: number): void {
    if (this.#mdevMax < this.#variance) this.#variance -= (this.#variance - this.#mdevMax) >> 2;
    this.#roundSeq = nxt;
    this.#mdevMax = RTO_MIN_US;
  }
}
