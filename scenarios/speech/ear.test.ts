// The ear of the served agent against ONNX Runtime, over everything that was ever recorded and at levels that
// no microphone should have: every decision is the same, also where the ear does not ask its model.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SileroModel } from '#agent/io/silero/silero.ts';
import { bytesOf } from '#agent/media/pcm.ts';
import { QUIET_BELOW, SileroEar } from '#agent/media/silero/ear.ts';
import { SileroNet } from '#agent/media/silero/net.ts';
import { readSpeech } from './pack.ts';

const WINDOW = 512;
/** Scores at which something is decided: what is quiet, where speech ends, where it begins. */
const THRESHOLDS = [QUIET_BELOW, 0.35 * 1_024, 0.5 * 1_024];
/** Rounding at the border of two scores: 6 of 13,141 windows on the machine where this was written. */
const TOLERANCE = 1;

const table = readSpeech();
const net = new SileroNet(readFileSync(new URL('../../agent/io/silero/silero_vad.onnx', import.meta.url)));
const onnx = await SileroModel.load();

/** A clip between half a second of quiet, so much fainter. */
function at(pcm: Int16Array, gain: number): readonly Int16Array[] {
  const quiet = Array.from({ length: 16 }, () => table.ambient.pcm);
  const windows = Array.from({ length: pcm.length / WINDOW }, (_, index) =>
    pcm.subarray(index * WINDOW, (index + 1) * WINDOW),
  );
  return [...quiet, ...windows, ...quiet].map((one) => one.map((sample) => Math.round(sample * gain)));
}

test.each([1, 1 / 16, 1 / 128])('every recording, %f times as loud', { timeout: 60_000 }, async (gain) => {
  let unasked = 0;
  let windows = 0;
  const otherwise: string[] = [];
  for (const clip of table.clips) {
    const ear = new SileroEar(net);
    const referee = onnx.stream();
    for (const window of at(clip.pcm, gain)) {
      const ours = ear.score(bytesOf(window));
      const theirs = await referee.score(window);
      windows += 1;
      // Silence that nobody was asked about scores nothing; the model's score of it decides nothing either.
      if (ours === 0) unasked += 1;
      const near = ours === 0 || Math.abs(ours - theirs) <= TOLERANCE;
      const same = THRESHOLDS.every((threshold) => ours >= threshold === theirs >= threshold);
      if (!near || !same) otherwise.push(`${clip.text}: ${ours} for ${theirs}`);
    }
  }
  expect(otherwise).toEqual([]);
  // Most of the quiet between the lines: otherwise the silence of these recordings is none to the ear.
  expect(unasked / windows).toBeGreaterThan(0.2);
});
