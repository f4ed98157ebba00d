// Chance by key: what one draw is worth never depends on what else was drawn.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hashNumber, hashText } from './hash.ts';
import { KeyedChance, uniformOf } from './random.ts';

const draw = fc.record({ turn: fc.nat(20), stage: fc.constantFrom('stt', 'llm', 'tts', 'gap', 'l') });

describe('keyed chance', () => {
  test('a draw is the same whatever was drawn for other keys before it', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(draw), draw, (seed, others, mine) => {
        const alone = new KeyedChance(seed, 'scenario').uniform(mine.turn, mine.stage);
        const crowded = new KeyedChance(seed, 'scenario');
        for (const { turn, stage } of others) {
          if (turn !== mine.turn || stage !== mine.stage) crowded.uniform(turn, stage);
        }
        expect(crowded.uniform(mine.turn, mine.stage)).toBe(alone);
      }),
    );
  });

  test('requests with other content, put in anywhere, leave the draws of all others as they were', () => {
    const request = fc.record({
      turn: fc.nat(3),
      stage: fc.constantFrom('llm.first_token', 'tts.first_audio', 'stt.final'),
      key: fc.constantFrom('', 'When do you open?', 'When do', 'a/b', '0'),
    });
    const extra = fc.record({ ...{ where: fc.nat(30) }, request });
    fc.assert(
      fc.property(fc.array(request, { maxLength: 20 }), fc.array(extra), (mine, extras) => {
        const drawn = (crowd: readonly (typeof extras)[number][]) => {
          const chance = new KeyedChance(1, 'paired');
          return mine.map(({ turn, stage, key }, index) => {
            for (const { where, request: other } of crowd) {
              if (where === index) chance.uniform(other.turn, other.stage, `other ${other.key}`);
            }
            return chance.uniform(turn, stage, key);
          });
        };
        expect(drawn(extras)).toEqual(drawn([]));
      }),
    );
  });

  test('content makes a draw of its own, and a second request for the same is another attempt', () => {
    const of = (...keys: readonly string[]) => {
      const chance = new KeyedChance(1, 'a');
      return keys.map((key) => chance.uniform(3, 'llm', key));
    };
    const [when, where, again] = of('when', 'where', 'when');
    expect(new Set([when, where, again, ...of('')]).size).toBe(4);
    expect(of('where', 'when', 'when')).toEqual([where, when, again]);
  });

  test('each attempt of the same stage is a draw of its own, in order', () => {
    const attempts = (chance: KeyedChance) => Array.from({ length: 50 }, () => chance.uniform(3, 'llm'));
    const first = attempts(new KeyedChance(1, 'a'));
    expect(attempts(new KeyedChance(1, 'a'))).toEqual(first);
    expect(new Set(first).size).toBe(50);
  });

  test('seed, scenario, turn and stage each make another draw', () => {
    const of = (seed: number, scenario: string, turn: number, stage: string) =>
      new KeyedChance(seed, scenario).uniform(turn, stage);
    const draws = [
      of(1, 'a', 1, 'llm'),
      of(2, 'a', 1, 'llm'),
      of(2 ** 32 + 1, 'a', 1, 'llm'),
      of(1, 'b', 1, 'llm'),
      of(1, 'a', 2, 'llm'),
      of(1, 'a', 1, 'tts'),
    ];
    expect(new Set(draws).size).toBe(draws.length);
  });

  test.each(['neighbouring seeds', 'neighbouring turns', 'attempts'])('%s are spread evenly', (what) => {
    const COUNT = 20_000;
    const BINS = 20;
    const bins = new Array<number>(BINS).fill(0);
    const one = new KeyedChance(7, 'spread');
    let sum = 0;
    for (let at = 0; at < COUNT; at += 1) {
      const chance = what === 'neighbouring seeds' ? new KeyedChance(at, 'spread') : one;
      const value = chance.uniform(what === 'neighbouring turns' ? at : 0, 'llm.first_token');
      expect(value >= 0 && value < 1).toBe(true);
      const bin = Math.floor(value * BINS);
      bins[bin] = (bins[bin] ?? 0) + 1;
      sum += value;
    }
    const expected = COUNT / BINS;
    const chiSquare = bins.reduce((total, count) => total + (count - expected) ** 2 / expected, 0);
    // 19 degrees of freedom: 43.8 is exceeded by chance once in a thousand.
    expect(chiSquare).toBeLessThan(43.8);
    expect(Math.abs(sum / COUNT - 0.5)).toBeLessThan(0.01);
  });
});

test('hashes tell apart what is nearly the same', () => {
  const texts = ['', 'a', 'b', 'ab', 'ba', 'aa', '\0', 'a\0'].map((text) => hashText(0, text));
  expect(new Set(texts).size).toBe(texts.length);
  const numbers = [0, 1, -1, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1].map((n) => hashNumber(0, n));
  expect(new Set(numbers).size).toBe(numbers.length);
  fc.assert(fc.property(fc.integer(), (state) => uniformOf(state) >= 0 && uniformOf(state) < 1));
});
