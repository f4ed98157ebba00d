// The caller's voice at the agent: in order, every 20 ms accounted for, whatever the packets met.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Micros, ms, seconds } from '#agent/core/time.ts';
import { Kernel } from '#sim/kernel/kernel.ts';
import { ImpairedLink } from '../impaired-link.ts';
import type { Direction } from '../impairment.ts';
import type { Link } from '../link.ts';
import { RTC_DEFAULT, type RtcSettings } from './option.ts';
import { OrderedStream } from './ordered-stream.ts';

const fixed: Link = { transmit: (now) => now + ms(20) };

type Heard = { readonly atMs: number; readonly number: number | undefined };

/** Frames numbered from 0, one each 20 ms; what the agent was given, undefined for a gap. */
async function call(
  link: Link,
  frames: number,
  settings: Partial<RtcSettings> = {},
  back: Link = fixed,
): Promise<{ readonly heard: readonly Heard[]; readonly stream: OrderedStream; readonly events: number }> {
  const kernel = new Kernel();
  const heard: Heard[] = [];
  const numbers = new Map<Uint8Array, number>();
  const stream = new OrderedStream({
    clock: kernel,
    settings: { ...RTC_DEFAULT, ...settings },
    link,
    back,
    seed: 1,
    name: 'up',
    deliver: (pcm) =>
      heard.push({
        atMs: kernel.now() / 1_000,
        number: pcm === undefined ? undefined : (numbers.get(pcm) ?? -1),
      }),
  });
  let sent = 0;
  const speak = () => {
    const pcm = new Uint8Array(640);
    numbers.set(pcm, sent);
    stream.sendFrame(pcm, true);
    sent += 1;
    if (sent < frames) kernel.after(ms(20), speak, undefined);
  };
  kernel.after(0, speak, undefined);
  await kernel.run({ untilUs: seconds(frames / 50 + 5), stopWhen: () => false });
  return { heard, stream, events: kernel.events };
}

/** Loses the packets of these numbers; delays the others by `delayMs(number)`. */
const scripted = (lost: readonly number[], delayMs: (packet: number) => number = () => 20): Link => {
  let packet = 0;
  return {
    transmit(now: Micros) {
      const number = packet++;
      return lost.includes(number) ? undefined : now + ms(delayMs(number));
    },
  };
};

const impaired = (direction: Omit<Direction, 'delayMs'>, seed = 3): Link =>
  new ImpairedLink({ delayMs: 20, ...direction }, { seed, name: 'up' });

describe('frames', () => {
  test('are handed over when they arrive, the very objects', async () => {
    const { heard } = await call(fixed, 50);
    expect(heard).toEqual(Array.from({ length: 50 }, (_, number) => ({ atMs: 20 * number + 20, number })));
  });

  test('that overtake each other come out in order', async () => {
    const { heard } = await call(
      scripted([], (packet) => (packet === 3 ? 50 : 20)),
      8,
    );
    expect(heard.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(heard[4]?.atMs, 'the fourth waited for the third').toBe(110);
  });

  test('that are lost are given up 25 ms after the next one came, as gaps of their number', async () => {
    const { heard, stream } = await call(scripted([3, 4]), 8, { fec: false });
    expect(heard.map(({ number }) => number)).toEqual([0, 1, 2, undefined, undefined, 5, 6, 7]);
    expect(heard[3]?.atMs).toBe(5 * 20 + 20 + 25);
    expect(stream.statistics).toMatchObject({ frames: 6, gaps: 2, gapBursts: 1 });
  });

  test('that come too late are counted, not heard', async () => {
    const { heard, stream } = await call(
      scripted([], (packet) => (packet === 3 ? 90 : 20)),
      8,
    );
    expect(heard.map(({ number }) => number)).toEqual([0, 1, 2, undefined, 4, 5, 6, 7]);
    expect(stream.statistics.late).toBe(1);
  });
});

describe('protection', () => {
  test('a redundant copy restores a lost frame without a gap', async () => {
    const { heard, stream } = await call(scripted([3]), 8, { fec: false, red: 1 });
    expect(heard.map(({ number }) => number)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(stream.statistics).toMatchObject({ restored: 1, gaps: 0 });
  });

  test('two copies restore two lost in a row', async () => {
    const { stream } = await call(scripted([3, 4]), 8, { fec: false, red: 2 });
    expect(stream.statistics).toMatchObject({ restored: 2, gaps: 0 });
  });

  test('FEC sets in when the far end has reported loss, and not where no report arrives', async () => {
    const lossy = () => impaired({ loss: { kind: 'iid', share: 0.05 } });
    const share = ({ stream }: Awaited<ReturnType<typeof call>>) => stream.statistics.gaps / 3_000;
    const none = share(await call(lossy(), 3_000, { fec: false }));
    const fec = share(await call(lossy(), 3_000));
    const deaf = share(await call(lossy(), 3_000, {}, { transmit: () => undefined }));
    expect(none).toBeGreaterThan(0.035);
    expect(fec).toBeLessThan(0.6 * none);
    expect(deaf).toBeCloseTo(none, 2);
  });
});

test('frames lost before the first that came are gaps too: time starts with the sender', async () => {
  const { heard } = await call(scripted([0, 1]), 5);
  expect(heard.map(({ number }) => number)).toEqual([undefined, undefined, 2, 3, 4]);
});

describe('whatever the network does', () => {
  const directions = fc.record({
    jitter: fc.record({
      distribution: fc.constantFrom('normal' as const, 'gamma' as const, 'ou' as const),
      ms: fc.integer({ min: 0, max: 60 }),
    }),
    loss: fc.record({
      kind: fc.constant('iid' as const),
      share: fc.double({ min: 0, max: 0.6, noNaN: true }),
    }),
    reorder: fc.boolean(),
  });

  test('order is kept, no frame comes twice, and time goes on to the last frame that came', async () => {
    await fc.assert(
      fc.asyncProperty(directions, fc.nat(1_000), async (direction, seed) => {
        const { heard, stream } = await call(impaired(direction, seed), 150, { red: 1 });
        const numbers = heard.flatMap(({ number }) => number ?? []);
        expect(numbers).toEqual([...new Set(numbers)].toSorted((one, other) => one - other));
        // From the first frame sent to the last heard: one for each 20 ms, and no more than that.
        expect(heard.length).toBe(numbers.length === 0 ? 0 : (numbers.at(-1) ?? 0) + 1);
        expect(stream.statistics.frames).toBe(numbers.length);
      }),
      { numRuns: 40 },
    );
  });

  test('waiting costs one timer at a time', async () => {
    const { events } = await call(impaired({ loss: { kind: 'iid', share: 0.3 } }), 1_000, { fec: false });
    // A frame sent, a packet that arrives, at most one wake for each that does not; and the reports.
    expect(events).toBeLessThan(2.6 * 1_000);
  });

  test('after the close nothing is heard any more', async () => {
    const kernel = new Kernel();
    let heard = 0;
    const all = {
      clock: kernel,
      settings: RTC_DEFAULT,
      link: scripted([1]),
      back: fixed,
      seed: 1,
      name: 'up',
    };
    const stream = new OrderedStream({ ...all, deliver: () => (heard += 1) });
    for (let count = 0; count < 3; count += 1) stream.sendFrame(new Uint8Array(640), true);
    kernel.after(ms(21), () => stream.close(), undefined);
    await kernel.run({ untilUs: seconds(1), stopWhen: () => false });
    expect(heard, 'the first came; the gap behind it was still being waited for').toBe(1);
  });
});
