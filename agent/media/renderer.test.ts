import { expect, test } from 'vitest';
import type { Piece } from './jitter-buffer/piece.ts';
import { M106 } from './jitter-buffer/setting.ts';
import { bytesOf, samplesOf } from './pcm.ts';
import { PcmStretch } from './pcm-stretch.ts';
import { findPitch } from './pitch.ts';
import { Renderer } from './renderer.ts';
import { scaleTo } from './time-scale.ts';

const RATE = 16_000;
const FRAME = 320;

/** 20 ms of a voice of 125 Hz (period 128 samples), frame by frame without a seam. */
const voiced = (frame: number): Uint8Array => {
  const samples = new Int16Array(FRAME);
  for (let index = 0; index < FRAME; index += 1) {
    const phase = (2 * Math.PI * (frame * FRAME + index)) / 128;
    samples[index] = Math.round(6_000 * Math.sin(phase) + 2_000 * Math.sin(3 * phase));
  }
  return bytesOf(samples);
};

const whole = (payload: Uint8Array, from: number): Piece<Uint8Array> => {
  return { kind: 'play', payload, from, samples: 480, total: 960, level: 0 };
};
const renderer = () => new Renderer<Uint8Array>(RATE, M106, (pcm) => pcm);
const level = (pcm: Uint8Array) => {
  const samples = samplesOf(pcm);
  return Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);
};

test('an undamaged frame comes out as slices of itself, without a copy', () => {
  const frame = voiced(0);
  const player = renderer();
  const first = player.render([whole(frame, 0)]);
  const second = player.render([whole(frame, 480)]);
  expect(first.buffer).toBe(frame.buffer);
  expect([...first, ...second]).toEqual([...frame]);
});

test('a tick across two frames holds their bytes', () => {
  const [one, other] = [voiced(0), voiced(1)];
  const pieces: Piece<Uint8Array>[] = [
    { ...(whole(one, 720) as Piece<Uint8Array> & { kind: 'play' }), samples: 240 },
    { ...(whole(other, 0) as Piece<Uint8Array> & { kind: 'play' }), samples: 240 },
  ];
  const tick = renderer().render(pieces);
  expect([...tick]).toEqual([...one.subarray(480), ...other.subarray(0, 160)]);
});

test('concealment goes on at the pitch of what was heard, and fades away after 60 ms', () => {
  const player = renderer();
  for (let frame = 0; frame < 3; frame += 1) {
    player.render([whole(voiced(frame), 0)]);
    player.render([whole(voiced(frame), 480)]);
  }
  const loud = level(voiced(0));
  const concealed: Uint8Array[] = [];
  for (let tick = 0; tick < 24; tick += 1) {
    concealed.push(player.render([{ kind: 'conceal', from: 480 * tick, samples: 480 }]));
  }
  const levels = concealed.map(level);
  expect(levels[2]).toBeGreaterThan(0.9 * loud);
  expect(levels[11]).toBeLessThan(0.7 * loud);
  expect(levels[18]).toBe(0);
  const heard = new Int16Array(concealed.slice(0, 5).flatMap((pcm) => [...samplesOf(pcm)]));
  expect(findPitch(heard, RATE)?.lag).toBe(128);
});

test('real speech is blended in within 2.5 ms of a gap, and untouched after', () => {
  const player = renderer();
  player.render([whole(voiced(0), 0)]);
  player.render([{ kind: 'conceal', from: 0, samples: 480 }]);
  const next = voiced(7);
  const resumed = player.render([whole(next, 0)]);
  expect([...resumed.subarray(80)]).toEqual([...next.subarray(80, 320)]);
  expect([...resumed.subarray(0, 80)]).not.toEqual([...next.subarray(0, 80)]);
  expect(player.render([whole(next, 480)]).buffer).toBe(next.buffer);
});

test('a shortened passage is shorter by exactly what was asked, and keeps its pitch', () => {
  const pcm = samplesOf(Uint8Array.from([...voiced(0), ...voiced(1)]));
  const shorter = scaleTo(pcm, pcm.length - 128);
  const longer = scaleTo(pcm, pcm.length + 128);
  expect(shorter).toHaveLength(pcm.length - 128);
  expect(longer).toHaveLength(pcm.length + 128);
  expect(findPitch(shorter, RATE)).toMatchObject({ lag: 128 });
  expect(findPitch(longer, RATE)).toMatchObject({ lag: 128 });
});

test('a voice may be scaled by its period, a hiss not at all, and near-silence always', () => {
  const stretch = new PcmStretch<Uint8Array>(RATE, (pcm) => pcm);
  const pieces = (make: (frame: number) => Uint8Array): Piece<Uint8Array>[] => [
    { kind: 'play', payload: make(0), from: 0, samples: 960, total: 960, level: 0 },
    { kind: 'play', payload: make(1), from: 0, samples: 480, total: 960, level: 0 },
  ];
  let state = 1;
  const hiss = (loud: number) => () => {
    const samples = new Int16Array(FRAME);
    for (let index = 0; index < FRAME; index += 1) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
      samples[index] = Math.round((loud * state) / 2 ** 31);
    }
    return bytesOf(samples);
  };
  // 128 samples of 16 kHz are 384 of 48 kHz.
  expect(stretch.change('accelerate', pieces(voiced), 1_440)).toBe(384);
  expect(stretch.change('accelerate', pieces(hiss(8_000)), 1_440)).toBe(0);
  expect(stretch.change('accelerate', pieces(hiss(40)), 1_440)).toBeGreaterThan(0);
});
