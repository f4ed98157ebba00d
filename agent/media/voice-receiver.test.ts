// The caller's packets on their way to a recogniser: in order, gaps filled, strangers passed over.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Micros, ms } from '../core/time.ts';
import { writeRtp } from './rtp.ts';
import { VoiceReceiver } from './voice-receiver.ts';

/** TOC of 20 ms of wideband SILK, and a mark that says which frame it is. */
const TOC = 0x48;
const PCM_BYTES = 640;

function desk() {
  const heard: { readonly at: Micros; readonly mark: number; readonly bytes: number }[] = [];
  const receiver = new VoiceReceiver({
    payloadType: 111,
    rate: 16_000,
    decode: (packet) => {
      const mark = packet[2] ?? 0;
      return mark === 255 ? undefined : new Uint8Array(PCM_BYTES).fill(mark);
    },
    restore: (packet, samples) => new Uint8Array(2 * samples).fill(100 + (packet[2] ?? 0)),
    hear: (at, pcm) => heard.push({ at, mark: pcm[0] ?? 0, bytes: pcm.length }),
  });
  const packet = (frame: number, more = {}): Uint8Array =>
    writeRtp({
      payloadType: 111,
      marker: false,
      sequence: 65_534 + frame,
      timestamp: (2 ** 32 - 2_000 + 960 * frame) % 2 ** 32,
      ssrc: 5,
      payload: Uint8Array.of(TOC, 0, frame + 1),
      ...more,
    });
  const arrives = (at: Micros, frame: number, more = {}) => receiver.receive(at, packet(frame, more));
  return { receiver, heard, arrives, packet };
}

const marks = (heard: readonly { readonly mark: number }[]): number[] => heard.map(({ mark }) => mark);

describe('packets', () => {
  test('are heard at once, in order, over the ends of their counters', () => {
    const { heard, arrives } = desk();
    for (const frame of [0, 1, 2, 3, 4, 5]) arrives(ms(20 * frame), frame);
    expect(marks(heard)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(heard.map(({ at }) => at)).toEqual([0, 20, 40, 60, 80, 100].map(ms));
  });

  test('that overtook one another are put in order', () => {
    const { heard, arrives } = desk();
    for (const [at, frame] of [
      [0, 0],
      [20, 2],
      [30, 1],
      [60, 3],
    ] as const)
      arrives(ms(at), frame);
    expect(marks(heard)).toEqual([1, 2, 3, 4]);
  });

  test('that never come are a sound of their length, 25 ms after the next one came', () => {
    const { receiver, heard, arrives } = desk();
    arrives(0, 0);
    arrives(ms(40), 2);
    expect(receiver.deadline()).toBe(ms(65));
    receiver.wake(ms(65));
    expect(heard).toHaveLength(3);
    expect(heard.map(({ bytes }) => bytes)).toEqual([PCM_BYTES, PCM_BYTES, PCM_BYTES]);
    expect(heard[2]?.mark).toBe(3);
  });

  test('that never come are restored from the copy that the next one carries, at once', () => {
    const { receiver, heard, arrives } = desk();
    arrives(0, 0);
    // 0x40: the bit of the copy.
    arrives(ms(40), 2, { payload: Uint8Array.of(TOC, 0x40, 3) });
    expect(marks(heard)).toEqual([1, 103, 3]);
    expect(heard.map(({ at, bytes }) => [at, bytes])).toEqual([
      [0, PCM_BYTES],
      [ms(40), PCM_BYTES],
      [ms(40), PCM_BYTES],
    ]);
    expect(receiver.deadline()).toBeUndefined();
    arrives(ms(41), 1);
    expect(heard).toHaveLength(3);
  });

  test('of a microphone that was muted for five seconds bring one second of filling, no more', () => {
    const { receiver, heard, arrives } = desk();
    arrives(0, 0);
    arrives(ms(5_020), 251);
    receiver.wake(ms(5_100));
    const filled = heard.length - 2;
    expect([filled, heard.at(-1)?.mark]).toEqual([50, 252]);
  });

  test('that decode to nothing are filled like lost ones', () => {
    const { heard, arrives } = desk();
    arrives(0, 0);
    arrives(ms(20), 1, { payload: Uint8Array.of(TOC, 0, 255) });
    expect(heard.map(({ bytes }) => bytes)).toEqual([PCM_BYTES, PCM_BYTES]);
  });

  test('of another source begin the stream anew', () => {
    const { heard, arrives } = desk();
    arrives(0, 0);
    arrives(ms(20), 1_000, { ssrc: 6, timestamp: 12 });
    arrives(ms(40), 1_001, { ssrc: 6, timestamp: 972 });
    expect(marks(heard)).toHaveLength(3);
  });

  test('of another type, without sound, or that are none are passed over', () => {
    const { receiver, heard, arrives } = desk();
    arrives(0, 0, { payloadType: 63 });
    arrives(0, 0, { payload: new Uint8Array(0) });
    receiver.receive(0, Uint8Array.of(0x80));
    expect(heard).toEqual([]);
  });

  test('of any bytes never throw, and bring no more sound than they say', () => {
    const { receiver, packet } = desk();
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc
        .tuple(fc.nat(70_000), fc.uint8Array({ maxLength: 40 }))
        .map(([frame, payload]) => packet(frame, { payload })),
    );
    fc.assert(
      fc.property(fc.array(bytes, { maxLength: 30 }), (packets) => {
        for (const [index, one] of packets.entries()) {
          receiver.receive(ms(index), one);
          receiver.wake(ms(index));
        }
      }),
    );
  });
});

describe('the report', () => {
  test('counts what was lost since the last one, and in all', () => {
    const { receiver, arrives } = desk();
    expect(receiver.report(0)).toBeUndefined();
    for (const frame of [0, 1, 3, 4, 6, 7]) arrives(ms(20 * frame), frame);
    expect(receiver.report(ms(200))).toMatchObject({ ssrc: 5, lossShare: 0.25, lostPackets: 2 });
    for (const frame of [8, 9]) arrives(ms(20 * frame), frame);
    expect(receiver.report(ms(400))).toMatchObject({ lossShare: 0, lostPackets: 2 });
  });

  test('says how long ago the sender reported', () => {
    const { receiver, arrives } = desk();
    arrives(0, 0);
    receiver.reported(ms(100), 0xabcd0123);
    expect(receiver.report(ms(600))).toMatchObject({ lastReport: 0xabcd0123, sinceLastReport: 32_768 });
  });
});
