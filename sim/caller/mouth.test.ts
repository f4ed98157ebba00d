// The microphone: 16 ms of sound every 16 ms, without drift, with every word where the script has it.
import { describe, expect, test } from 'vitest';
import type { Clock } from '#sim/kernel/clock.ts';
import { Kernel } from '#sim/kernel/kernel.ts';
import { Mouth } from './mouth.ts';
import type { Part } from './script.ts';
import { type Clip, SpeechTable } from './speech-table.ts';

const CHUNK_US = 16_000;
const WINDOW = 512;
/** Loudness of the sound of each clip, so that a chunk tells whose it is. */
const LOUD = 1_000;

/** 64 ms of hiss, `speechMs` of sound, hiss to the end of a window at least 384 ms later. */
function clip(text: string, speechMs: number, seed: number): Clip {
  const samples = Math.ceil(((64 + speechMs + 384) * 16) / WINDOW) * WINDOW;
  const pcm = new Int16Array(samples);
  let state = seed;
  for (let at = 0; at < samples; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const sounding = at >= 64 * 16 && at < (64 + speechMs) * 16;
    pcm[at] = ((state >>> 16) % 7) - 3 + (sounding ? LOUD : 0);
  }
  const scores = new Array<number>(samples / WINDOW).fill(0);
  const speechEndUs = (64 + speechMs) * 1_000;
  return { id: text, voice: 'v', text, pcm, words: [], scores, speechStartUs: 64_000, speechEndUs };
}

const ambient: Clip = { ...clip('', 0, 1), pcm: clip('', 0, 1).pcm.slice(0, WINDOW), scores: [0] };
const table = new SpeechTable(ambient, [clip('hello', 500, 2), clip('again', 200, 3)]);

type Take = {
  /** When each chunk came, and whether it held speech. */
  readonly chunks: { readonly at: number; readonly loud: boolean; readonly pcm: Uint8Array }[];
  readonly moments: string[];
};

/** Opens the microphone at 3,333 µs, an odd moment, and lets `script` happen. */
async function record(
  script: (mouth: Mouth, kernel: Kernel) => void,
  untilUs: number,
  lateUs = 0,
): Promise<Take> {
  const kernel = new Kernel();
  // Timers that fire late, as real ones do.
  const clock: Clock = {
    now: () => kernel.now(),
    after: (delay, run, argument) => kernel.after(delay + lateUs, run, argument),
    cancel: (timer) => kernel.cancel(timer),
  };
  const take: Take = { chunks: [], moments: [] };
  const mouth = new Mouth(clock, table, {
    chunk: (pcm) => take.chunks.push({ at: kernel.now(), loud: isLoud(pcm), pcm }),
    speaking: (atUs) => take.moments.push(`speaking at ${atUs}`),
    spoke: (atUs) => take.moments.push(`spoke at ${atUs}`),
  });
  kernel.after(3_333, () => mouth.open(), undefined);
  script(mouth, kernel);
  await kernel.run({ untilUs, stopWhen: () => false });
  return take;
}

const samplesOf = (pcm: Uint8Array): Int16Array => new Int16Array(pcm.slice().buffer);
const isLoud = (pcm: Uint8Array): boolean => samplesOf(pcm).some((sample) => sample > LOUD / 2);

const says =
  (at: number, ...parts: readonly Part[]) =>
  (mouth: Mouth, kernel: Kernel) =>
    void kernel.after(at, () => mouth.say('v', parts), undefined);

/** Where in the stream (µs from its start) the sound begins and ends, sample by sample. */
function soundsIn(take: Take): string[] {
  const all = take.chunks.flatMap(({ pcm }) => [...samplesOf(pcm)]);
  const edges: string[] = [];
  let on = false;
  for (const [index, sample] of all.entries()) {
    const loud = sample > LOUD / 2;
    if (loud !== on) edges.push(`${loud ? 'on' : 'off'} ${(index * 1_000) / 16}`);
    on = loud;
  }
  return edges;
}

describe('the microphone', () => {
  test('sends 512 bytes every 16 ms, on a schedule that does not drift', async () => {
    const { chunks } = await record(() => {}, 20_000_000);
    expect(chunks).toHaveLength(1_249);
    for (const [index, { at, pcm }] of chunks.entries()) {
      expect(at).toBe(3_333 + (index + 1) * CHUNK_US);
      expect(pcm.length).toBe(512);
    }
  });

  test('is silent as it was recorded: windows of room tone, two chunks each', async () => {
    const { chunks } = await record(says(100_000, { text: 'hello' }), 3_000_000);
    for (let at = 0; at + 1 < 6; at += 2) {
      const window = Buffer.concat(
        [chunks[at]?.pcm ?? [], chunks[at + 1]?.pcm ?? []].map((pcm) => Uint8Array.from(pcm)),
      );
      expect(table.scoreOf(window)).toBe(0);
    }
  });

  test('stops in mid-word when it is closed', async () => {
    const take = await record((mouth, kernel) => {
      says(100_000, { text: 'hello' })(mouth, kernel);
      kernel.after(400_000, () => mouth.close(), undefined);
    }, 5_000_000);
    expect(take.chunks.at(-1)?.at).toBeLessThanOrEqual(400_000);
    expect(take.moments).toHaveLength(1);
  });
});

describe('an utterance', () => {
  // Every phase of a window, and both of its chunks.
  test.each(Array.from({ length: 16 }, (_, index) => 100_000 + index * 2_000))(
    'asked for at %i µs begins on a window, and the moments are those of its sound',
    async (askedUs) => {
      const take = await record(says(askedUs, { text: 'hello' }), 2_000_000);
      const [on, off] = soundsIn(take).map((edge) => Number(edge.split(' ')[1]));
      const begin = (on ?? 0) - 64_000;
      expect(begin % 32_000, 'the recording begins on a window').toBe(0);
      expect(Math.abs(3_333 + begin - askedUs)).toBeLessThanOrEqual(16_000);
      expect(take.moments).toEqual([`speaking at ${3_333 + (on ?? 0)}`, `spoke at ${3_333 + (off ?? 0)}`]);
    },
  );

  test.each([0, 900, 5_000])('is dated by its samples when timers fire %i µs late', async (lateUs) => {
    for (const askedUs of [100_000, 108_000, 131_500]) {
      const take = await record(says(askedUs, { text: 'hello' }), 2_000_000, lateUs);
      const [on, off] = soundsIn(take).map((edge) => Number(edge.split(' ')[1]));
      expect(take.moments).toEqual([`speaking at ${3_333 + (on ?? 0)}`, `spoke at ${3_333 + (off ?? 0)}`]);
    }
  });

  test('leaves every window one that the table knows, before, within and after', async () => {
    for (const askedUs of [100_000, 110_000, 117_000, 130_000]) {
      const { chunks } = await record(says(askedUs, { text: 'hello' }), 2_000_000);
      for (let at = 0; at + 1 < chunks.length; at += 2) {
        const window = Buffer.concat([
          chunks[at]?.pcm ?? Buffer.alloc(0),
          chunks[at + 1]?.pcm ?? Buffer.alloc(0),
        ]);
        expect(table.scoreOf(window), `window ${at / 2}, asked for at ${askedUs}`).toBe(0);
      }
    }
  });

  test.each([
    [500, 500],
    [1_000, 1_000],
    // Shorter than the recordings' own edges: cut, but never into a word.
    [300, 300],
    [64, 64],
    [0, 64],
  ])('with a pause of %i ms is quiet for about %i ms between the words', async (asked, heard) => {
    const parts: Part[] = [{ text: 'hello' }, { pauseMs: asked }, { text: 'again' }];
    const take = await record(says(100_000, ...parts), 4_000_000);
    const edges = soundsIn(take);
    expect(edges.map((edge) => edge.split(' ')[0])).toEqual(['on', 'off', 'on', 'off']);
    const times = edges.map((edge) => Number(edge.split(' ')[1]));
    expect((times[1] ?? 0) - (times[0] ?? 0), 'the first word is whole').toBe(500_000);
    expect((times[3] ?? 0) - (times[2] ?? 0), 'the second too').toBe(200_000);
    const gapMs = ((times[2] ?? 0) - (times[1] ?? 0)) / 1_000;
    expect(Math.abs(gapMs - heard)).toBeLessThanOrEqual(32);
    expect(take.moments).toEqual([
      `speaking at ${3_333 + (times[0] ?? 0)}`,
      `spoke at ${3_333 + (times[3] ?? 0)}`,
    ]);
  });

  test.each([0, 10, 100])('may begin with a pause, of %i ms too', async (pauseMs) => {
    const take = await record(says(100_000, { pauseMs }, { text: 'hello' }), 2_000_000);
    expect(soundsIn(take)).toHaveLength(2);
    expect(take.moments).toHaveLength(2);
  });

  test('that nobody recorded is refused with its text', () => {
    const mouth = new Mouth(new Kernel(), table, { chunk: () => {}, speaking: () => {}, spoke: () => {} });
    expect(() => mouth.say('v', [{ text: 'unheard of' }])).toThrow('no recording of voice v: "unheard of"');
  });
});
