// A failover from one voice to another that is fainter or louder: what is heard stays as loud as it was.
// Spoken by the emulated voices, in their own chunks, through the leveller that stands between them and the
// caller.
import { describe, expect, test } from 'vitest';
import type { Lane } from '#agent/core/wire.ts';
import { Leveller } from '#agent/media/leveller.ts';
import { SpeechPress } from '#sim/providers/speech.ts';

const TEXTS = [
  'We open at nine in the morning and close at five.',
  'Sorry, I did not catch that. Could you say it again for me, please?',
  'Let me check that for you, one moment please.',
  'Your table for two is booked at seven tonight.',
  'Sure, the library is closed on Sundays, but the cafe next door is open all day.',
];
const press = new SpeechPress();

/** What a voice says of `text`, in chunks, `db` louder than it is. */
function spoken(text: string, rate: number, db: number): readonly Uint8Array[] {
  const factor = 10 ** ((db - 9) / 20);
  return press.press(text, { rate, encoding: 's16le' }).chunks.map(({ bytes }) => {
    const samples = new Int16Array(bytes.slice().buffer).map((sample) => Math.round(sample * factor));
    return new Uint8Array(samples.buffer);
  });
}

/** Gated loudness of what was heard, dB. */
function loudness(pieces: readonly Uint8Array[], rate: number): number {
  const all = new Int16Array(Uint8Array.from(Buffer.concat(pieces)).buffer);
  const block = rate / 50;
  const powers: number[] = [];
  for (let at = 0; at + block <= all.length; at += block) {
    const power = all.subarray(at, at + block).reduce((sum, one) => sum + one * one, 0) / block;
    if (power > 10_000) powers.push(power);
  }
  const mean = (of: readonly number[]) => of.reduce((sum, one) => sum + one, 0) / of.length;
  const gate = mean(powers) / 10;
  return 10 * Math.log10(mean(powers.filter((power) => power >= gate)));
}

function play(leveller: Leveller, lane: Lane, texts: readonly string[], rate: number, db: number) {
  const given = texts.flatMap((text) => spoken(text, rate, db));
  return { given, heard: given.map((piece) => leveller.level(lane, piece)) };
}

describe.each([8_000, 24_000])('at %d Hz', (rate) => {
  test.each([-8, 8, -12, 5])('a second voice %d dB away is heard as loud as the first', (db) => {
    const leveller = new Leveller(rate);
    const first = play(leveller, 0, TEXTS, rate, 0);
    const second = play(leveller, 1, TEXTS, rate, db);
    expect(first.heard).toEqual(first.given);
    expect(Math.abs(loudness(second.given, rate) - loudness(first.given, rate))).toBeCloseTo(Math.abs(db), 0);
    const jump = loudness(second.heard, rate) - loudness(first.heard, rate);
    expect(Math.abs(jump)).toBeLessThanOrEqual(1.5);
    // And back: the first one is what it was.
    const back = play(leveller, 0, TEXTS, rate, 0);
    expect(back.heard).toEqual(back.given);
  });

  test.each(TEXTS)(
    'after a failover to a voice 8 dB away, the very next answer does not jump: %s',
    (text) => {
      for (const db of [-8, 8]) {
        const leveller = new Leveller(rate);
        play(leveller, 0, TEXTS, rate, 0);
        const alike = loudness(spoken(text, rate, 0), rate);
        const jump = loudness(play(leveller, 1, [text], rate, db).heard, rate) - alike;
        expect(Math.abs(jump)).toBeLessThanOrEqual(1.5);
      }
    },
  );

  test('voices that are equally loud pass byte for byte, whatever they say first', () => {
    for (const text of [
      ...TEXTS,
      'Sure.',
      'Goodbye!',
      'Sorry.',
      'Shh.',
      'Yes, at seven.',
      'Fish, of course.',
    ]) {
      for (const db of [0, 0.5, -0.5]) {
        const leveller = new Leveller(rate);
        play(leveller, 0, TEXTS, rate, 0);
        const { given, heard } = play(leveller, 1, [text, ...TEXTS], rate, db);
        const touched = heard.filter((piece, index) => piece !== given[index]).length;
        expect([text, db, touched]).toEqual([text, db, 0]);
      }
    }
  });
});

test('whoever is heard first is the measure, and one voice alone is never touched', () => {
  const rate = 8_000;
  const leveller = new Leveller(rate);
  const alone = play(leveller, 1, TEXTS, rate, -8);
  expect(alone.heard).toEqual(alone.given);
  const other = play(leveller, 0, TEXTS, rate, 0);
  expect(Math.abs(loudness(other.heard, rate) - loudness(alone.heard, rate))).toBeLessThanOrEqual(1.5);
});

test('nothing wraps or is cut: full scale made louder stays within it, byte for byte as long', () => {
  const leveller = new Leveller(8_000);
  play(leveller, 0, TEXTS, 8_000, 8);
  play(leveller, 1, TEXTS, 8_000, -7);
  const loud = new Int16Array(801).map((_, index) => (index % 2 === 0 ? 32_767 : -32_768));
  const odd = new Uint8Array(loud.buffer, 0, 1_601);
  const made = leveller.level(1, odd);
  expect(made.length).toBe(odd.length);
  const samples = new Int16Array(made.slice(0, 1_600).buffer);
  for (const [index, sample] of samples.entries()) expect(Math.sign(sample)).toBe(index % 2 === 0 ? 1 : -1);
});

test('the same pieces give the same bytes', () => {
  const once = () => {
    const leveller = new Leveller(8_000);
    play(leveller, 0, TEXTS, 8_000, 0);
    return Buffer.concat(play(leveller, 1, TEXTS, 8_000, -8).heard);
  };
  expect(once().equals(once())).toBe(true);
});
