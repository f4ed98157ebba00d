import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Row } from '../row.test-support.ts';
import { DEFAULT_CORE_SETTINGS } from '../setting.ts';
import { ms } from '../time.ts';
import { VadProcessor } from './processor.ts';

const BYTES_PER_MS = 32;

/** A microphone into the processor; every window is scored `lateMs` after it was asked for. */
class Microphone {
  readonly row = new Row((outlet) => new VadProcessor(DEFAULT_CORE_SETTINGS.vad, outlet));
  readonly #lateMs: number;
  #scored = 0;
  #waiting: { readonly at: number; readonly score: number }[] = [];

  constructor(lateMs = 0) {
    this.#lateMs = lateMs;
  }

  sends(atMs: number, pcm: Uint8Array): void {
    this.#score(atMs);
    this.row.push(ms(atMs), { kind: 'AudioRaw', pcm, sampleRate: 16_000 });
    const asked = this.row.effects.flatMap((effect) => (effect.kind === 'score' ? [effect] : []));
    for (const { pcm: window } of asked.slice(this.#scored)) {
      this.#waiting.push({ at: atMs + this.#lateMs, score: loud(window) ? 1_024 : 0 });
    }
    this.#scored = asked.length;
    if (this.#lateMs === 0) this.#score(atMs);
  }

  #score(atMs: number): void {
    const due = this.#waiting.filter(({ at }) => at <= atMs);
    this.#waiting = this.#waiting.filter(({ at }) => at > atMs);
    for (const { score } of due) this.row.subject.scored(ms(atMs), score);
  }

  /** What the recogniser got, as one row of bytes. */
  get heard(): number[] {
    return this.row.after.of('AudioRaw').flatMap(({ pcm }) => [...pcm]);
  }
}

/** Silence is even bytes, speech odd ones; every byte tells its place, so that order shows. */
const sample = (at: number, speech: boolean) => ((at * 2) % 250) + (speech ? 1 : 0);
const loud = (window: Uint8Array) => ((window[512] ?? 0) & 1) === 1;

function recording(spans: readonly { readonly ms: number; readonly speech: boolean }[]): Uint8Array {
  const bytes: number[] = [];
  for (const span of spans) {
    for (let n = 0; n < span.ms * BYTES_PER_MS; n += 1) bytes.push(sample(bytes.length, span.speech));
  }
  return Uint8Array.from(bytes);
}

function play(microphone: Microphone, pcm: Uint8Array, chunkMs: readonly number[]): void {
  for (let at = 0, count = 0; at < pcm.length; count += 1) {
    const to = at + (chunkMs[count % chunkMs.length] ?? 20) * BYTES_PER_MS;
    microphone.sends(Math.min(to, pcm.length) / BYTES_PER_MS, pcm.subarray(at, to));
    at = to;
  }
}

describe('the recogniser', () => {
  test('hears nothing while nobody speaks', () => {
    const microphone = new Microphone();
    play(microphone, recording([{ ms: 2_000, speech: false }]), [20]);
    expect(microphone.heard).toEqual([]);
    expect(microphone.row.after.kinds()).toEqual([]);
  });

  test('hears the padding first, then the speech, in order and once, whatever the chunks', () => {
    const pcm = recording([
      { ms: 960, speech: false },
      { ms: 640, speech: true },
      { ms: 960, speech: false },
    ]);
    const chunks = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(chunks, fc.constantFrom(0, 50, 400), (chunkMs, lateMs) => {
        const microphone = new Microphone(lateMs);
        play(microphone, pcm, chunkMs);
        play(microphone, new Uint8Array(TAIL_BYTES), [100]);
        const heard = microphone.heard;
        const from = 960 - DEFAULT_CORE_SETTINGS.vad.prePaddingMs;
        expect(microphone.row.after.of('VadUserStartedSpeaking')).toHaveLength(1);
        const begin = beginOf(pcm, heard);
        expect(begin).toBeGreaterThanOrEqual(0);
        expect(begin).toBeLessThanOrEqual(from * BYTES_PER_MS);
        expect(begin + heard.length).toBeGreaterThanOrEqual(1_600 * BYTES_PER_MS);
      }),
      { numRuns: 30, seed: 1 },
    );
  });

  test('gets about the padding and not much more', () => {
    const microphone = new Microphone();
    play(
      microphone,
      recording([
        { ms: 2_000, speech: false },
        { ms: 96, speech: true },
        { ms: 32, speech: true },
      ]),
      [20],
    );
    const heardMs = microphone.heard.length / BYTES_PER_MS;
    expect(heardMs).toBeGreaterThanOrEqual(300 + 96);
    expect(heardMs).toBeLessThanOrEqual(300 + 128 + 60);
  });
});

const TAIL_BYTES = 1_000 * BYTES_PER_MS;

/** Where in `pcm` the row `heard` begins; -1 when it is no unbroken part of it. */
function beginOf(pcm: Uint8Array, heard: readonly number[]): number {
  const whole = Uint8Array.from([...pcm, ...new Uint8Array(TAIL_BYTES)]);
  for (let begin = 0; begin + heard.length <= whole.length; begin += BYTES_PER_MS) {
    let same = 0;
    while (same < heard.length && whole[begin + same] === heard[same]) same += 1;
    if (same === heard.length) return begin;
  }
  return -1;
}

test('the start is told before its audio, and dated from the first window of speech', () => {
  const microphone = new Microphone();
  play(
    microphone,
    recording([
      { ms: 320, speech: false },
      { ms: 320, speech: true },
    ]),
    [32],
  );
  expect(microphone.row.after.kinds()[0]).toBe('VadUserStartedSpeaking');
  expect(microphone.row.after.of('VadUserStartedSpeaking')).toEqual([
    { kind: 'VadUserStartedSpeaking', atUs: ms(352), levelDb: expect.any(Number) },
  ]);
});

test('a microphone that falls silent in mid-speech ends the speech after a second', () => {
  const microphone = new Microphone();
  play(microphone, recording([{ ms: 640, speech: true }]), [20]);
  const at = microphone.row.timers.at('audio_gap');
  expect(at).toBe(ms(1_640));
  microphone.row.subject.audioGap(at ?? 0);
  expect(microphone.row.after.of('VadUserStoppedSpeaking')).toEqual([
    {
      kind: 'VadUserStoppedSpeaking',
      atUs: ms(640),
      decidedUs: ms(1_640),
      levelDb: expect.any(Number),
    },
  ]);
  expect(microphone.row.timers.next()).toBeUndefined();
});

test('what was left of a window before a gap is no speech after it', () => {
  const microphone = new Microphone();
  play(microphone, recording([{ ms: 650, speech: true }]), [10]);
  microphone.row.subject.audioGap(ms(1_650));
  play(microphone, recording([{ ms: 640, speech: false }]), [10]);
  expect(microphone.row.after.of('VadUserStartedSpeaking')).toHaveLength(1);
});

test('everything that is no audio passes untouched, and a score nobody asked for is nothing', () => {
  const microphone = new Microphone();
  microphone.row.subject.scored(0, 1_024);
  microphone.row.push(0, { kind: 'Start' });
  microphone.row.push(0, { kind: 'SttFinalize', turn: 1 }, 'upstream');
  expect(microphone.row.after.kinds()).toEqual(['Start', 'SttFinalize']);
  expect(microphone.row.before.kinds()).toEqual(['Start', 'SttFinalize']);
});
