// Two models, or two voices, behind one session and on a stage, with the same handles: what both kinds of
// race have in common is told once (`race.test.ts`), what is their own beside each.
import fc from 'fast-check';
import type { LlmEvent, LlmHooks, LlmSession, TtsEvent, TtsHooks, TtsSession } from '../provider.ts';
import { hedgedLlm } from './llm.ts';
import { type Behaviour, NEVER, PairStage, PlayerLlm, PlayerTts, TEST_RATE } from './pair.test-support.ts';
import { type HedgeMode, policyOf } from './policy.ts';
import { hedgedTts } from './tts.ts';

export const ANSWER = 'We open at nine. On Sundays we open at ten.';
export const PIECES = ['We open at nine.', 'On Sundays we open', 'at ten.'];
export const WORDS = PIECES.join(' ').split(' ');

type Schedule = readonly Behaviour[];
const policy = (mode: HedgeMode) => policyOf(mode, { deadlineMs: 200, failoverMs: 1_500 }, 3);

/** `other`: the words of the second model. */
export function llmStage(first: Schedule, second: Schedule, mode: HedgeMode = 'hedge', other = ANSWER) {
  const models = playersOf((lane, hooks: LlmHooks) =>
    lane === 0 ? new PlayerLlm(ANSWER, first, hooks) : new PlayerLlm(other, second, hooks),
  );
  const count = (text: string) => text.split(/\s+/).filter((word) => word !== '').length;
  const factory = hedgedLlm(...models.factories, policy(mode), count);
  const on = new PairStage<LlmSession, LlmEvent>((hooks) => factory(hooks));
  const [one, two] = models.both();
  const of = (id: number) => on.events.filter((event) => event.id === id);
  return {
    on,
    one,
    two,
    of,
    asks: (id = 1) => on.session.generate(on.now, id, [{ role: 'user', content: 'when do you open' }]),
    text: (id = 1) =>
      of(id)
        .flatMap((event) => (event.kind === 'text' ? [event.text] : []))
        .join(''),
    asked: () => [one.asked, two.asked],
    live: () => [one.live.size, two.live.size],
    ends: (id = 1) => of(id).filter(({ kind }) => kind === 'done' || kind === 'failed'),
    firstMs: () => on.events.find(({ kind }) => kind === 'text')?.atMs,
  };
}

export function ttsStage(first: Schedule, second: Schedule, mode: HedgeMode = 'hedge') {
  const voices = playersOf((lane, hooks: TtsHooks) => new PlayerTts(lane === 0 ? first : second, hooks));
  const factory = hedgedTts(...voices.factories, policy(mode), TEST_RATE);
  const on = new PairStage<TtsSession, TtsEvent>((hooks) => factory(hooks));
  const [one, two] = voices.both();
  const of = (reply: number) => on.events.filter((event) => 'reply' in event && event.reply === reply);
  return {
    on,
    one,
    two,
    of,
    /** The pieces come `everyMs` apart, the end with the last. */
    asks: (reply = 1, everyMs = 20) => {
      for (const piece of PIECES) {
        on.session.speak(on.now, reply, piece);
        on.run(on.now / 1_000 + everyMs);
      }
      on.session.endReply(on.now, reply);
    },
    text: (reply = 1) =>
      of(reply)
        .flatMap((event) => (event.kind === 'word' ? [event.word.text] : []))
        .join(' '),
    asked: () => [one.given.length, two.given.length],
    live: () => [one.live, two.live],
    ends: (reply = 1) => of(reply).filter(({ kind }) => kind === 'done' || kind === 'failed'),
    firstMs: () => on.events.find(({ kind }) => kind === 'audio')?.atMs,
  };
}

/** What a provider may do, one after the other; what `breaksAfter` counts are words. */
export const scheduleOf = (maxLength: number) =>
  fc.array(
    fc.oneof(
      fc.record({ firstMs: fc.integer({ min: 1, max: 3_000 }) }),
      fc.record({
        firstMs: fc.integer({ min: 1, max: 1_000 }),
        breaksAfter: fc.integer({ min: 0, max: WORDS.length + 2 }),
        by: fc.constantFrom('failure' as const, 'stall' as const),
        fatal: fc.boolean(),
        retryable: fc.boolean(),
      }),
      fc.constant(NEVER),
    ),
    { maxLength },
  );

function playersOf<Hooks, Player>(make: (lane: 0 | 1, hooks: Hooks) => Player) {
  const made: Player[] = [];
  const factoryOf = (lane: 0 | 1) => (hooks: Hooks) => {
    made[lane] = make(lane, hooks);
    return made[lane];
  };
  const both = (): [Player, Player] => {
    const [one, two] = made;
    if (one === undefined || two === undefined) throw new Error('a player was not made');
    return [one, two];
  };
  return { factories: [factoryOf(0), factoryOf(1)] as const, both };
}
