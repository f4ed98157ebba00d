// A conversation as plain data, so that it can outlive the process that holds it: what was said as it was
// heard, what was pinned and what was put in short. It promises that whoever restores it asks the model with
// the same words; it holds no audio, no timer and nothing that is under way.
import type { ChatMessage } from '../provider.ts';
import type { Conversation } from './conversation.ts';
import type { Memory, Pin, Summary } from './memory.ts';

export type ConversationSnapshot = {
  readonly systemPrompt: string;
  /** Oldest first, without the system prompt. */
  readonly messages: readonly ChatMessage[];
  /** Messages that were forgotten before the first of these. */
  readonly forgotten: number;
  readonly pins: readonly Pin[];
  /** Absent as long as nothing had to be put in short. */
  readonly summary?: Summary;
};

export function takeSnapshot(conversation: Conversation, memory: Memory): ConversationSnapshot {
  const { systemPrompt, history, forgotten } = conversation;
  const { pins, summary } = memory;
  return {
    systemPrompt,
    messages: [...history],
    forgotten,
    pins: [...pins],
    ...(summary === undefined ? {} : { summary }),
  };
}

/** Into a conversation and a memory that are still empty. What is beyond today's bounds is forgotten. */
export function restoreSnapshot(
  snapshot: ConversationSnapshot,
  conversation: Conversation,
  memory: Memory,
): void {
  conversation.systemPrompt = snapshot.systemPrompt;
  conversation.restore(snapshot.messages, snapshot.forgotten);
  memory.restore(snapshot.pins, snapshot.summary);
}
