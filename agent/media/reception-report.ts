// How an RTP stream arrives, counted as RFC 3550 does (appendix A): packets expected and lost, jitter, and
// when the sender's last report came. The sender learns of it in our reports and adds what protects its
// voice.
import type { Micros } from '../core/time.ts';
import type { ReportBlock } from './rtcp.ts';
import type { RtpPacket } from './rtp.ts';
import { Unwrapper } from './unwrap.ts';

/** Ticks of the 48 kHz clock in a microsecond. */
const TICKS_PER_US = 0.048;
const FRACTIONS_PER_US = 65_536 / 1_000_000;

export class ReceptionReport {
  readonly #sequences = new Unwrapper(16);
  #first: number | undefined;
  #highest = 0;
  #received = 0;
  #jitter = 0;
  #transit: number | undefined;
  #before = { expected: 0, received: 0 };
  #last: { readonly ntpMiddle: number; readonly atUs: Micros } | undefined;

  received(now: Micros, packet: RtpPacket): void {
    const sequence = this.#sequences.unwrap(packet.sequence);
    this.#first ??= sequence;
    this.#highest = this.#received === 0 ? sequence : Math.max(this.#highest, sequence);
    this.#received += 1;
    const transit = now * TICKS_PER_US - packet.timestamp;
    const apart = Math.abs(transit - (this.#transit ?? transit));
    // A leap of the sender's clock, or its wrap-around, is no jitter.
    if (apart < 48_000) this.#jitter += (apart - this.#jitter) / 16;
    this.#transit = transit;
  }

  /** The other side reported on itself. */
  reported(now: Micros, ntpMiddle: number): void {
    this.#last = { ntpMiddle, atUs: now };
  }

  /** As of now; the share of the lost is that since the report before. */
  report(now: Micros, ssrc: number): ReportBlock {
    const expected = this.#highest - (this.#first ?? 0) + 1;
    const due = expected - this.#before.expected;
    const came = this.#received - this.#before.received;
    this.#before = { expected, received: this.#received };
    return {
      ssrc,
      lossShare: due > 0 ? Math.max(0, due - came) / due : 0,
      lostPackets: Math.max(0, expected - this.#received),
      highestSequence: Math.max(0, this.#highest) % 2 ** 32,
      jitter: this.#jitter,
      lastReport: this.#last?.ntpMiddle ?? 0,
      sinceLastReport: this.#last === undefined ? 0 : Math.floor((now - this.#last.atUs) * FRACTIONS_PER_US),
    };
  }
}
