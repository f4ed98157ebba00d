// The agent's voice as packets: one every 20 ms whatever happens, speech as soon as it is there, and a clock
// that neither runs away nor falls behind.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Micros, ms, seconds } from '../core/time.ts';
import { isRtcp } from './rtcp.ts';
import { parseRtp, type RtpPacket } from './rtp.ts';
import { VoiceSender } from './voice-sender.ts';

type Sent = RtpPacket & { readonly at: Micros };

/** A sender whose packets say what was encoded: 0 for silence, else the mark of the frame. */
function studio() {
  const sent: Sent[] = [];
  const reports: Micros[] = [];
  let now = 0;
  let encoded = 0;
  const sender = new VoiceSender(0, {
    payloadType: 111,
    ssrc: 7,
    name: 'parley',
    sequence: 65_530,
    timestamp: 2 ** 32 - 1_000,
    frameBytes: 4,
    encode: (pcm) => {
      encoded += 1;
      return pcm.slice(0, 2);
    },
    report: () => undefined,
    send: (bytes) => {
      if (isRtcp(bytes)) return void reports.push(now);
      const parsed = parseRtp(bytes);
      if (parsed.ok) sent.push({ ...parsed.packet, at: now });
    },
  });
  /** Time goes on to `until`, with a wake whenever one is wanted. */
  const pass = (until: Micros): void => {
    for (; sender.deadline() <= until; sender.wake(now)) now = Math.max(now, sender.deadline());
    now = until;
  };
  /** A frame of the pauses that are in speech. */
  const hush = (): void => sender.push(now, Uint8Array.of(1, 0, 1, 0));
  /** A frame of speech with a mark, loud enough to be heard. */
  const speak = (mark: number): void => sender.push(now, Uint8Array.of(mark, 1, mark, 1));
  return {
    sent,
    reports,
    pass,
    speak,
    hush,
    jump: (to: Micros) => (now = to),
    wake: () => sender.wake(now),
    encodings: () => encoded,
  };
}

/** To which 20 ms a packet belongs. */
const beatOf = ({ timestamp }: RtpPacket): number => ((timestamp + 1_000) % 2 ** 32) / 960;

const speech = (sent: readonly Sent[]): readonly Sent[] => sent.filter(({ payload }) => payload[0] !== 0);

describe('a pause', () => {
  test('is a packet every 20 ms, whose counters go on over their ends', () => {
    const { sent, pass } = studio();
    pass(ms(200));
    expect(sent.map(({ at }) => at)).toEqual(Array.from({ length: 11 }, (_, beat) => ms(20 * beat)));
    expect(sent.map(({ sequence }) => sequence).slice(4, 8)).toEqual([65_534, 65_535, 0, 1]);
    expect(sent.map(({ timestamp }) => timestamp).slice(0, 3)).toEqual([2 ** 32 - 1_000, 2 ** 32 - 40, 920]);
  });

  test('is encoded for a moment only: then the same silence is sent again', () => {
    const { sent, pass, encodings } = studio();
    pass(seconds(1));
    expect([sent.length, encodings()]).toEqual([51, 5]);
  });

  test('that nobody came for leaves its packets out, and time goes on', () => {
    const { sent, pass, jump, wake } = studio();
    pass(ms(100));
    jump(ms(500));
    wake();
    expect(sent).toHaveLength(7);
    expect(((sent[6]?.timestamp ?? 0) - (sent[5]?.timestamp ?? 0)) / 960).toBe(20);
    expect(sent.slice(5).map(({ sequence }) => sequence)).toEqual([65_535, 0]);
  });
});

describe('speech', () => {
  test('goes at once, with a mark where it begins', () => {
    const { sent, pass, speak } = studio();
    pass(ms(107));
    speak(9);
    expect(speech(sent)).toMatchObject([{ at: ms(107), marker: true }]);
    pass(ms(127));
    speak(10);
    expect(speech(sent)[1]).toMatchObject({ at: ms(127), marker: false });
  });

  test('that is a little late is waited for; no silence comes between', () => {
    const { sent, pass, speak } = studio();
    for (let frame = 0; frame < 10; frame += 1) {
      // The 5th comes 15 ms late.
      pass(ms(100 + 20 * frame + (frame === 5 ? 15 : 0)));
      speak(frame + 1);
    }
    const voiced = sent.slice(sent.findIndex(({ payload }) => payload[0] === 1));
    expect(voiced.map(({ payload }) => payload[0])).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test('of a minute leaves the clock where it was: the pause after it is on the beat again', () => {
    const { sent, pass, speak } = studio();
    for (let frame = 0; frame < 3_000; frame += 1) {
      pass(ms(113 + 20 * frame));
      speak((frame % 200) + 1);
    }
    pass(ms(113 + 60_000 + 200));
    const last = sent.at(-1);
    const beats = sent.length - 1;
    expect(last?.at).toBe(ms(20 * beats));
    expect(speech(sent)).toHaveLength(3_000);
  });

  test('that comes all at once is sent at its pace, without the pauses in it', () => {
    const { sent, pass, speak } = studio();
    pass(ms(100));
    for (const mark of [1, 2, 3, 4, 5, 6]) speak(mark);
    const early = speech(sent).length;
    expect(early).toBeLessThan(6);
    pass(ms(300));
    expect(speech(sent).map(({ payload }) => payload[0])).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('that ran ahead after a stall comes back to its time in its own pauses', () => {
    const { sent, pass, speak, hush } = studio();
    pass(ms(100));
    for (const mark of [1, 2, 3, 4]) speak(mark);
    for (let frame = 1; frame <= 20; frame += 1) {
      pass(ms(100 + 20 * frame));
      if (frame < 10) hush();
      else speak(9);
    }
    const [at = 0] = speech(sent)
      .slice(-1)
      .map((packet) => packet.at - ms(20) * beatOf(packet));
    expect(at).toBeGreaterThanOrEqual(-ms(20));
  });

  test('has its packets and times in one order, whatever its pace', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(120), { maxLength: 60 }), (gaps) => {
        const { sent, pass, speak } = studio();
        let at = 0;
        for (const gap of gaps) {
          at += ms(gap);
          pass(at);
          speak(1);
        }
        pass(at + ms(200));
        for (const [index, packet] of sent.entries()) {
          const next = sent[index + 1];
          if (next === undefined) break;
          expect((next.sequence - packet.sequence + 65_536) % 65_536).toBe(1);
          const ticks = (next.timestamp - packet.timestamp + 2 ** 32) % 2 ** 32;
          expect(ticks % 960).toBe(0);
          expect(ticks).toBeGreaterThan(0);
          // Never more than three frames ahead of its time, and behind by no more than the wait for speech.
          const beat = (((packet.timestamp + 1_000) % 2 ** 32) / 960) * ms(20);
          expect(packet.at - beat).toBeGreaterThanOrEqual(-ms(60));
          expect(packet.at - beat).toBeLessThanOrEqual(ms(20));
        }
      }),
    );
  });
});

test('the sender reports on itself at once and every two seconds', () => {
  const { reports, pass } = studio();
  pass(seconds(5));
  expect(reports).toEqual([ms(20), ms(2_020), ms(4_020)]);
});
