// What is remembered, and whether it is true: answers judged by the words the caller really heard, and
// the agent's record of what it said against the same words.
import type { RunOutcome } from '../runner/run.ts';
import type { Scenario } from '../script/scenario.ts';
import type { Conversation } from './conversation.ts';
import { at, define, type Sample } from './definition.ts';
import type { Hearing } from './hearing.ts';
import { wordsInCommon, wordsOf } from './word.ts';

/** Distances (turns since the fact was said) that are reported apart. */
const REACHES = [
  { id: 'near', about: '1 to 3', max: 3 },
  { id: 'middle', about: '4 to 9', max: 9 },
  { id: 'far', about: '10 or more', max: Number.POSITIVE_INFINITY },
] as const;

const words = { unit: 'words', point: 'ear', summary: 'percentiles', better: 'lower' } as const;

export const CONTEXT = define('context', [
  {
    id: 'context_retention',
    about: 'probes answered, at the ear, with the fact from earlier turns',
    unit: 'share',
    point: 'ear',
    summary: 'rate',
    better: 'higher',
    prd: [at('value', '>', 0.95)],
    ours: [at('value', '=', 1)],
  },
  ...REACHES.map(({ id, about }) => ({
    id: `context_retention.${id}`,
    about: `the same for facts ${about} turns back`,
    unit: 'share',
    point: 'ear' as const,
    summary: 'rate' as const,
    better: 'higher' as const,
  })),
  {
    ...words,
    id: 'heard_truncation_words',
    about: 'interrupted replies: words believed and not heard, plus words heard and not believed',
    ours: [at('p95', '=', 0)],
  },
  { ...words, id: 'heard_truncation_words.unheard', about: 'of these: in the context, not heard' },
  { ...words, id: 'heard_truncation_words.unbelieved', about: 'of these: heard, not in the context' },
  {
    ...words,
    id: 'heard_truncation_words.uninterrupted',
    about: 'the same difference, both ways, for replies spoken to their end',
    ours: [at('p95', '=', 0)],
  },
]);

/** What of a conversation tells whether it was remembered. */
type Remembered = Pick<Conversation, 'exchanges' | 'hearings'> & {
  readonly scenario: Pick<Scenario, 'probes'>;
  readonly outcome?: Pick<RunOutcome, 'live'>;
};

export function* context(conversation: Remembered): Iterable<Sample> {
  yield* retention(conversation);
  for (const hearing of conversation.hearings) yield* truncation(hearing, conversation);
}

/** A question that was never asked, or never answered, counts as a fact forgotten. */
function* retention({ scenario, exchanges, outcome }: Remembered): Iterable<Sample> {
  for (const { act, expects, distance } of scenario.probes) {
    const hearing = exchanges.find((exchange) => exchange.act === act)?.hearing;
    const heard = hearing?.words.map((word) => word.text).join(' ') ?? '';
    // The words of a real voice are not known at the ear: there the agent's own record has to do.
    const known = outcome?.live === true ? (hearing?.reply.believed ?? '') : heard;
    const value = says(known, expects) ? 1 : 0;
    yield { kpi: 'context_retention', value, act };
    const reach = REACHES.find(({ max }) => distance <= max);
    if (reach !== undefined) yield { kpi: `context_retention.${reach.id}`, value, act };
  }
}

/** Punctuation at the ear is a matter of spelling: the words alone may match as well. */
function says(heard: string, expects: string): boolean {
  const pattern = new RegExp(expects, 'i');
  return pattern.test(heard) || pattern.test(wordsOf(heard).join(' '));
}

function* truncation({ reply, words: heard }: Hearing, { exchanges }: Remembered): Iterable<Sample> {
  if (reply.cutByEnd) return;
  const believed = wordsOf(reply.believed);
  const real = heard.flatMap((word) => wordsOf(word.text));
  const same = wordsInCommon(believed, real);
  const unheard = believed.length - same;
  const unbelieved = real.length - same;
  const act = exchanges.find((exchange) => exchange.turns.some((turn) => turn.number === reply.turn))?.act;
  const sample = (kpi: string, value: number): Sample => ({
    kpi: `heard_truncation_words${kpi}`,
    value,
    ...(act === undefined ? {} : { act }),
  });
  if (reply.interruptedUs === undefined) {
    yield sample('.uninterrupted', unheard + unbelieved);
    return;
  }
  yield sample('', unheard + unbelieved);
  yield sample('.unheard', unheard);
  yield sample('.unbelieved', unbelieved);
}
