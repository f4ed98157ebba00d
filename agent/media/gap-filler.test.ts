// Frames for an ear that is a machine: in order, at once, and every moment accounted for exactly.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Filled, GapFiller } from './gap-filler.ts';
import type { MediaPacket } from './jitter-buffer/packet-store.ts';

const FRAME = 960;
const WAIT_US = 25_000;

type Packet = MediaPacket<string>;

const frame = (number: number, level: 0 | 1 | 2 = 0): Packet => ({
  time: number * FRAME,
  samples: FRAME,
  payload: level === 0 ? `${number}` : `${number}'${level}`,
  kind: 'speech',
  level,
});

/** What came out, as `ms payload`, `ms -` for a gap. */
function listen() {
  const log: string[] = [];
  const filler = new GapFiller<string>(WAIT_US, (now, filled) =>
    log.push(`${now / 1_000} ${filled.kind === 'frame' ? filled.payload : `-${filled.samples}`}`),
  );
  const receive = (ms: number, number: number, copies: readonly Packet[] = []) =>
    filler.receive(ms * 1_000, frame(number), copies);
  const wake = (ms: number) => filler.wake(ms * 1_000);
  return { filler, log, receive, wake };
}

describe('frames', () => {
  test('in order come out when they come in, whatever their number', () => {
    const { log, receive, filler } = listen();
    receive(0, 7);
    receive(20, 8);
    receive(41, 9);
    expect(log).toEqual(['0 7', '20 8', '41 9']);
    expect(filler.deadline()).toBeUndefined();
  });

  test('out of order wait for the one before them', () => {
    const { log, receive, filler } = listen();
    receive(0, 0);
    receive(40, 2);
    expect(filler.deadline()).toBe(40_000 + WAIT_US);
    receive(45, 1);
    expect(log).toEqual(['0 0', '45 1', '45 2']);
    expect(filler.deadline()).toBeUndefined();
    expect(filler.statistics).toMatchObject({ frames: 3, gaps: 0, late: 0 });
  });

  test('that come twice come out once', () => {
    const { log, receive, filler } = listen();
    receive(0, 0);
    receive(1, 0);
    receive(20, 1);
    expect(log).toEqual(['0 0', '20 1']);
    expect(filler.statistics.late).toBe(1);
  });
});

describe('a missing frame', () => {
  test('is waited for exactly so long, and then a gap of its length', () => {
    const { log, receive, wake, filler } = listen();
    receive(0, 0);
    receive(60, 3);
    wake(84.999);
    expect(log).toEqual(['0 0']);
    wake(85);
    expect(log).toEqual(['0 0', '85 -960', '85 -960', '85 3']);
    expect(filler.statistics).toMatchObject({ frames: 2, gaps: 2, gapBursts: 1 });
  });

  test('is not missed before a later one has come: silence of the network says nothing', () => {
    const { log, receive, wake, filler } = listen();
    receive(0, 0);
    expect(filler.deadline()).toBeUndefined();
    wake(10_000);
    expect(log).toEqual(['0 0']);
  });

  test('that comes after all is late, counted and left out', () => {
    const { log, receive, wake, filler } = listen();
    receive(0, 0);
    receive(40, 2);
    wake(65);
    receive(66, 1);
    receive(67, 3);
    expect(log).toEqual(['0 0', '65 -960', '65 2', '67 3']);
    expect(filler.statistics).toMatchObject({ late: 1, gaps: 1 });
  });

  test('restored by a copy in the next packet is no gap', () => {
    const { log, receive, filler } = listen();
    receive(0, 0);
    receive(40, 2, [frame(1, 2)]);
    expect(log).toEqual(['0 0', "40 1'2", '40 2']);
    expect(filler.statistics).toMatchObject({ restored: 1, gaps: 0 });
  });

  test('is restored by the best of its copies', () => {
    const { log, receive } = listen();
    receive(0, 0);
    receive(60, 3, [frame(2, 2), frame(1, 1), frame(2, 1)]);
    expect(log).toEqual(['0 0', "60 1'1", "60 2'1", '60 3']);
  });

  test('one after another are bursts of their own only with sound between them', () => {
    const { receive, wake, filler } = listen();
    receive(0, 0);
    receive(40, 2);
    wake(65);
    receive(80, 4);
    wake(105);
    expect(filler.statistics).toMatchObject({ gaps: 2, gapBursts: 2 });
  });
});

test('where the beginning of the stream is known, what is missing there is missing', () => {
  const log: string[] = [];
  const out = (_now: number, { kind, samples }: Filled<string>) => log.push(`${kind} ${samples}`);
  const filler = new GapFiller<string>(WAIT_US, out, 0);
  filler.receive(0, frame(2), [frame(1, 1)]);
  expect(log).toEqual([]);
  filler.wake(WAIT_US);
  expect(log).toEqual(['gap 960', 'frame 960', 'frame 960']);
  expect(filler.statistics).toMatchObject({ gaps: 1, restored: 1, late: 0 });
});

describe('whatever arrives', () => {
  test('time goes on exactly: what came out is as long as what was sent', () => {
    const sent = fc.record({
      lost: fc.boolean(),
      delayMs: fc.integer({ min: 0, max: 80 }),
      copies: fc.integer({ min: 0, max: 2 }),
    });
    fc.assert(
      fc.property(fc.array(sent, { minLength: 1, maxLength: 60 }), (frames) => {
        // The first and the last arrive, so that the stream has a beginning and an end.
        const arriving = frames.flatMap(({ lost, delayMs, copies }, number) => {
          if (lost && number > 0 && number < frames.length - 1) return [];
          const atMs = number === 0 ? 0 : number * 20 + delayMs;
          const redundant = [2, 1].filter((back) => back <= copies && number >= back);
          return [{ atMs, number, copies: redundant.map((back) => frame(number - back, 1)) }];
        });
        const out: Filled<string>[] = [];
        const filler = new GapFiller<string>(WAIT_US, (_now, filled) => out.push(filled));
        const wakeUntil = (ms: number) => {
          for (let at = filler.deadline(); at !== undefined && at <= ms * 1_000; at = filler.deadline())
            filler.wake(at);
        };
        for (const { atMs, number, copies } of arriving.toSorted((one, other) => one.atMs - other.atMs)) {
          wakeUntil(atMs);
          filler.receive(atMs * 1_000, frame(number), copies);
        }
        wakeUntil(1e9);
        expect(out.reduce((sum, { samples }) => sum + samples, 0)).toBe(frames.length * FRAME);
        const numbers = out.flatMap((filled) =>
          filled.kind === 'frame' ? [Number.parseInt(filled.payload, 10)] : [],
        );
        expect(numbers).toEqual([...new Set(numbers)].toSorted((one, other) => one - other));
        const { frames: played, gaps } = filler.statistics;
        expect(played + gaps).toBe(frames.length);
      }),
    );
  });

  test('it never throws, never emits without end and forgets what cannot be placed', () => {
    const packet = fc.record({
      time: fc.oneof(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: -(2 ** 40), max: 2 ** 40 })),
      samples: fc.integer({ min: -10, max: 6_000 }),
      level: fc.constantFrom(0 as const, 1 as const, 2 as const),
    });
    const arrival = fc.record({
      main: packet,
      copies: fc.array(packet, { maxLength: 3 }),
      us: fc.nat(60_000),
    });
    fc.assert(
      fc.property(fc.array(arrival, { maxLength: 150 }), (arrivals) => {
        let emitted = 0;
        let now = 0;
        const filler = new GapFiller<string>(WAIT_US, () => {
          emitted += 1;
        });
        const media = (one: { time: number; samples: number; level: 0 | 1 | 2 }): Packet => ({
          ...one,
          payload: '',
          kind: 'speech',
        });
        for (const { main, copies, us } of arrivals) {
          now += us;
          filler.wake(now);
          filler.receive(now, media(main), copies.map(media));
        }
        for (let left = 8 * arrivals.length; filler.deadline() !== undefined && left > 0; left -= 1) {
          filler.wake(filler.deadline() ?? 0);
        }
        expect(filler.deadline(), 'nothing waits for ever').toBeUndefined();
        // Ten seconds in steps of 2.5 ms for each packet, at the very most.
        expect(emitted).toBeLessThanOrEqual(4_001 * 4 * arrivals.length);
      }),
      { numRuns: 60 },
    );
  });

  test('a leap of the clock is a new beginning and no hour of gaps', () => {
    const { log, receive, wake, filler } = listen();
    receive(0, 0);
    receive(20, 200_000);
    wake(45);
    expect(log).toEqual(['0 0', '45 200000']);
    expect(filler.statistics.gaps).toBe(0);
  });
});
