// Whose words they were: by the exact instants of the samples, however late somebody stated them.
import { expect, test } from 'vitest';
import { ms } from '#agent/core/time.ts';
import type { Fact } from '#sim/kernel/fact.ts';
import { join } from './exchange.ts';

/** Real timers fire a little late, each as it happens. */
const LATE_US = [9_000, 40, 1_300, 10, 700, 12_000, 5] as const;

type Saying = { readonly reply: number; readonly atMs: number; readonly words: readonly string[] };

/** Replies of words of 200 ms each, one every 200 ms, with what the agent and the ear state of them. */
function story(...sayings: readonly Saying[]): Fact[] {
  let told = 0;
  const late = (us: number) => us + (LATE_US[told++ % LATE_US.length] ?? 0);
  return sayings.flatMap(({ reply, atMs, words }): Fact[] => {
    const endUs = ms(atMs + 200 * words.length);
    return [
      { t: ms(atMs) - 5_000, who: 'agent', what: 'llm.request', turn: reply, reply, messages: 2, tokens: 9 },
      { t: ms(atMs) - 2_000, who: 'agent', what: 'reply.started', reply },
      { t: ms(atMs) - 2_000, who: 'agent', what: 'reply.audible', reply },
      { t: late(ms(atMs)), who: 'caller', what: 'ear.audible', atUs: ms(atMs), arrivedUs: ms(atMs) - 1_000 },
      ...words.map((text, index): Fact => {
        const onsetUs = ms(atMs + 200 * index) - (index === 0 ? 80 : 0);
        const t = late(ms(atMs + 200 * (index + 1)));
        return { t, who: 'caller', what: 'ear.word', text, onsetUs, share: 1 };
      }),
      { t: late(endUs + ms(240)), who: 'caller', what: 'ear.quiet', atUs: endUs },
    ];
  });
}

const said = (facts: readonly Fact[]) =>
  join(facts).hearings.map(({ words }) => words.map(({ text }) => text).join(' '));

test('a reply has its first word, however late its sound was stated and however softly it began', () => {
  const facts = story(
    { reply: 1, atMs: 1_000, words: ['we', 'open', 'at', 'nine'] },
    { reply: 2, atMs: 4_000, words: ['good', 'night'] },
  );
  expect(said(facts)).toEqual(['we open at nine', 'good night']);
});

test('a word that broke off and went on is one word, with the share of both parts', () => {
  const facts = story({ reply: 1, atMs: 1_000, words: ['we', 'open', 'at', 'nine'] }).flatMap((fact) =>
    fact.what === 'ear.word' && fact.text === 'open' ? [{ ...fact, share: 0.3 }, fact] : [fact],
  );
  expect(said(facts)).toEqual(['we open at nine']);
  expect(join(facts).hearings[0]?.begun.map(({ share }) => share)).toEqual([1, 1, 1, 1]);
});

test('stretches begin and end at the samples', () => {
  const [stretch] = join(story({ reply: 1, atMs: 1_000, words: ['nine'] })).stretches;
  expect(stretch).toEqual({ startUs: ms(1_000), arrivedUs: ms(999), endUs: ms(1_200) });
});

test('an act begins and ends at its samples', () => {
  const facts: Fact[] = [
    { t: 1_000_900, who: 'caller', what: 'speaking', atUs: 1_000_000, act: 0, text: 'When?', role: 'turn' },
    { t: 2_000_700, who: 'caller', what: 'spoke', atUs: 2_000_000, act: 0 },
  ];
  expect(join(facts).exchanges[0]).toMatchObject({ onsetUs: 1_000_000, endUs: 2_000_000 });
});
