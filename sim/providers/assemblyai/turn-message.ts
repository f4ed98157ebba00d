// The `Turn` message of Universal-Streaming: `transcript` holds only the words that are final, the others
// stand in `words`; without formatting it is bare words in lower case. Times are in milliseconds.
import type { HeardWord } from '../ear.ts';

export type TurnText = {
  readonly words: readonly HeardWord[];
  /** How many of the words are final. */
  readonly finals: number;
  readonly ended: boolean;
  readonly formatted: boolean;
};

export function turnMessage(
  { words, finals, ended, formatted }: TurnText,
  { order, sureness }: { readonly order: number; readonly sureness: number },
): string {
  const written = words.map(({ text }) => (formatted ? text : bare(text)));
  const transcript = written.slice(0, finals).filter(Boolean).join(' ');
  return JSON.stringify({
    type: 'Turn',
    turn_order: order,
    turn_is_formatted: formatted,
    end_of_turn: ended,
    transcript,
    end_of_turn_confidence: sureness,
    utterance: ended ? transcript : '',
    words: words.map(({ startS, endS }, index) => ({
      start: Math.round(startS * 1_000),
      end: Math.round(endS * 1_000),
      text: written[index],
      confidence: 0.99,
      word_is_final: index < finals,
    })),
  });
}

const bare = (word: string): string => word.toLowerCase().replaceAll(/[^\p{L}\p{N}' ]/gu, '');
