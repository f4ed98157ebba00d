import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SILERO_WINDOW, SileroModel } from './silero.ts';

const model = await SileroModel.load();
const silence = new Int16Array(SILERO_WINDOW);

/** A buzz at 120 Hz with vowel-like resonances: enough of a voice for the model. */
function vowel(at: number): Int16Array {
  return Int16Array.from({ length: SILERO_WINDOW }, (_, index) => {
    const time = (at * SILERO_WINDOW + index) / 16_000;
    let sum = 0;
    for (let harmonic = 1; harmonic <= 25; harmonic++) {
      const frequency = harmonic * (120 + 8 * Math.sin(2 * Math.PI * 3 * time));
      const near = (formant: number, width: number) => Math.exp(-(((frequency - formant) / width) ** 2));
      sum +=
        (near(700, 150) + 0.6 * near(1_220, 180) + 0.2 * near(2_600, 250)) *
        Math.sin(2 * Math.PI * frequency * time);
    }
    return Math.round(3_000 * sum);
  });
}

test('a file that is not the model is refused with its name and both hashes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-silero-'));
  try {
    const path = join(folder, 'other.onnx');
    await writeFile(path, 'not a model');
    const refusal = await SileroModel.load(path).then(
      () => '',
      (error: Error) => error.message,
    );
    expect(refusal).toContain(path);
    expect(refusal).toContain('expected sha256 1a153a22f450');
    expect(refusal).toMatch(/found [0-9a-f]{64}/);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('silence scores low, window after window, and always the same', async () => {
  const stream = model.stream();
  const scores: number[] = [];
  for (let window = 0; window < 40; window++) scores.push(await stream.score(silence));
  expect(Math.max(...scores)).toBeLessThan(100);
  expect(new Set(scores.slice(1)).size).toBe(1);
});

test('a batch of streams scores as each stream alone', async () => {
  const together = [model.stream(), model.stream(), model.stream()];
  const alone = [model.stream(), model.stream(), model.stream()];
  for (let window = 0; window < 12; window++) {
    const windows = [vowel(window), silence, vowel(window + 100)];
    const jobs = together.map((stream, index) => ({ stream, window: windows[index] ?? silence }));
    const batch = await model.score(jobs);
    const single: number[] = [];
    for (const [index, stream] of alone.entries()) single.push(await stream.score(windows[index] ?? silence));
    expect(batch).toEqual(single);
  }
});

test('a stream forgets what it heard after six quiet windows, and at once when told', async () => {
  const heard = model.stream();
  const fresh = model.stream();
  for (let window = 0; window < 20; window++) await heard.score(vowel(window));
  expect(heard.state.some((value) => value !== 0)).toBe(true);
  let quiet = 0;
  while (quiet < 6) quiet = (await heard.score(silence)) < 51 ? quiet + 1 : 0;
  await fresh.score(silence);
  for (let window = 0; window < 10; window++) {
    expect(await heard.score(vowel(window))).toBe(await fresh.score(vowel(window)));
  }
  heard.reset();
  expect(await heard.score(vowel(0))).toBe(await model.stream().score(vowel(0)));
});

test('without the rule the past is never forgotten', async () => {
  const heard = model.stream(Number.POSITIVE_INFINITY);
  const fresh = model.stream(Number.POSITIVE_INFINITY);
  for (let window = 0; window < 20; window++) await heard.score(vowel(window));
  for (let window = 0; window < 30; window++) await heard.score(silence);
  await fresh.score(silence);
  await heard.score(silence);
  expect(heard.state).not.toEqual(fresh.state);
});

test('two windows of one stream at the same time are our mistake', async () => {
  const stream = model.stream();
  const first = stream.score(silence);
  await expect(stream.score(silence)).rejects.toThrow('one window at a time');
  await first;
});
