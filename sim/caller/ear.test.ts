// The ear: when the agent is audible, when it has fallen quiet, which words sounded, and where the
// sound broke off in between.
import { describe, expect, test } from 'vitest';
import type { Clock } from '#sim/kernel/clock.ts';
import { EAR_QUIET_US } from '#sim/kernel/fact.ts';
import { Kernel } from '#sim/kernel/kernel.ts';
import { EarIndex } from '#sim/providers/ear-index.ts';
import { Voice } from '#sim/providers/voice.ts';
import { AdaptivePlayer } from './client/adaptive-player.ts';
import type { HeardPiece } from './client/client.ts';
import type { Player, Sound } from './client/player.ts';
import { StockPlayer } from './client/stock-player.ts';
import { Ear } from './ear.ts';
import { lateClock } from './late-clock.test-support.ts';

const RATE = 24_000;
const TEXT = 'We open at nine.';
const index = new EarIndex(RATE, [TEXT]);
const { pcm, words } = new Voice(RATE).utterance(TEXT);
const bytes = new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength);
const us = (samples: number): number => Math.round((samples * 1_000_000) / RATE);
/** 40 ms. */
const CHUNK = 1_920;

type World = {
  /** How late timers fire. */
  readonly lateUs?: number;
  readonly isSpokenOver?: (nowUs: number) => boolean;
  readonly player?: new (clock: Clock, rate: number, sound: Sound) => Player;
};

/** An ear on a clock, and what it notes. */
function newEar({ lateUs = 0, isSpokenOver = () => false }: World = {}): {
  readonly kernel: Kernel;
  readonly ear: Ear;
  readonly heard: string[];
} {
  const kernel = new Kernel();
  const heard: string[] = [];
  const ear = new Ear(lateClock(kernel, lateUs), RATE, index, {
    note: (fact) => {
      const { t, who, what, ...rest } = fact;
      heard.push(`${t} ${what} ${JSON.stringify(rest)}`);
    },
    audible: () => {},
    quiet: () => {},
    isSpokenOver: () => isSpokenOver(kernel.now()),
  });
  return { kernel, ear, heard };
}

/** Plays `stream` to the ear in 40 ms chunks: `arrivals` maps the number of a chunk to its time. */
async function listen(
  stream: Uint8Array,
  arrivals: (chunk: number) => number,
  world: World = {},
): Promise<string[]> {
  const { kernel, ear, heard } = newEar(world);
  const { player: Kind = StockPlayer, lateUs = 0 } = world;
  const player = new Kind(lateClock(kernel, lateUs), RATE, (piece) => ear.hear(piece));
  for (let at = 0; at * CHUNK < stream.length; at += 1) {
    const chunk = stream.subarray(at * CHUNK, (at + 1) * CHUNK);
    kernel.after(arrivals(at), () => player.arrived(chunk), undefined);
  }
  await kernel.run({ untilUs: 60_000_000, stopWhen: () => false });
  return heard;
}

const kinds = (heard: readonly string[]): string[] => heard.map((line) => line.split(' ')[1] ?? '');

describe('a reply that arrives in time', () => {
  test('is audible from its first sample, heard word by word, and quiet 240 ms after its last', async () => {
    const heard = await listen(bytes, (chunk) => 100_000 + chunk * 20_000);
    expect(kinds(heard)).toEqual(['ear.audible', ...words.map(() => 'ear.word'), 'ear.quiet']);
    const first = words[0]?.startSample ?? 0;
    const last = words.at(-1)?.endSample ?? 0;
    const atUs = 100_000 + us(first);
    expect(heard[0]).toBe(`${atUs} ear.audible {"atUs":${atUs},"arrivedUs":100000}`);
    for (const [at, word] of words.entries()) {
      const [t, , json] = heard[1 + at]?.split(' ') ?? [];
      expect(Math.abs(Number(t) - 100_000 - us(word.endSample))).toBeLessThanOrEqual(20);
      expect(JSON.parse(json ?? '')).toMatchObject({ share: 1 });
    }
    const quiet = JSON.parse(heard.at(-1)?.split(' ')[2] ?? '') as { atUs: number };
    // The last sample of a word is near zero: the last audible one is a little earlier.
    expect(100_000 + us(last) - quiet.atUs).toBeLessThan(5_000);
    expect(Number(heard.at(-1)?.split(' ')[0])).toBe(quiet.atUs + EAR_QUIET_US);
  });

  test('sounds the same whether it comes at once or as it is played', async () => {
    const atOnce = await listen(bytes, () => 100_000);
    const paced = await listen(bytes, (chunk) => 100_000 + chunk * 40_000);
    const said = (heard: string[]) => heard.map((line) => line.replace(/"arrivedUs":\d+/, ''));
    expect(said(paced)).toEqual(said(atOnce));
  });
});

describe('a reply that stutters', () => {
  test('is an underrun when the sound runs dry in its middle, and goes on', async () => {
    const late = 5;
    const heard = await listen(bytes, (chunk) => 100_000 + chunk * 40_000 + (chunk >= late ? 100_000 : 0));
    expect(kinds(heard).filter((kind) => kind === 'underrun')).toHaveLength(1);
    expect(heard.find((line) => line.includes('underrun'))).toContain(
      `${100_000 + late * 40_000 + 100_000} `,
    );
    expect(kinds(heard).filter((kind) => kind === 'ear.audible')).toHaveLength(1);
    expect(kinds(heard).at(-1)).toBe('ear.quiet');
  });

  test('that is silent for longer than people wait is quiet, and audible again', async () => {
    const heard = await listen(bytes, (chunk) => 100_000 + chunk * 40_000 + (chunk >= 5 ? 2_000_000 : 0));
    const edges = kinds(heard).filter((kind) => kind !== 'ear.word');
    expect(edges).toEqual(['ear.audible', 'ear.quiet', 'ear.audible', 'ear.quiet']);
  });
});

describe('what is an underrun', () => {
  const underruns = (heard: readonly string[]) => kinds(heard).filter((kind) => kind === 'underrun').length;
  /** Chunk 5 comes so long after the sound before it has run dry. */
  const gap = (gapUs: number) => (chunk: number) => 100_000 + chunk * 40_000 + (chunk >= 5 ? gapUs : 0);

  test.each([
    [0, 0],
    [20_000, 1],
    [239_000, 1],
    [900_000, 1],
    [1_999_000, 1],
    [2_000_000, 0],
  ])('sound that breaks off and goes on %i µs later: %i', async (gapUs, count) => {
    expect(underruns(await listen(bytes, gap(gapUs)))).toBe(count);
  });

  test('a reply that begins soon after another has ended in silence is none', async () => {
    const chunks = Math.ceil(bytes.length / CHUNK);
    const twice = new Uint8Array(chunks * CHUNK + bytes.length);
    twice.set(bytes);
    twice.set(bytes, chunks * CHUNK);
    const lengthUs = chunks * 40_000;
    for (const pauseUs of [1_000, 30_000, 200_000]) {
      const heard = await listen(twice, (chunk) => 100_000 + (chunk < chunks ? 0 : lengthUs + pauseUs));
      expect(underruns(heard), `${pauseUs} µs after the other`).toBe(0);
    }
  });

  test('an agent that gives way to the caller and answers soon has not stuttered', async () => {
    const speaksUntilUs = 100_000 + 5 * 40_000 + 200_000;
    const isSpokenOver = (nowUs: number) => nowUs < speaksUntilUs;
    expect(underruns(await listen(bytes, gap(900_000), { isSpokenOver }))).toBe(0);
    expect(underruns(await listen(bytes, gap(900_000)))).toBe(1);
  });
});

describe.each([
  { client: 'the stock player', player: StockPlayer },
  { client: 'our own player', player: AdaptivePlayer },
])('an ear behind $client whose timers fire late', ({ player }) => {
  const dated = (heard: readonly string[]) =>
    heard.map((line) => line.replace(/^\d+ /, '')).toSorted((one, other) => (one < other ? -1 : 1));
  const stated = (heard: readonly string[]) => heard.map((line) => Number.parseInt(line, 10));

  test.each([900, 5_000, 18_000])(
    'by %i µs states late, and dates everything as if they did not',
    async (lateUs) => {
      const arrivals = (chunk: number) => 100_000 + chunk * 38_000;
      const punctual = await listen(bytes, arrivals, { player });
      const late = await listen(bytes, arrivals, { player, lateUs });
      expect(punctual).toHaveLength(words.length + 2);
      expect(dated(late)).toEqual(dated(punctual));
      expect(stated(late)).not.toEqual(stated(punctual));
    },
  );

  test('dates the break of a voice, and what follows it, by its samples', async () => {
    const arrivals = (chunk: number) => 100_000 + chunk * 40_000 + (chunk >= 5 ? 400_000 : 0);
    const punctual = await listen(bytes, arrivals, { player });
    expect(kinds(punctual)).toContain('underrun');
    for (const lateUs of [900, 5_000, 18_000]) {
      expect(dated(await listen(bytes, arrivals, { player, lateUs }))).toEqual(dated(punctual));
    }
  });
});

describe('a reply that is cut off', () => {
  test('leaves a share of its last word, at the moment at which it stopped', async () => {
    const word = words[2];
    if (word === undefined) throw new Error('the text has four words');
    const half = word.startSample + Math.floor((word.endSample - word.startSample) / 2);
    const heard = await listen(bytes.slice(0, 2 * half), () => 100_000);
    const cut = heard.filter((line) => line.includes('ear.word')).at(-1) ?? '';
    const { text, share } = JSON.parse(cut.split(' ')[2] ?? '') as { text: string; share: number };
    expect([text, share > 0.45 && share < 0.55]).toEqual(['at', true]);
    expect(Math.abs(Number(cut.split(' ')[0]) - 100_000 - us(half))).toBeLessThanOrEqual(20);
  });
});

describe('a reply out of a jitter buffer', () => {
  /** The stream in 10 ms pieces, each at the time at which it sounds, as `treat` would have them. */
  async function hearTreated(treat: (piece: HeardPiece, at: number) => HeardPiece): Promise<string[]> {
    const { kernel, ear, heard } = newEar();
    for (let at = 0; at * 480 < bytes.length; at += 1) {
      const startUs = 100_000 + at * 10_000;
      const pcm = bytes.subarray(at * 480, (at + 1) * 480);
      const asSent = {
        pcm,
        startUs,
        arrivedUs: 100_000,
        continues: at > 0,
        damagedSamples: 0,
        addedSamples: 0,
      };
      kernel.after(startUs, () => ear.hear(treat(asSent, at)), undefined);
    }
    await kernel.run({ untilUs: 60_000_000, stopWhen: () => false });
    return heard;
  }

  test('is heard like one from a queue', async () => {
    const queued = await listen(bytes, () => 100_000);
    expect(await hearTreated((piece) => piece)).toEqual(queued);
  });

  test('loses of a word what was made up in its middle, and nothing of the others', async () => {
    const open = words[1];
    if (open === undefined) throw new Error('the text has four words');
    // 20 ms, from 40 ms after the word's begin on: its onset is whole.
    const first = Math.ceil((open.startSample + 960) / 240);
    const heard = await hearTreated((piece, at) =>
      at === first || at === first + 1
        ? { ...piece, pcm: new Uint8Array(480).fill(1), damagedSamples: 240 }
        : piece,
    );
    const shares = heard
      .filter((line) => line.includes('ear.word'))
      .map((line) => JSON.parse(line.split(' ')[2] ?? '') as { text: string; share: number });
    const kept = 1 - 480 / (open.endSample - open.startSample);
    expect(shares.map(({ text }) => text)).toEqual(['we', 'open', 'at', 'nine']);
    expect(shares.map(({ share }) => share)).toEqual([1, kept, 1, 1]);
  });
});

test('silence and nothing are neither heard nor quiet', async () => {
  expect(await listen(new Uint8Array(48_000), (chunk) => chunk * 40_000)).toEqual([]);
  expect(await listen(new Uint8Array(0), () => 0)).toEqual([]);
});
