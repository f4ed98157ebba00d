// Moments of a reply: after its first sound, after a word, before its end; once each, and never when the
// reply is over.
import { expect, test } from 'vitest';
import { Kernel } from '#sim/kernel/kernel.ts';
import { Voice } from '../providers/voice.ts';
import { type Moment, ReplyWatch } from './moment.ts';

const TEXT = 'We open at nine in the morning, and at ten on Sundays.';
const { words, pcm } = new Voice(8_000).utterance(TEXT);
const msOf = (sample: number): number => sample / 8;

/** Somebody hears the reply from 1 s on, word by word, until `untilMs`; when each moment came, in ms. */
async function listen(moments: readonly Moment[], { untilMs = Number.POSITIVE_INFINITY, laterMs = 0 } = {}) {
  const kernel = new Kernel();
  const came: [index: number, ms: number][] = [];
  const firstMs = msOf(words[0]?.startSample ?? 0);
  kernel.after(
    1_000_000,
    () => {
      const watch = new ReplyWatch(kernel);
      for (const [index, moment] of moments.entries()) {
        watch.at(moment, laterMs * 1_000, () => came.push([index, Math.round(kernel.now() / 1_000)]));
      }
      for (const { text, endSample } of words) {
        const heard = () => watch.heard(text.toLowerCase().replaceAll(/[.,]/g, ''));
        kernel.after(Math.round((msOf(endSample) - firstMs) * 1_000), heard, undefined);
      }
      if (Number.isFinite(untilMs)) kernel.after(untilMs * 1_000, () => watch.end(), undefined);
    },
    undefined,
  );
  await kernel.run({ untilUs: 60_000_000, stopWhen: () => false });
  return came;
}

const endOf = (index: number): number =>
  Math.round(1_000 + msOf((words[index]?.endSample ?? 0) - (words[0]?.startSample ?? 0)));

test('a moment after the first sound comes then, and so much later as was drawn', async () => {
  expect(await listen([{ afterMs: 600 }, { afterMs: 0 }])).toEqual([
    [1, 1_000],
    [0, 1_600],
  ]);
  expect(await listen([{ afterMs: 600 }], { laterMs: 45 })).toEqual([[0, 1_645]]);
});

test('a moment after a word comes after the first time that it was heard', async () => {
  expect(await listen([{ afterMs: 100, from: { word: 'at' } }])).toEqual([[0, endOf(2) + 100]]);
  expect(await listen([{ afterMs: 0, from: { word: 'Morning,' } }])).toEqual([[0, endOf(6)]]);
});

test('a word that is never said is waited for in vain', async () => {
  expect(await listen([{ afterMs: 0, from: { word: 'castle' } }])).toEqual([]);
});

test.each([-200, -450, -1_500])('%i ms before the end is foreseen', async (afterMs) => {
  const [came] = await listen([{ afterMs, from: { endOf: TEXT } }]);
  expect(Math.abs((came?.[1] ?? 0) - (endOf(words.length - 1) + afterMs))).toBeLessThanOrEqual(1);
});

test('longer before the end than the reply lasts is its first sound', async () => {
  expect(await listen([{ afterMs: -60_000, from: { endOf: TEXT } }])).toEqual([[0, 1_000]]);
});

test('nothing comes of a reply that is over', async () => {
  const late: Moment[] = [{ afterMs: 600 }, { afterMs: -200, from: { endOf: TEXT } }];
  expect(await listen(late, { untilMs: 500 })).toEqual([]);
  expect(pcm.length).toBeGreaterThan(0);
});
