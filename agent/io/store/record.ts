// A conversation as the text that is stored, and back. Whatever a store returns may have been written by
// another release, cut short or made up: what does not fit exactly is no conversation, and that is a value.
import { z } from 'zod';
import type { ConversationSnapshot } from '../../core/context/snapshot.ts';
import { LIMITS } from '../../core/limit.ts';

export type StoredConversation = {
  /** When it was written, milliseconds since 1970. */
  readonly savedMs: number;
  readonly snapshot: ConversationSnapshot;
};

export const writeRecord = ({ savedMs, snapshot }: StoredConversation): string =>
  JSON.stringify({ version: VERSION, savedMs, snapshot });

/** Undefined for what is no conversation of this release's. */
export function readRecord(text: string): StoredConversation | undefined {
  if (text.length > TEXT_CHARS_MAX) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // JSON.parse has no other way of saying that the text is not JSON.
    return undefined;
  }
  const read = RECORD.safeParse(parsed);
  if (!read.success) return undefined;
  const { savedMs, snapshot } = read.data;
  const { summary, messages, ...rest } = snapshot;
  return {
    savedMs,
    snapshot: {
      ...rest,
      messages: messages.map(({ calls, callId, ...message }) => ({
        ...message,
        ...(calls === undefined ? {} : { calls }),
        ...(callId === undefined ? {} : { callId }),
      })),
      ...(summary === undefined ? {} : { summary }),
    },
  };
}

const VERSION = 1;

/** A history at its bound, every character escaped, and its frame. */
const TEXT_CHARS_MAX = 8 * LIMITS.historyCharsMax;

const count = z.int().min(0);

const MESSAGE = z.strictObject({
  role: z.enum(['user', 'assistant', 'tool']),
  content: z.string(),
  calls: z
    .array(z.strictObject({ id: z.string(), name: z.string(), arguments: z.string() }))
    .min(1)
    .optional(),
  callId: z.string().optional(),
});

const RECORD = z.strictObject({
  version: z.literal(VERSION),
  savedMs: count,
  snapshot: z.strictObject({
    systemPrompt: z.string(),
    messages: z.array(MESSAGE).max(LIMITS.historyMessagesMax),
    forgotten: count,
    pins: z.array(z.strictObject({ by: z.enum(['app', 'agent']), text: z.string() })).max(LIMITS.pinsMax),
    summary: z.strictObject({ text: z.string(), until: count }).optional(),
  }),
});
