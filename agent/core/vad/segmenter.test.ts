import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULT_CORE_SETTINGS } from '../setting.ts';
import { type Segment, Segmenter, WINDOW_US } from './segmenter.ts';

const SETTINGS = {
  ...DEFAULT_CORE_SETTINGS.vad,
  threshold: 0.5,
  exitThreshold: 0.35,
  minSpeechMs: 96,
  minSilenceMs: 128,
};

/** Segments of a row of scores, each window arriving one window later. */
function segments(scores: readonly number[], segmenter = new Segmenter(SETTINGS)): Segment[] {
  return scores.flatMap((score, index) => segmenter.take(score, (index + 1) * WINDOW_US) ?? []);
}

const times = (count: number, score: number) => Array<number>(count).fill(score);

test('speech is confirmed after its minimum length and dated from its first window', () => {
  expect(segments([0, 0, ...times(3, 600)])).toEqual([{ kind: 'started', atUs: 3 * WINDOW_US }]);
  expect(segments([0, 600, 600, 0, 600, 600, 0])).toEqual([]);
});

test('silence ends it after its minimum length, dated from the last window of speech', () => {
  const [, stopped] = segments([...times(5, 600), ...times(4, 100)]);
  expect(stopped).toEqual({ kind: 'stopped', atUs: 5 * WINDOW_US, decidedUs: 9 * WINDOW_US });
  expect(segments([...times(5, 600), ...times(3, 100), 600, ...times(3, 100)])).toHaveLength(1);
});

test('between the two thresholds nothing changes: speech goes on, silence stays', () => {
  expect(segments([...times(3, 512), ...times(50, 400)])).toHaveLength(1);
  expect(segments(times(50, 400))).toEqual([]);
  expect(segments([...times(3, 512), ...times(10, 359), ...times(4, 358)])).toHaveLength(2);
});

test('lengths are rounded up to whole windows, and are one window at least', () => {
  const of = (minSpeechMs: number) => new Segmenter({ ...SETTINGS, minSpeechMs }).speechWindows;
  expect([of(0), of(32), of(33), of(96), of(100)]).toEqual([1, 1, 2, 3, 4]);
});

test('stopped from outside, it ends once and begins afresh', () => {
  const segmenter = new Segmenter(SETTINGS);
  segments(times(4, 600), segmenter);
  expect(segmenter.stop(5)).toEqual({ kind: 'stopped', atUs: 4 * WINDOW_US, decidedUs: 5 });
  expect(segmenter.stop(6)).toBeUndefined();
  expect(segments(times(2, 600), segmenter)).toEqual([]);
});

test('whatever the scores: started and stopped alternate, and time never runs back', () => {
  const scores = fc.array(
    fc.oneof(fc.constantFrom(0, 358, 359, 511, 512, 1_024), fc.integer({ min: 0, max: 1_024 })),
    {
      maxLength: 200,
    },
  );
  fc.assert(
    fc.property(scores, (drawn) => {
      const found = segments(drawn);
      expect(found.map(({ kind }) => kind)).toEqual(
        found.map((_, index) => (index % 2 === 0 ? 'started' : 'stopped')),
      );
      const at = found.map(({ atUs }) => atUs);
      expect(at).toEqual([...at].sort((left, right) => left - right));
    }),
    { numRuns: 300, seed: 1 },
  );
});
