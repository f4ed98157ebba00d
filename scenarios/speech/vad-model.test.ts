// Mixed sound is scored by the model itself, in our own arithmetic: ONNX Runtime listens to the same mixes
// and must say the same; and where recordings end and mixes begin, nothing of the past is missing.
import { describe, expect, test } from 'vitest';
import { SileroModel } from '#agent/io/silero/silero.ts';
import { bytesOf, samplesOf } from '#agent/media/pcm.ts';
import { EchoPath } from '#sim/caller/echo-path.ts';
import { MixMemory } from '#sim/caller/mix-memory.ts';
import { Room } from '#sim/caller/room.ts';
import { EarIndex } from '#sim/providers/ear-index.ts';
import { Voice } from '#sim/providers/voice.ts';
import { modelScorer, recordedScorer } from '#sim/vad/scorer.ts';
import { readSpeech } from './pack.ts';
import { vadModel } from './vad-model.ts';

const WINDOW = 512;
/** Rounding at the border of two scores; 0 of 4,656 windows differed on the machine of the recordings. */
const TOLERANCE = 1;
/** What recordings may differ by on other machines, see `pack.test.ts`. */
const RECORDED_TOLERANCE = 8;

const table = readSpeech();
const onnx = await SileroModel.load();

/** Silence and lines in turn, as a caller's mouth has them: whole windows. */
function lines(...texts: readonly string[]): Int16Array {
  const quiet = Array.from({ length: 10 }, () => table.ambient.pcm);
  const clips = texts.flatMap((text) => [
    ...quiet,
    ...table.clips.filter((clip) => clip.text === text).slice(0, 1),
  ]);
  const parts = [...clips, ...quiet].map((part) => (part instanceof Int16Array ? part : part.pcm));
  const all = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

const ANSWER = 'Take the old tram up to the castle in the morning.';
const LINE = lines('Can you suggest something to do on the first day?', 'Thank you, that is all for today.');

function roomWith(echo?: EchoPath, band?: 'telephone') {
  return new Room({ table, memory: new MixMemory(table), echo, band });
}

/** What the microphone takes up while LINE is said, window by window. */
function windowsIn(room: Room): readonly Uint8Array[] {
  const bytes = bytesOf(LINE);
  return Array.from({ length: LINE.length / WINDOW }, (_, at) =>
    room.take(at * WINDOW, bytes.subarray(2 * at * WINDOW, 2 * (at + 1) * WINDOW)).slice(),
  );
}

async function differences(
  room: Room,
): Promise<{ readonly most: number; readonly scores: readonly number[] }> {
  const stream = onnx.stream();
  const score = modelScorer(table, vadModel());
  const scores: number[] = [];
  let most = 0;
  for (const window of windowsIn(room)) {
    const recorded = table.scoreOf(window) !== undefined;
    const ours = score(window);
    const theirs = await stream.score(samplesOf(window));
    const excess = Math.abs(ours - theirs) - (recorded ? RECORDED_TOLERANCE : TOLERANCE);
    most = Math.max(most, excess);
    scores.push(ours);
  }
  return { most, scores };
}

function echoOf(text: string, lossDb: number): EchoPath {
  const { pcm } = new Voice(24_000).utterance(text);
  const path = new EchoPath(new EarIndex(24_000, [text]), { delayMs: 180, lossDb });
  const about = { startUs: 400_000, arrivedUs: 0, continues: false, damagedSamples: 0, addedSamples: 0 };
  path.hear({ pcm: bytesOf(pcm), ...about }, 0);
  return path;
}

const clip = (text: string) => {
  const found = table.clips.find((one) => one.text === text);
  if (found === undefined) throw new Error(`nobody says: ${text}`);
  return found;
};
const sound = (name: string) => {
  const found = table.sounds.find(name);
  if (found === undefined) throw new Error(`no sound: ${name}`);
  return found;
};

describe('the scores of mixes are what ONNX Runtime says of them', () => {
  test.each([
    ['street', 5],
    ['street', 20],
    ['tv', 10],
    ['babble', 20],
  ] as const)('%s at %i dB, all the time', { timeout: 30_000 }, async (name, snrDb) => {
    const room = roomWith();
    room.sound(sound(name), 0, snrDb, 0.3);
    expect((await differences(room)).most).toBeLessThanOrEqual(0);
  });

  test('things that happen between and within lines', { timeout: 30_000 }, async () => {
    const room = roomWith();
    room.speak(clip('Mm-hm.'), 64, 4);
    room.sound(sound('cough'), 30_016, 0);
    room.speak(clip('Have you seen my keys?'), 60_032, 14);
    room.sound(sound('tv'), 100_032, 15).hush(110_000);
    expect((await differences(room)).most).toBeLessThanOrEqual(0);
  });

  test.each([10, 26, 40])('an echo %i dB down', { timeout: 30_000 }, async (lossDb) => {
    expect((await differences(roomWith(echoOf(ANSWER, lossDb)))).most).toBeLessThanOrEqual(0);
  });

  test('the telephone', { timeout: 30_000 }, async () => {
    expect((await differences(roomWith(undefined, 'telephone'))).most).toBeLessThanOrEqual(0);
  });
});

test('the model takes an echo for speech that is 26 dB down, and no more one that is 40 dB down', () => {
  for (const [lossDb, isSpeech] of [
    [26, true],
    [40, false],
  ] as const) {
    const score = modelScorer(table, vadModel());
    const room = roomWith(echoOf(ANSWER, lossDb));
    const tone = bytesOf(table.ambient.pcm);
    const scores = Array.from({ length: 120 }, (_, at) => score(room.take(at * WINDOW, tone)));
    expect(Math.max(...scores) > 512, `${lossDb} dB`).toBe(isSpeech);
  }
});

test('a call without mixes is scored by its recordings alone', () => {
  const byModel = modelScorer(table, vadModel());
  const byTable = recordedScorer(table);
  for (const window of windowsIn(roomWith())) expect(byModel(window)).toBe(byTable(window));
});
