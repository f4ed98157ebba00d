// Stories of a stream of 20 ms packets. `play` says when each packet arrives (ms after it was sent) and
// returns what each tick sounded: the packet's number, `~` concealed, `*` time-scaled, `.` noise.
import { expect, test } from 'vitest';
import type { MediaPacket } from './packet-store.ts';
import type { Piece } from './piece.ts';
import { JitterBuffer } from './receiver.ts';
import { type JitterSettings, M106, M110, TICK_MS } from './setting.ts';
import { RIGID, type Stretch } from './stretch.ts';

const FRAME = 960;
const LOST = undefined;

const packet = (frame: number, level: 0 | 1 | 2 = 0): MediaPacket<number> => ({
  time: frame * FRAME,
  samples: FRAME,
  payload: frame,
  kind: 'speech',
  level,
});

type Arrival = {
  readonly atMs: number;
  readonly frame: number;
  readonly copies?: readonly MediaPacket<number>[];
};

const sign = (pieces: readonly Piece<number>[]): string =>
  pieces
    .map((piece) => {
      if (piece.kind === 'play') return `${piece.payload}${['', 'r', 'f'][piece.level]}`;
      return { conceal: '~', stretched: '*', noise: '.', silence: '_' }[piece.kind];
    })
    .join('+');

/** Plays the arrivals until `untilMs`; ticks are at 5, 15, 25 … ms. */
function listen(
  arrivals: readonly Arrival[],
  untilMs: number,
  options: Partial<JitterSettings> = {},
  stretch = RIGID,
) {
  const buffer = new JitterBuffer<number>({ ...M106, ...options }, stretch as Stretch<number>);
  const queue = arrivals.toSorted((one, other) => one.atMs - other.atMs);
  const heard: string[] = [];
  const targets: number[] = [];
  let next = 0;
  for (let now = 5; now < untilMs; now += TICK_MS) {
    for (let due = queue[next]; due !== undefined && due.atMs <= now; due = queue[next]) {
      buffer.receive(packet(due.frame), due.copies);
      next += 1;
    }
    heard.push(sign(buffer.tick()));
    targets.push(buffer.targetMs);
  }
  return { heard, targets, buffer, at: (ms: number) => heard[Math.floor((ms - 5) / TICK_MS)] };
}

/** Frames 0 … count-1, each `delay(frame)` ms late, or lost. */
function stream(count: number, delay: (frame: number) => number | undefined): Arrival[] {
  return Array.from({ length: count }, (_, frame) => ({ frame, late: delay(frame) })).flatMap(
    ({ frame, late }) => (late === undefined ? [] : [{ frame, atMs: 20 * frame + late }]),
  );
}

test('punctual packets are played as they are, from the first on', () => {
  const { heard, buffer } = listen(
    stream(50, () => 0),
    1_000,
  );
  expect(heard.slice(0, 6)).toEqual(['0', '0', '1', '1', '2', '2']);
  expect(buffer.statistics.concealedSamples).toBe(0);
});

test('a packet that is late is waited for with concealment, then played whole', () => {
  const { heard } = listen(
    stream(10, (frame) => (frame < 5 ? 0 : 30)),
    250,
  );
  expect(heard.slice(8, 16)).toEqual(['4', '4', '~', '~', '~', '5', '5', '6']);
});

test('a lost packet is concealed for its 20 ms and merged into the next', () => {
  const { heard, buffer } = listen(
    stream(100, (frame) => (frame === 50 ? LOST : frame === 0 ? 0 : 40)),
    2_000,
  );
  const gap = heard.indexOf('~', 100);
  expect(heard.slice(gap - 1, gap + 3)).toEqual(['49', '~', '~', '51']);
  expect(buffer.statistics.concealmentEvents).toBe(2);
});

test('when the buffer holds its target, the second half of a gap is skipped', () => {
  const options = { startDelayMs: 20, intervalMs: 60_000 };
  const burst = (frame: number) => (frame === 150 ? LOST : Math.max(0, 120 - 20 * frame));
  const { heard } = listen(stream(200, burst), 4_000, options);
  const gap = heard.indexOf('~', 100);
  expect(heard.slice(gap - 1, gap + 2)).toEqual(['149', '~', '151']);
});

test('the target is 80 ms until half a second of arrivals is known, then what jitter asks for', () => {
  // Seven packets come together every 140 ms: the first of them is 120 ms late.
  const { targets } = listen(
    stream(400, (frame) => 20 * (6 - (frame % 7))),
    8_000,
  );
  const changed = targets.findIndex((target, index) => index > 0 && target !== targets[index - 1]);
  // The first tick with a packet begins the stream; more than 500 ms later the first interval counts.
  expect(5 + changed * TICK_MS).toBeGreaterThan(500);
  expect(targets.slice(0, changed).every((target) => target === 80)).toBe(true);
  expect(targets.at(-1)).toBe(140);
});

test('without jitter the target falls to one packet', () => {
  const { targets } = listen(
    stream(400, () => 0),
    8_000,
  );
  expect(targets.at(-1)).toBe(20);
});

test('the buffer is stretched up to the target and shortened when it holds too much', () => {
  const always: Stretch<unknown> = { change: () => 336, meet: (owed) => owed };
  const early = listen(
    stream(400, (frame) => (frame % 5 === 0 ? 70 : 0)),
    8_000,
    {},
    always,
  );
  expect(early.buffer.statistics.insertedSamplesForDeceleration).toBeGreaterThan(336);
  const burst = listen(
    stream(400, (frame) => Math.max(0, 1_000 - 20 * frame)),
    8_000,
    {},
    always,
  );
  expect(burst.buffer.statistics.removedSamplesForAcceleration).toBeGreaterThan(10 * 336);
  expect(burst.buffer.levelMs).toBeLessThan(100);
});

test('two time-scalings are at least 60 ms apart', () => {
  const always: Stretch<unknown> = { change: () => 336, meet: (owed) => owed };
  const { heard } = listen(
    stream(60, (frame) => (frame < 5 ? 100 : 0)),
    1_400,
    {},
    always,
  );
  const starts = heard.flatMap((tick, index) => (tick.includes('*') ? [index] : []));
  const distinct = starts.filter((at, index) => index === 0 || at - (starts[index - 1] ?? 0) > 4);
  for (let index = 1; index < distinct.length; index += 1) {
    expect((distinct[index] ?? 0) - (distinct[index - 1] ?? 0)).toBeGreaterThanOrEqual(6);
  }
});

test('a redundant copy fills a single loss, whole', () => {
  const arrivals = stream(60, (frame) => (frame === 40 ? LOST : frame === 0 ? 0 : 30)).map((arrival) => ({
    ...arrival,
    copies: [packet(arrival.frame - 1, 1)],
  }));
  const { heard, buffer } = listen(arrivals.slice(1), 1_200);
  expect(heard).toContain('40r');
  expect(buffer.statistics.concealmentEvents).toBeLessThanOrEqual(1);
});

test('of a primary, its copy and its FEC the primary is played, the copy before the FEC', () => {
  const both = (frame: number) => [packet(frame - 1, 2), packet(frame - 1, 1)];
  const arrivals = stream(60, (frame) => (frame === 40 ? LOST : frame === 0 ? 0 : 30)).map((arrival) => ({
    ...arrival,
    copies: both(arrival.frame),
  }));
  const { heard } = listen(arrivals.slice(1), 1_200);
  expect(heard).toContain('40r');
  expect(
    heard.filter((tick) => /[rf]/.test(tick) && !tick.startsWith('40') && !tick.startsWith('0')),
  ).toEqual([]);
});

test('FEC of the packet after does not help the first of two that are lost', () => {
  const lost = (frame: number) => frame === 40 || frame === 41;
  const arrivals = stream(60, (frame) => (lost(frame) ? LOST : frame === 0 ? 0 : 50)).map((arrival) => ({
    ...arrival,
    copies: [packet(arrival.frame - 1, 2)],
  }));
  const { heard } = listen(arrivals.slice(1), 1_200);
  expect(heard).toContain('41f');
  expect(heard).not.toContain('40f');
});

test('packets that overtake each other make the buffer wait for both, and are played in order', () => {
  const always: Stretch<unknown> = { change: () => 336, meet: (owed) => owed };
  const { heard, targets } = listen(
    stream(400, (frame) => (frame % 4 === 1 ? 50 : 0)),
    8_000,
    {},
    always,
  );
  expect(targets.at(-1)).toBe(60);
  const order = heard.flatMap((tick) => tick.split('+').filter((part) => /^\d+$/.test(part))).map(Number);
  expect(order).toEqual(order.toSorted((one, other) => one - other));
  expect(heard.slice(-300).join()).not.toContain('~');
});

test('a packet that comes after its turn is thrown away', () => {
  const { heard, buffer } = listen(
    stream(60, (frame) => (frame === 30 ? 400 : 0)),
    1_200,
  );
  expect(heard).not.toContain('30');
  expect(buffer.statistics.packetsDiscarded).toBe(1);
});

test('a buffer of 200 packets is emptied by one more, and starts anew with it', () => {
  const held = stream(202, () => 5_000).map((arrival) => ({ ...arrival, atMs: 5_000 }));
  const { heard, buffer } = listen(held, 5_100);
  expect(buffer.statistics.flushes).toBe(1);
  expect(buffer.statistics.packetsDiscarded).toBe(200);
  expect(heard.slice(-10, -8)).toEqual(['200', '200']);
});

test('after a long gap nothing resumes before half the target is there again', () => {
  const { heard } = listen(
    stream(200, (frame) => (frame < 100 ? 40 : 340)),
    4_000,
    { intervalMs: 60_000 },
  );
  const resumed = heard.findIndex((tick, index) => index > 220 && tick.startsWith('100'));
  // Frame 100 arrives at 2,340 ms; with 101 there are 40 ms, half of the target of 80.
  expect(5 + resumed * TICK_MS).toBe(2_365);
});

test('concealment of more than 180 ms is counted as silence', () => {
  const { buffer } = listen(
    stream(20, () => 0),
    1_000,
  );
  const { concealedSamples, silentConcealedSamples } = buffer.statistics;
  expect(concealedSamples).toBe((1_000 - 400) * 48);
  expect(silentConcealedSamples).toBe(concealedSamples - 180 * 48);
});

test('pauses of the sender are filled with comfort noise, not concealment', () => {
  const buffer = new JitterBuffer<number>(M106, RIGID as Stretch<number>);
  const heard: string[] = [];
  for (let tick = 0; tick < 60; tick += 1) {
    if (tick % 2 === 0 && tick < 20) buffer.receive(packet(tick / 2));
    if (tick === 20) buffer.receive({ ...packet(10), kind: 'noise' });
    if (tick % 2 === 0 && tick >= 40) buffer.receive(packet(tick / 2));
    heard.push(sign(buffer.tick()));
  }
  expect(heard.slice(20, 24)).toEqual(['10', '10', '.', '.']);
  expect(heard.indexOf('20')).toBeGreaterThanOrEqual(40);
  expect(heard.slice(20, 40)).not.toContain('~');
});

test('newer releases keep the delay itself between target and target plus jitter', () => {
  const always: Stretch<unknown> = { change: () => 240, meet: (owed) => owed };
  const jitter = (frame: number) => (frame % 5 === 0 ? 70 : 0);
  const { buffer } = listen(stream(600, jitter), 12_000, M110, always);
  const { jitterBufferDelay, jitterBufferEmittedCount } = buffer.statistics;
  expect((1_000 * jitterBufferDelay) / jitterBufferEmittedCount).toBeGreaterThan(60);
});

test('silence before the first packet is neither concealed nor an event', () => {
  const { heard, buffer } = listen([{ frame: 0, atMs: 100 }], 120);
  expect(heard.slice(0, 11)).toEqual([...Array<string>(10).fill('_'), '0']);
  expect(buffer.statistics).toMatchObject({ concealedSamples: 0, idleSamples: 10 * 480 });
});
