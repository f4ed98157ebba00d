// What an ear is told of frames that came through a jitter buffer: which samples were made up, by how much
// the stream grew or shrank, and how long each frame took.
import { describe, expect, test } from 'vitest';
import type { Piece } from '#agent/media/jitter-buffer/piece.ts';
import type { HeardPiece } from '../caller/client/client.ts';
import { HeardFrames, type SentFrame } from './heard-frame.ts';

const RATE = 24_000;
/** 10 ms and a frame on the 48 kHz clock, and samples of the ear for one of the clock. */
const TICK = 480;
const FRAME = 960;
const HALF = 0.5;

type Ear = {
  readonly frames: HeardFrames;
  /** The sender's frame `number`, that arrives 30 ms after it left. */
  readonly payload: (number: number) => SentFrame;
  /** The next 10 ms at the ear. */
  tick(...pieces: Piece<SentFrame>[]): HeardPiece;
};

function listen(lost: readonly number[] = []): Ear {
  const frames = new HeardFrames(RATE);
  const payloads = Array.from({ length: 10 }, (_, number) => {
    const sent = frames.leaving(new Uint8Array(960), number * 20_000);
    if (!lost.includes(number)) sent.arrivedUs = sent.leftUs + 30_000;
    return sent;
  });
  let nowUs = 50_000;
  return {
    frames,
    payload: (number) => payloads[number] as SentFrame,
    tick(...pieces) {
      const piece = frames.piece(new Uint8Array(480), nowUs, pieces);
      nowUs += 10_000;
      return piece;
    },
  };
}

const play = (payload: SentFrame, from = 0, samples = TICK, level: 0 | 1 | 2 = 0): Piece<SentFrame> => ({
  kind: 'play',
  payload,
  from,
  samples,
  total: FRAME,
  level,
});
const conceal = (from: number, samples = TICK): Piece<SentFrame> => ({ kind: 'conceal', from, samples });

/** Frame `number` as its two halves. */
const whole = ({ tick, payload }: Ear, number: number): readonly HeardPiece[] => [
  tick(play(payload(number))),
  tick(play(payload(number), TICK)),
];

test('whole frames are undamaged, unstretched, and go on without a gap', () => {
  const ear = listen();
  const pieces = [0, 1, 2].flatMap((number) => whole(ear, number));
  for (const piece of pieces) expect(piece).toMatchObject({ damagedSamples: 0, addedSamples: 0 });
  expect(pieces.map(({ continues }) => continues)).toEqual([false, true, true, true, true, true]);
  expect(pieces.map(({ startUs }) => startUs)).toEqual([50, 60, 70, 80, 90, 100].map((at) => at * 1_000));
});

test('the delay of a frame is from the sender to its first sample at the ear', () => {
  const ear = listen();
  for (const number of [0, 1, 2]) whole(ear, number);
  expect(ear.frames.delay.count).toBe(3);
  expect(ear.frames.delay.meanUs).toBe(50_000);
});

describe('what was made up', () => {
  test('in place of a lost frame is damage, and leaves the length as it was', () => {
    const ear = listen([1]);
    whole(ear, 0);
    const gap = [ear.tick(conceal(0)), ear.tick(conceal(TICK))];
    const [after] = whole(ear, 2);
    expect(gap.map(({ damagedSamples }) => damagedSamples)).toEqual([TICK * HALF, TICK * HALF]);
    expect(after).toMatchObject({ damagedSamples: 0, addedSamples: 0 });
  });

  test('while waiting for a late frame lengthens the stream', () => {
    const ear = listen();
    whole(ear, 0);
    ear.tick(conceal(0));
    const [after] = whole(ear, 1);
    expect(after?.addedSamples).toBe(TICK * HALF);
  });

  test('shorter than what was lost shortens it', () => {
    const ear = listen([1]);
    whole(ear, 0);
    ear.tick(conceal(0));
    expect(whole(ear, 2)[0]?.addedSamples).toBe((TICK - FRAME) * HALF);
  });

  test('before the first frame adds nothing: there was no stream', () => {
    const ear = listen();
    ear.tick(conceal(0));
    expect(whole(ear, 0)[0]?.addedSamples).toBe(0);
  });
});

test('a frame restored from a copy counts as heard, and arrived no later than it sounds', () => {
  const ear = listen([1]);
  whole(ear, 0);
  const [restored] = whole(ear, 1);
  expect(restored).toMatchObject({ damagedSamples: 0, addedSamples: 0 });
  expect(restored?.arrivedUs).toBe(restored?.startUs);
});

test('a passage that was shortened says by how much, once', () => {
  const ear = listen();
  whole(ear, 0);
  const source = [play(ear.payload(1), 0, FRAME), play(ear.payload(2), 0, TICK)];
  const passage = { source, samples: 2 * TICK };
  const stretched = (from: number): Piece<SentFrame> => ({
    kind: 'stretched',
    passage,
    from,
    samples: TICK,
  });
  expect(ear.tick(stretched(0)).addedSamples).toBe(-TICK * HALF);
  expect(ear.tick(stretched(TICK)).addedSamples).toBe(0);
  expect(ear.frames.delay.count, 'three frames sounded').toBe(3);
});

test('noise and silence are told as nothing', () => {
  const ear = listen();
  const piece = ear.tick({ kind: 'noise', samples: TICK / 2 }, { kind: 'silence', samples: TICK / 2 });
  expect(piece).toMatchObject({ damagedSamples: 0, addedSamples: 0, arrivedUs: 0 });
  expect(ear.frames.delay.count).toBe(0);
});
