// What of a report the reader's browser needs as data: the lanes it draws and the messages it lists. All
// else is on the page as text.
import type { Call, ConversationReport, TurnReport } from './conversation-report.ts';

export type PageTurn = Pick<TurnReport, 'act' | 'fromUs' | 'untilUs' | 'answerUs' | 'said'> & {
  /** Indices of the call's messages, and how many the model saw besides these. */
  readonly seen: readonly number[];
  readonly unstated: number;
};

export type PageCall = Pick<Call, 'seed' | 'endUs' | 'lanes' | 'messages'> & {
  readonly turns: readonly PageTurn[];
};

export const pageCalls = ({ calls }: ConversationReport): readonly PageCall[] =>
  calls.map(({ seed, endUs, lanes, messages, turns }) => ({
    seed,
    endUs,
    lanes,
    messages,
    turns: turns.map(({ act, fromUs, untilUs, answerUs, said, request }) => {
      const seen = request?.seen ?? [];
      const unstated = Math.max(0, (request?.messages ?? 0) - seen.length);
      return { act, fromUs, untilUs, answerUs, said, seen, unstated };
    }),
  }));
