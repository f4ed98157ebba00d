// The client's side of the wire: what a stock Pipecat web client sends and understands, as far as a
// caller needs it.
import { UNPLAYED_AUDIO } from '#agent/transports/rtvi/session.ts';
import { decodeFrame } from '#agent/transports/websocket/wire.ts';

export type Received =
  /** `name`: the message's own, a codec's where the samples are coded. */
  | { readonly kind: 'audio'; readonly name: string; readonly pcm: Uint8Array }
  | { readonly kind: 'message'; readonly type: string }
  | { readonly kind: 'unknown' };

/** JSON text of every client's first message: who it is, which protocol it speaks, and what it codes with. */
export const clientReady = (library: string, codec?: string): string => {
  const details = codec === undefined ? {} : { platform_details: { codec } };
  return JSON.stringify({
    label: 'rtvi-ai',
    type: 'client-ready',
    id: '00000001',
    data: { version: '2.1.0', about: { library, library_version: '1', ...details } },
  });
};

/** JSON text of our own client's answer to an interruption. */
export const unplayedAudio = (droppedUs: number): string =>
  JSON.stringify({
    label: 'rtvi-ai',
    type: 'client-message',
    data: { t: UNPLAYED_AUDIO, d: { ms: droppedUs / 1_000 } },
  });

/** What a WebSocket message from the agent is to a caller. Never throws. */
export function understand(data: string | Uint8Array): Received {
  if (typeof data === 'string') return { kind: 'unknown' };
  const decoded = decodeFrame(data);
  if (!decoded.ok) return { kind: 'unknown' };
  const { frame } = decoded;
  if (frame.kind === 'audio') return { kind: 'audio', name: frame.name, pcm: frame.pcm };
  return frame.kind === 'message' ? understandMessage(frame.data) : { kind: 'unknown' };
}

/** The type of an RTVI message: a full parse of each would cost more than all else a caller does. */
export function understandMessage(json: string): Received {
  const type = /"type":"([\w-]+)"/.exec(json)?.[1];
  return type === undefined ? { kind: 'unknown' } : { kind: 'message', type };
}
