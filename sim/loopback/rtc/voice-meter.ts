// What a network did to a call over WebRTC, counted where packets leave and arrive: the caller's on the
// agent's side, the agent's at the caller's ear. Bytes are those of datagrams on the wire, as the simulated
// world counts them; what the native stack sends of its own accord (checks, reports, handshakes) is not in.
import { type Micros, ms } from '#agent/core/time.ts';
import { isRtcp } from '#agent/media/rtcp.ts';
import { parseRtp } from '#agent/media/rtp.ts';
import type { NetworkFact } from '../../kernel/fact.ts';
import type { PacketEar } from './packet-ear.ts';
import type { PeerTap } from './tapped-peers.ts';
import type { VoiceMemory } from './voice-memory.ts';

/** IP and UDP, and the tag of SRTP. */
const PACKET_BYTES = 28 + 10;
/** IP, UDP, DTLS and SCTP with one chunk of data. */
const TEXT_BYTES = 28 + 37 + 28;
/** One frame of the recorder, which leaves when its last sample has been spoken. */
const CAPTURE_US: Micros = ms(20);
/** On the 48 kHz clock of the jitter buffer. */
const FRAME_SAMPLES = 960;

export class VoiceMeter implements PeerTap {
  readonly #now: () => Micros;
  readonly #memory: VoiceMemory;
  readonly #traffic = { up: { bytes: 0, packets: 0 }, down: { bytes: 0, packets: 0 } };
  /** When frames of the caller's left, by their number. */
  readonly #leftUs = new Map<number, Micros>();
  readonly #up = { arrived: 0, delayUs: 0, lost: 0, bursts: 0, last: -1 };

  constructor(now: () => Micros, memory: VoiceMemory) {
    this.#now = now;
    this.#memory = memory;
  }

  /** A packet of the caller's, or a text, leaves. */
  callerSent(bytes: Uint8Array | string): void {
    if (typeof bytes === 'string') return this.#count('up', bytes.length + TEXT_BYTES);
    this.#count('up', bytes.length + PACKET_BYTES);
    const parsed = parseRtp(bytes);
    if (parsed.ok) this.#leftUs.set(parsed.packet.sequence, this.#now());
  }

  packetLeft(bytes: Uint8Array): void {
    this.#count('down', bytes.length + PACKET_BYTES);
    const parsed = isRtcp(bytes) ? undefined : parseRtp(bytes);
    if (parsed?.ok === true) this.#memory.leaves(this.#now(), parsed.packet);
  }

  textLeft(text: string): void {
    this.#count('down', text.length + TEXT_BYTES);
  }

  packetArrived(bytes: Uint8Array): void {
    const parsed = isRtcp(bytes) ? undefined : parseRtp(bytes);
    if (parsed?.ok !== true) return;
    const { sequence } = parsed.packet;
    const leftUs = this.#leftUs.get(sequence);
    if (leftUs === undefined) return;
    this.#leftUs.delete(sequence);
    const up = this.#up;
    up.arrived += 1;
    up.delayUs += this.#now() - leftUs;
    const missing = sequence - up.last - 1;
    if (up.last >= 0 && missing > 0 && missing < HALF) {
      up.lost += missing;
      up.bursts += 1;
    }
    up.last = sequence;
  }

  /** `ears`: those that the caller has heard with. */
  facts(t: Micros, ears: readonly PacketEar[]): readonly NetworkFact[] {
    const traffic = { t, who: 'network', what: 'traffic', resent: 0, stalls: 0 } as const;
    const voice = { t, who: 'network', what: 'voice', codec: 'opus-wb-vbr-13' } as const;
    const { arrived, delayUs, lost, bursts } = this.#up;
    const sum = (of: (ear: PacketEar) => number) => ears.reduce((total, ear) => total + of(ear), 0);
    const made = sum(({ statistics }) => statistics.totalSamplesReceived - statistics.idleSamples);
    const last = ears.at(-1);
    return [
      { ...traffic, direction: 'up', ...this.#traffic.up },
      { ...traffic, direction: 'down', ...this.#traffic.down },
      {
        ...voice,
        direction: 'up',
        expected: arrived + lost,
        lost,
        bursts,
        delayUs: (arrived === 0 ? 0 : Math.round(delayUs / arrived)) + CAPTURE_US,
        bufferUs: 0,
      },
      {
        ...voice,
        direction: 'down',
        expected: Math.round(made / FRAME_SAMPLES),
        lost: Math.round(sum(({ statistics }) => statistics.concealedSamples) / FRAME_SAMPLES),
        bursts: sum(({ statistics }) => statistics.concealmentEvents),
        delayUs: last?.delayUs ?? 0,
        bufferUs: last?.bufferUs ?? 0,
      },
    ];
  }

  #count(direction: 'up' | 'down', bytes: number): void {
    const traffic = this.#traffic[direction];
    traffic.bytes += bytes;
    traffic.packets += 1;
  }
}

/** Of the sequence numbers: a packet from behind came late, and is no gap. */
const HALF = 32_768;
