// The calls' voice detector against ONNX Runtime, which runs the same file: scores, order, and what each ear
// keeps to itself.
import { expect, test } from 'vitest';
import { SILERO_WINDOW, SileroModel } from './silero/silero.ts';
import { Vad } from './vad.ts';

/** Loud, changing, reproducible windows: what they sound like does not matter, that they differ does. */
function windowOf(stream: number, at: number): Int16Array {
  let state = (stream + 1) * 7_919 + at * 104_729;
  return Int16Array.from({ length: SILERO_WINDOW }, (_, index) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const tone = Math.sin((index + at * SILERO_WINDOW) * (0.05 + 0.01 * stream));
    return Math.round(tone * 8_000 * Math.abs(Math.sin(at / 3)) + ((state >>> 20) % 400));
  });
}

const bytesOf = (pcm: Int16Array): Uint8Array => new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);

test('two ears that listen in turn score as ONNX Runtime does with each alone', async () => {
  const vad = await Vad.load();
  const model = await SileroModel.load();
  const ears = [vad.open(), vad.open()];
  const referees = [model.stream(), model.stream()];
  const scores: number[] = [];
  for (let at = 0; at < 30; at++) {
    for (const [index, ear] of ears.entries()) {
      const score = ear.score(bytesOf(windowOf(index, at)));
      scores.push(score);
      const theirs = (await referees[index]?.score(windowOf(index, at))) ?? Number.NaN;
      expect(Math.abs(score - theirs)).toBeLessThanOrEqual(1);
    }
  }
  expect(Math.max(...scores)).toBeGreaterThan(51);
});

test('samples at an odd address are read, and the caller may reuse its buffer', async () => {
  const vad = await Vad.load();
  const [ear, other] = [vad.open(), vad.open()];
  const odd = new Uint8Array(1_025);
  for (let at = 0; at < 5; at += 1) {
    odd.set(bytesOf(windowOf(0, at)), 1);
    const score = ear.score(odd.subarray(1));
    odd.fill(0);
    expect(score).toBe(other.score(bytesOf(windowOf(0, at))));
  }
});

test('a wrong model is refused at the start', async () => {
  const path = new URL('./silero/README.md', import.meta.url).pathname;
  await expect(Vad.load(path)).rejects.toThrow('is not the Silero VAD model');
});

test('half a window is our own mistake', async () => {
  const ear = (await Vad.load()).open();
  expect(() => ear.score(new Uint8Array(512))).toThrow('a VAD window is 1024 bytes, got 512');
});
