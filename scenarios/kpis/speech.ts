// How well the caller was understood: transcripts against the script, word by word, and transcripts
// that went missing or came twice. Where everything was recognised, the reply is judged elsewhere.
import type { Conversation } from './conversation.ts';
import { at, define, type Sample } from './definition.ts';
import type { Exchange } from './exchange.ts';
import { wordErrors, wordsOf } from './word.ts';

export const SPEECH = define('speech', [
  {
    id: 'wer',
    about: 'word errors of the final transcripts, of the words spoken',
    unit: 'share',
    point: 'agent',
    summary: 'ratio',
    better: 'lower',
    prd: [at('value', '<', 0.1)],
  },
  {
    id: 'lost_finals',
    about: 'utterances without any final transcript',
    unit: 'count',
    point: 'agent',
    summary: 'sum',
    better: 'lower',
    ours: [at('value', '=', 0)],
  },
  {
    id: 'duplicate_finals',
    about: 'final transcripts that repeat an earlier one of the same utterance',
    unit: 'count',
    point: 'agent',
    summary: 'sum',
    better: 'lower',
    ours: [at('value', '=', 0)],
  },
]);

export function* speech({ exchanges }: Conversation): Iterable<Sample> {
  for (const exchange of exchanges) {
    if (exchange.endUs !== undefined) yield* understanding(exchange);
  }
}

function* understanding({ act, text, finals }: Exchange): Iterable<Sample> {
  const spoken = wordsOf(text);
  const understood = finals.flatMap(wordsOf);
  yield { kpi: 'wer', value: wordErrors(spoken, understood), of: spoken.length, act };
  yield { kpi: 'lost_finals', value: understood.length === 0 ? 1 : 0, act };
  yield { kpi: 'duplicate_finals', value: repeats(text, finals), act };
}

/** Finals that come more often than the caller said them. */
function repeats(text: string, finals: readonly string[]): number {
  const spoken = phrase(text);
  const counts = new Map<string, number>();
  for (const final of finals.map(phrase)) {
    if (final !== '  ') counts.set(final, (counts.get(final) ?? 0) + 1);
  }
  let repeated = 0;
  for (const [final, count] of counts) {
    repeated += Math.max(0, count - Math.max(1, occurrences(spoken, final)));
  }
  return repeated;
}

/** Padded, so that one phrase is found in another by whole words only. */
const phrase = (text: string): string => ` ${wordsOf(text).join(' ')} `;

function occurrences(text: string, part: string): number {
  let count = 0;
  // Neighbours share the blank between them.
  for (let from = text.indexOf(part); from >= 0; from = text.indexOf(part, from + part.length - 1))
    count += 1;
  return count;
}
