// One call's turns as a reader wants them: what was said, recognised, decided, seen by the model, spoken,
// heard and believed, the critical path of the answer, and what it cost.
import type { Cost, RankedTurn, Stage, TurnReport } from '#reports/conversation/conversation-report.ts';
import type { Fact } from '#sim/kernel/fact.ts';
import type { Exchange, Joined } from '../kpis/exchange.ts';
import { type LooseFact, loosen, numberIn, textIn } from './loose-fact.ts';
import type { Memory } from './memory.ts';

export type CallTrace = {
  readonly facts: readonly Fact[];
  readonly joined: Joined;
  readonly memory: Memory;
  /** By act. */
  readonly bills: ReadonlyMap<number, Cost>;
};

const NO_COST: Cost = { stt: null, llm: null, tts: null };

/** `ranked`: the same turns as the samples tell of them, by act. */
export function turnReports(
  { facts, joined, memory, bills }: CallTrace,
  ranked: ReadonlyMap<number, RankedTurn>,
): readonly TurnReport[] {
  const drawn = drawsOf(facts);
  const guesses = guessesOf(facts);
  const texts = textsOf(facts);
  return joined.exchanges.flatMap((exchange) => {
    const own = ranked.get(exchange.act);
    if (own === undefined) return [];
    const { act, reply, hearing } = exchange;
    return [
      {
        ...own,
        said: exchange.text,
        role: exchange.role,
        fromUs: exchange.onsetUs,
        untilUs: exchange.endUs ?? null,
        recognised: exchange.finals.map((text) => text.trim()).join(' '),
        steps: stepsOf(exchange, joined, guesses),
        reply: reply?.number ?? null,
        spoken: reply === undefined ? null : (reply.text ?? texts.get(reply.number) ?? ''),
        heard: hearing === undefined ? null : hearing.words.map(({ text }) => text).join(' '),
        believed: reply === undefined ? null : reply.believed,
        request: memory.requests.get(reply?.number ?? -1) ?? null,
        cost: bills.get(act) ?? NO_COST,
        draws: drawn.get(act) ?? [],
      },
    ];
  });
}

/** What was handed to the voice of each reply; where the model was not let finish, that is what it said. */
function textsOf(facts: readonly Fact[]): ReadonlyMap<number, string> {
  const texts = new Map<number, string>();
  for (const fact of facts) {
    if (fact.who !== 'agent' || fact.what !== 'tts.text') continue;
    const known = texts.get(fact.reply);
    texts.set(fact.reply, known === undefined ? fact.text : `${known} ${fact.text}`);
  }
  return texts;
}

type Step = TurnReport['steps'][number];

/** What the agent decided between this utterance and the next one. */
function stepsOf(
  exchange: Exchange,
  { replies }: Joined,
  guesses: ReadonlyMap<number, readonly Step[]>,
): readonly Step[] {
  const steps = exchange.turns.flatMap((turn): Step[] => {
    const { number, committedUs, dropped, lastUs, reply } = turn;
    const early = exchange.premature.includes(turn) ? ', before the caller had finished' : '';
    const first = turn.speeches[0]?.startUs;
    return [
      ...(first === undefined ? [] : [{ atUs: first, text: `turn ${number}: speech detected` }]),
      ...turn.finalizesUs.map((atUs) => ({ atUs, text: 'pause noticed, final transcript asked for' })),
      ...turn.finals.map(({ t, text }) => ({ atUs: t, text: `final: “${text.trim()}”` })),
      ...(committedUs === undefined
        ? []
        : [{ atUs: committedUs, text: `turn ${number} committed${early}; reply ${reply ?? '–'}` }]),
      ...(dropped ? [{ atUs: lastUs, text: `turn ${number} dropped: nothing to answer` }] : []),
    ];
  });
  const numbers = new Set(exchange.turns.map(({ reply }) => reply));
  const ends = replies.flatMap((reply): Step[] => {
    if (!numbers.has(reply.number)) return [];
    if (reply.interruptedUs !== undefined)
      return [{ atUs: reply.interruptedUs, text: `reply ${reply.number} interrupted` }];
    return reply.cancelledUs === undefined
      ? []
      : [{ atUs: reply.cancelledUs, text: `reply ${reply.number} cancelled` }];
  });
  const tried = exchange.turns.flatMap(({ number }) => guesses.get(number) ?? []);
  return [...steps, ...tried, ...ends].sort((one, other) => one.atUs - other.atUs);
}

/** By turn: what was tried before it was sure to be over, and what the sound was taken for. */
function guessesOf(facts: readonly Fact[]): ReadonlyMap<number, readonly Step[]> {
  const guesses = new Map<number, Step[]>();
  for (const fact of facts.map(loosen)) {
    const turn = numberIn(fact, 'turn');
    const text = guessOf(fact);
    if (fact.who !== 'agent' || turn === undefined || text === undefined) continue;
    const known = guesses.get(turn) ?? [];
    known.push({ atUs: fact.t, text });
    guesses.set(turn, known);
  }
  return guesses;
}

function guessOf(fact: LooseFact): string | undefined {
  const reply = numberIn(fact, 'reply') ?? '–';
  switch (fact.what) {
    case 'speculated':
      return `reply ${reply} speculated on “${(textIn(fact, 'text') ?? '').trim()}”`;
    case 'discarded':
      return `reply ${reply} discarded: ${textIn(fact, 'reason') ?? 'the caller went on'}`;
    case 'classified':
      return `the sound was taken for: ${textIn(fact, 'class') ?? '–'}`;
    default:
      return undefined;
  }
}

/** By act; connections are drawn before any. */
function drawsOf(facts: readonly Fact[]): ReadonlyMap<number, readonly Stage[]> {
  const draws = new Map<number, Stage[]>();
  for (const fact of facts) {
    if (fact.who === 'agent' || fact.who === 'caller' || fact.what !== 'drew') continue;
    const loose = loosen(fact);
    const act = numberIn(loose, 'turn') ?? 0;
    const name = textIn(loose, 'stage') ?? fact.who;
    if (name.endsWith('.connect')) continue;
    draws.set(act, [...(draws.get(act) ?? []), { name, us: numberIn(loose, 'us') ?? 0 }]);
  }
  return draws;
}
