// What the agent and the page in the room say to one another, over a WebSocket of this machine. Texts are
// JSON messages, binary messages are sound: 20 ms of the caller, PCM s16le mono at 16 kHz, to the agent; the
// agent's voice, PCM s16le mono at the rate that its `join` named, to the page. The page is ours, but what
// comes from it was told to it by a stranger's call: it is read with care.
import { z } from 'zod';

export type ToBridge =
  /** Go into the room and be heard there. Once. */
  | {
      readonly type: 'join';
      readonly url: string;
      readonly token?: string;
      readonly name: string;
      readonly rate: number;
    }
  /** JSON text of one app message, for the caller. */
  | { readonly type: 'tell'; readonly data: string }
  | { readonly type: 'leave' };

export type FromBridge =
  /** The page is there. */
  | { readonly type: 'ready' }
  | { readonly type: 'joined' }
  /** Somebody else is in the room, who is the caller from now on; others who come are not heard. */
  | { readonly type: 'caller'; readonly id: string }
  | { readonly type: 'caller-left' }
  /** JSON text of one app message of the caller. */
  | { readonly type: 'heard'; readonly data: string }
  /** A `tell` that did not go, and why. */
  | { readonly type: 'untold'; readonly reason: string }
  /** The room could not be entered, or has thrown the agent out. */
  | { readonly type: 'failed'; readonly reason: string }
  /** The room has been left as asked. */
  | { readonly type: 'left' };

/** Undefined for what is no message of the page's. */
export function readFromBridge(text: string): FromBridge | undefined {
  try {
    const read = FROM_BRIDGE.safeParse(JSON.parse(text));
    return read.success ? read.data : undefined;
  } catch {
    // JSON.parse has no other way of saying that the text is not JSON.
    return undefined;
  }
}

const WORDS = z.string().max(1_000);

const FROM_BRIDGE = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('joined') }),
  z.object({ type: z.literal('caller'), id: WORDS }),
  z.object({ type: z.literal('caller-left') }),
  z.object({ type: z.literal('heard'), data: z.string() }),
  z.object({ type: z.literal('untold'), reason: WORDS }),
  z.object({ type: z.literal('failed'), reason: WORDS }),
  z.object({ type: z.literal('left') }),
]);
