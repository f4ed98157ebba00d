// What a Daily client with `bufferLocalAudioUntilBotReady` recorded before the agent was ready, and sends in
// RTVI messages then: `raw-audio` and `raw-audio-batch`, ahead of its client-ready. Arbitrary text is read
// without an exception; what is no such message is somebody else's.
// Source: @pipecat-ai/daily-transport 1.6.9.
import { z } from 'zod';
import { LIMITS } from '../../core/limit.ts';

/** PCM s16le mono at 16 kHz. */
export type EarlyAudio = { readonly pcm: Uint8Array };

/** `complaint`: it is such a message, but cannot be used. Undefined for every other text. */
export function readEarlyAudio(text: string): EarlyAudio | { readonly complaint: string } | undefined {
  // A message of the conversation is not parsed twice.
  if (!MARK.test(text.slice(0, 400)) && !MARK.test(text.slice(-400))) return undefined;
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    // JSON.parse has no other way of saying that the text is not JSON; the conversation complains of it.
    return undefined;
  }
  const kind = KIND.safeParse(message);
  if (!kind.success) return undefined;
  const read = AUDIO.safeParse(kind.data.data);
  if (!read.success) return { complaint: `${kind.data.type} wants base64 PCM16, one channel, 16 kHz` };
  const { base64Audio, base64AudioBatch } = read.data;
  const pieces = (base64AudioBatch ?? [base64Audio ?? '']).map((piece) => Buffer.from(piece, 'base64'));
  const bytes = Buffer.concat(pieces);
  return { pcm: new Uint8Array(bytes.subarray(0, bytes.length & ~1)) };
}

const MARK = /"raw-audio/;

const KIND = z.object({
  label: z.literal('rtvi-ai'),
  type: z.enum(['raw-audio', 'raw-audio-batch']),
  data: z.unknown().optional(),
});

const PIECE = z.string().max(LIMITS.clientMessageBytesMax);

const AUDIO = z.object({
  base64Audio: PIECE.optional(),
  base64AudioBatch: z.array(PIECE).max(1_000).optional(),
  sampleRate: z.literal(16_000),
  numChannels: z.literal(1),
});
