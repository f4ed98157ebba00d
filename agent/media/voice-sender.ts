// The agent's voice as an RTP stream (RFC 7587): a packet every 20 ms for as long as the call lasts, with
// silence where nobody speaks, so that the far end's clock never stops and the first word is not the first
// packet. The beat is absolute; speech may be some frames ahead of it, which saves the wait for the next beat
// and catches up after a stall, and a pause brings it back. Sans-IO: it is told the time.
import { isAudible } from '../core/playout/audible.ts';
import { type Micros, ms, seconds } from '../core/time.ts';
import { type ReportBlock, writeReport } from './rtcp.ts';
import { writeRtp } from './rtp.ts';

const FRAME_US: Micros = ms(20);
/** 20 ms of Opus's clock, which is 48 kHz whatever the samples are. */
const FRAME_TICKS = 960;
/**
 * Speech goes as it is paced by whoever speaks: one frame ahead is its phase, two more are a stall made
 * good.
 */
const AHEAD_US: Micros = 3 * FRAME_US;
/** Packets of silence that are still sent when their time has passed. */
const BEHIND_MAX = 3;
/** In mid-speech the next frame may be late by the timers of two programs before silence takes its place. */
const GRACE_US: Micros = ms(20);
/** Silence that is really encoded: the end of speech lies in it; then the last such packet is repeated. */
const TAIL_FRAMES = 5;
/** A second of speech that waits: nobody paces it any more. */
const WAITING_MAX = 50;
const REPORT_EVERY_US: Micros = seconds(2);

export type VoiceSenderOptions = {
  readonly payloadType: number;
  readonly ssrc: number;
  /** Names the sender in reports. */
  readonly name: string;
  /** Where the counters of the stream begin; by chance, as RFC 3550 asks. */
  readonly sequence: number;
  readonly timestamp: number;
  /** Bytes of 20 ms of PCM. */
  readonly frameBytes: number;
  /** One frame of PCM to one packet of Opus. */
  encode(pcm: Uint8Array): Uint8Array;
  /** How the other's voice arrives, for the report that is due. */
  report(now: Micros): ReportBlock | undefined;
  send(packet: Uint8Array): void;
};

export class VoiceSender {
  readonly #options: VoiceSenderOptions;
  readonly #silence: Uint8Array;
  readonly #originUs: Micros;
  readonly #waiting: Uint8Array[] = [];
  /** Which beat the next packet belongs to, and how many were sent. */
  #beat = 0;
  #packets = 0;
  #bytes = 0;
  #speaking = false;
  #tail = 0;
  #quiet: Uint8Array | undefined;
  #reportAtUs: Micros;

  /** The stream begins at `now`; call `wake` at once. */
  constructor(now: Micros, options: VoiceSenderOptions) {
    this.#options = options;
    this.#silence = new Uint8Array(options.frameBytes);
    this.#originUs = now;
    this.#reportAtUs = now + FRAME_US;
  }

  /**
   * 20 ms of speech. Its pauses are left out where it is ahead of its time, and what is too much
   * altogether.
   */
  push(now: Micros, pcm: Uint8Array): void {
    const { length } = this.#waiting;
    const isAhead = length > 0 || this.#beatUs - now > FRAME_US;
    if (length >= WAITING_MAX || (isAhead && !isAudible(pcm))) return;
    // What begins now does not begin in the past, however long nobody came to send silence.
    if (!this.#speaking && this.#waiting.length === 0) this.#catchUp(now);
    this.#waiting.push(pcm);
    this.wake(now);
  }

  deadline(): Micros {
    return this.#dueUs;
  }

  wake(now: Micros): void {
    while (now >= this.#dueUs) {
      const speech = this.#waiting.shift();
      if (speech === undefined) this.#pause(now);
      else this.#speak(speech);
    }
    if (now >= this.#reportAtUs) this.#report(now);
  }

  /** When the next packet goes: early where there is something to say. */
  get #dueUs(): Micros {
    if (this.#waiting.length > 0) return this.#beatUs - AHEAD_US;
    return this.#speaking ? this.#beatUs + GRACE_US : this.#beatUs;
  }

  get #beatUs(): Micros {
    return this.#originUs + this.#beat * FRAME_US;
  }

  #speak(pcm: Uint8Array): void {
    this.#send(this.#options.encode(pcm), !this.#speaking);
    this.#speaking = true;
    this.#tail = 0;
  }

  #pause(now: Micros): void {
    this.#speaking = false;
    this.#catchUp(now);
    if (this.#tail < TAIL_FRAMES || this.#quiet === undefined) {
      this.#quiet = this.#options.encode(this.#silence);
      this.#tail += 1;
    }
    this.#send(this.#quiet, false);
  }

  /** Beats of a pause that nobody came for are left out, unless they are few; time goes on. */
  #catchUp(now: Micros): void {
    const due = Math.floor((now - this.#originUs) / FRAME_US);
    if (due - this.#beat > BEHIND_MAX) this.#beat = due;
  }

  #send(payload: Uint8Array, marker: boolean): void {
    const { payloadType, ssrc, sequence, send } = this.#options;
    const counters = { sequence: sequence + this.#packets, timestamp: this.#timestamp };
    this.#beat += 1;
    this.#packets += 1;
    this.#bytes += payload.length;
    send(writeRtp({ payloadType, marker, ssrc, payload, ...counters }));
  }

  get #timestamp(): number {
    return (this.#options.timestamp + this.#beat * FRAME_TICKS) % 2 ** 32;
  }

  #report(now: Micros): void {
    const { ssrc, name, timestamp, report, send } = this.#options;
    this.#reportAtUs = now + REPORT_EVERY_US;
    const ntpSeconds = now / seconds(1);
    const ticks = Math.round(((now - this.#originUs) / FRAME_US) * FRAME_TICKS);
    const rtpTimestamp = (timestamp + ticks) % 2 ** 32;
    const counters = { packets: this.#packets, bytes: this.#bytes };
    send(writeReport({ ssrc, ntpSeconds, rtpTimestamp, ...counters }, report(now), name));
  }
}
