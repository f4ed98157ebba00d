// The microphone: what its recorder takes at once (16 ms in a stock web client, 20 ms in a WebRTC
// browser), without drift, with every word where the script has it.
import { describe, expect, test } from 'vitest';
import { Kernel } from '#sim/kernel/kernel.ts';
import { lateClock } from './late-clock.test-support.ts';
import { Mouth } from './mouth.ts';
import type { Part } from './script.ts';
import { type Clip, SpeechTable } from './speech-table.ts';
import { UtteranceBook } from './utterance.ts';

/** Samples of a chunk: a stock web client's, and one Opus frame. */
const CHUNKS = [256, 320] as const;
const WEB = 256;
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
  chunkSamples: number = WEB,
  lateUs = 0,
): Promise<Take> {
  const kernel = new Kernel();
  const take: Take = { chunks: [], moments: [] };
  const mouth = new Mouth(lateClock(kernel, lateUs), new UtteranceBook(table), chunkSamples, {
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

/** The windows that a listener who counts from the stream's begin scores, in order. */
function windowsOf({ chunks }: Take): Uint8Array[] {
  const stream = Buffer.concat(chunks.map(({ pcm }) => pcm));
  const count = Math.floor(stream.length / (2 * WINDOW));
  return Array.from({ length: count }, (_, at) => stream.subarray(2 * WINDOW * at, 2 * WINDOW * (at + 1)));
}

test.each(CHUNKS)(
  'timers that fire late delay every chunk of %i samples by as much, and never more',
  async (samples) => {
    const us = (samples * 1_000) / 16;
    for (const lateUs of [900, 5_000, 15_000]) {
      const { chunks } = await record(() => {}, 20_000_000, samples, lateUs);
      for (const [index, { at }] of chunks.entries()) expect(at).toBe(3_333 + (index + 1) * us + lateUs);
    }
  },
);

describe('the microphone', () => {
  test.each([
    [256, 512, 16_000, 1_249],
    [320, 640, 20_000, 999],
  ])(
    'with chunks of %i samples sends %i bytes every %i µs, without drift',
    async (samples, bytes, us, count) => {
      const { chunks } = await record(() => {}, 20_000_000, samples);
      expect(chunks).toHaveLength(count);
      for (const [index, { at, pcm }] of chunks.entries()) {
        expect(at).toBe(3_333 + (index + 1) * us);
        expect(pcm.length).toBe(bytes);
      }
    },
  );

  test.each(CHUNKS)('with chunks of %i samples is silent as it was recorded', async (samples) => {
    const windows = windowsOf(await record(() => {}, 3_000_000, samples));
    expect(windows.length).toBeGreaterThanOrEqual(92);
    const tone = new Uint8Array(ambient.pcm.buffer, ambient.pcm.byteOffset, ambient.pcm.byteLength);
    for (const window of windows) expect(Buffer.compare(window, tone)).toBe(0);
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
  // Every phase of a window and of a chunk: the two meet again after 160 ms at the latest.
  const asked = (stepUs: number, count: number) =>
    CHUNKS.flatMap((samples) =>
      Array.from({ length: count }, (_, index) => [100_000 + index * stepUs, samples] as const),
    );

  test.each(asked(5_000, 32))(
    'asked for at %i µs, in chunks of %i, begins on the next window, and the moments are those of its sound',
    async (askedUs, samples) => {
      const take = await record(says(askedUs, { text: 'hello' }), 2_000_000, samples);
      const [on, off] = soundsIn(take).map((edge) => Number(edge.split(' ')[1]));
      const begin = (on ?? 0) - 64_000;
      expect(begin % 32_000, 'the recording begins on a window').toBe(0);
      const waitUs = 3_333 + begin - askedUs;
      expect(waitUs, 'nothing is said before it was meant').toBeGreaterThanOrEqual(0);
      // A chunk that is being captured stays as it is; from its end on, the next window is due.
      expect(waitUs).toBeLessThanOrEqual(samples === WEB ? 32_000 : 20_000 + 28_000);
      expect(take.moments).toEqual([`speaking at ${3_333 + (on ?? 0)}`, `spoke at ${3_333 + (off ?? 0)}`]);
    },
  );

  test.each([0, 900, 5_000, 18_000].flatMap((lateUs) => CHUNKS.map((samples) => [lateUs, samples] as const)))(
    'is dated by its samples when timers fire %i µs late, in chunks of %i',
    async (lateUs, samples) => {
      for (const askedUs of [100_000, 108_000, 131_500]) {
        const take = await record(says(askedUs, { text: 'hello' }), 2_000_000, samples, lateUs);
        const [on, off] = soundsIn(take).map((edge) => Number(edge.split(' ')[1]));
        expect(take.moments).toEqual([`speaking at ${3_333 + (on ?? 0)}`, `spoke at ${3_333 + (off ?? 0)}`]);
      }
    },
  );

  test.each(asked(13_000, 12))(
    'asked for at %i µs, in chunks of %i, leaves every window one that the table knows',
    async (askedUs, samples) => {
      const take = await record(says(askedUs, { text: 'hello' }), 2_000_000, samples);
      for (const [at, window] of windowsOf(take).entries()) {
        expect(table.scoreOf(window), `window ${at}`).toBe(0);
      }
    },
  );

  test('said over another takes its place, moments and all', async () => {
    const script = (mouth: Mouth, kernel: Kernel) => {
      says(100_000, { text: 'hello' })(mouth, kernel);
      says(400_000, { text: 'again' })(mouth, kernel);
    };
    const take = await record(script, 2_000_000, 320);
    expect(soundsIn(take).map((edge) => edge.split(' ')[0])).toEqual(['on', 'off', 'on', 'off']);
    expect(take.moments.map((moment) => moment.split(' ')[0])).toEqual(['speaking', 'speaking', 'spoke']);
    const [on, , , off] = soundsIn(take).map((edge) => Number(edge.split(' ')[1]));
    expect(take.moments[0]).toBe(`speaking at ${3_333 + (on ?? 0)}`);
    expect(take.moments[2]).toBe(`spoke at ${3_333 + (off ?? 0)}`);
  });

  const pauses = [
    [500, 500],
    [1_000, 1_000],
    // Shorter than the recordings' own edges: cut, but never into a word.
    [300, 300],
    [64, 64],
    [0, 64],
  ] as const;
  test.each(CHUNKS.flatMap((samples) => pauses.map(([asked, heard]) => [asked, samples, heard] as const)))(
    'with a pause of %i ms, in chunks of %i, is quiet for about %i ms between the words',
    async (asked, samples, heard) => {
      const parts: Part[] = [{ text: 'hello' }, { pauseMs: asked }, { text: 'again' }];
      const take = await record(says(100_000, ...parts), 4_000_000, samples);
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
    },
  );

  test.each([0, 10, 100])('may begin with a pause, of %i ms too', async (pauseMs) => {
    const take = await record(says(100_000, { pauseMs }, { text: 'hello' }), 2_000_000);
    expect(soundsIn(take)).toHaveLength(2);
    expect(take.moments).toHaveLength(2);
  });

  test('that nobody recorded is refused with its text', () => {
    const silent = { chunk: () => {}, speaking: () => {}, spoke: () => {} };
    const mouth = new Mouth(new Kernel(), new UtteranceBook(table), WEB, silent);
    expect(() => mouth.say('v', [{ text: 'unheard of' }])).toThrow('no recording of voice v: "unheard of"');
  });
});
