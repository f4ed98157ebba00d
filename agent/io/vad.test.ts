import { expect, test } from 'vitest';
import { SILERO_WINDOW, SileroModel } from './silero/silero.ts';
import { VadWorker } from './vad.ts';

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

test('two interleaved streams get the scores of the model, each in its order', async () => {
  const worker = await VadWorker.start();
  const heard = new Map<number, { window: number; score: number }[]>();
  const streams = [worker.open(), worker.open()];
  await new Promise<void>((resolve) => {
    let left = 2 * 30;
    for (let at = 0; at < 30; at++) {
      for (const [index, stream] of streams.entries()) {
        const took = worker.score(stream, 1_000 + at, bytesOf(windowOf(index, at)), (window, score) => {
          heard.set(stream, [...(heard.get(stream) ?? []), { window, score }]);
          left--;
          if (left === 0) resolve();
        });
        expect(took).toBe(true);
      }
    }
  });
  await worker.stop();
  const model = await SileroModel.load();
  for (const [index, stream] of streams.entries()) {
    const direct = model.stream();
    const expected: { window: number; score: number }[] = [];
    for (let at = 0; at < 30; at++) {
      expected.push({ window: 1_000 + at, score: await direct.score(windowOf(index, at)) });
    }
    expect(heard.get(stream)).toEqual(expected);
  }
});

test('samples at an odd address are copied at once, so the caller may reuse its buffer', async () => {
  const worker = await VadWorker.start();
  const model = await SileroModel.load();
  const window = windowOf(0, 3);
  const odd = new Uint8Array(1_025);
  odd.set(bytesOf(window), 1);
  const score = await new Promise<number>((resolve) => {
    worker.score(worker.open(), 0, odd.subarray(1), (_, value) => resolve(value));
    odd.fill(0);
  });
  expect(score).toBe(await model.stream().score(window));
  await worker.stop();
});

test('a closed stream is silent, a full queue refuses', async () => {
  const worker = await VadWorker.start();
  const [full, closed] = [worker.open(), worker.open()];
  let fullScores = 0;
  let closedScores = 0;
  const took: boolean[] = [];
  await new Promise<void>((resolve) => {
    worker.score(closed, 0, bytesOf(windowOf(0, 0)), () => closedScores++);
    worker.close(closed);
    expect(worker.score(closed, 1, bytesOf(windowOf(0, 1)), () => closedScores++)).toBe(false);
    for (let at = 0; at < 70; at++) {
      took.push(
        worker.score(full, at, bytesOf(windowOf(0, at)), () => {
          fullScores++;
          if (fullScores === 64) resolve();
        }),
      );
    }
  });
  expect(took.filter((answer) => answer)).toHaveLength(64);
  expect(took.slice(64).every((answer) => !answer)).toBe(true);
  expect(closedScores).toBe(0);
  await worker.stop();
});

test('a wrong model is refused at the start', async () => {
  const modelPath = new URL('./silero/README.md', import.meta.url).pathname;
  await expect(VadWorker.start({ modelPath })).rejects.toThrow('is not the Silero VAD model');
});

test('a thread that dies is reported once and scores nothing more', async () => {
  const dying = `
    import { parentPort } from 'node:worker_threads';
    parentPort.postMessage({ kind: 'ready' });
    parentPort.on('message', () => { throw new Error('out of luck'); });`;
  const errors: string[] = [];
  let report = (): void => {};
  const reported = new Promise<void>((resolve) => {
    report = resolve;
  });
  const worker = await VadWorker.start({
    entry: new URL(`data:text/javascript,${encodeURIComponent(dying)}`),
    onError: (error) => {
      errors.push(error.message);
      report();
    },
  });
  const stream = worker.open();
  await reported;
  expect(worker.score(stream, 0, new Uint8Array(1_024), () => errors.push('scored'))).toBe(false);
  await worker.stop();
  expect(errors).toEqual(['out of luck']);
});
