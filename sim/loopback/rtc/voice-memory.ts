// What the agent's voice was before Opus changed it, by the packet that carries it, and when each packet
// left. Words are known by their exact samples, which no codec leaves as they were: whoever has received a
// packet may ask here what went into it, of packets that really arrived and of no others.
import type { Micros } from '#agent/core/time.ts';
import { type VoiceEncoder, voiceEncoder } from '#agent/io/webrtc/voice-line.ts';
import type { RtpPacket } from '#agent/media/rtp.ts';

/** A minute of 20 ms; what was sent is heard within seconds. */
const PACKETS_MAX = 3_000;

export type SentPacket = {
  readonly leftUs: Micros;
  /** Undefined where nothing of ours went into it. */
  readonly pcm: Uint8Array | undefined;
};

export class VoiceMemory {
  readonly #coded = new Map<string, Uint8Array>();
  readonly #packets = new Map<number, SentPacket>();

  /** The agent's usual encoder, remembering. */
  readonly encoder = (): VoiceEncoder => {
    const encoder = voiceEncoder();
    return {
      encode: (pcm) => {
        const packet = encoder.encode(pcm);
        remember(this.#coded, keyOf(packet), pcm.slice());
        return packet;
      },
      expectLoss: (share) => encoder.expectLoss(share),
      free: () => encoder.free(),
    };
  };

  /** A packet of the agent's voice leaves. */
  leaves(now: Micros, { ssrc, sequence, payload }: RtpPacket): void {
    const pcm = this.#coded.get(keyOf(payload));
    remember(this.#packets, numberOf(ssrc, sequence), { leftUs: now, pcm });
  }

  /** The packet with this number, `before` so many of the same voice. */
  packet({ ssrc, sequence }: RtpPacket, before = 0): SentPacket | undefined {
    return this.#packets.get(numberOf(ssrc, sequence - before));
  }
}

/** The latest of equal keys counts; the oldest is forgotten. */
function remember<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > PACKETS_MAX && oldest !== undefined) map.delete(oldest);
}

const numberOf = (ssrc: number, sequence: number): number => ssrc * 65_536 + (sequence & 0xffff);

const keyOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
