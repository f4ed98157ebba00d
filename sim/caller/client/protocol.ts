// The client's side of the wire: what a stock Pipecat web client sends and understands, as far as a
// caller needs it.
import { decodeFrame } from '#agent/transports/websocket/wire.ts';

export type Received =
  | { readonly kind: 'audio'; readonly pcm: Uint8Array }
  | { readonly kind: 'message'; readonly type: string }
  | { readonly kind: 'unknown' };

/** JSON text of every client's first message: who it is and which protocol it speaks. */
export const clientReady = (library: string): string =>
  JSON.stringify({
    label: 'rtvi-ai',
    type: 'client-ready',
    id: '00000001',
    data: { version: '2.1.0', about: { library, library_version: '1' } },
  });

/** What a WebSocket message from the agent is to a caller. Never throws. */
export function understand(data: string | Uint8Array): Received {
  if (typeof data === 'string') return { kind: 'unknown' };
  const decoded = decodeFrame(data);
  if (!decoded.ok) return { kind: 'unknown' };
  if (decoded.frame.kind === 'audio') return { kind: 'audio', pcm: decoded.frame.pcm };
  return decoded.frame.kind === 'message' ? understandMessage(decoded.frame.data) : { kind: 'unknown' };
}

/** The type of an RTVI message: a full parse of each would cost more than all else a caller does. */
export function understandMessage(json: string): Received {
  const type = /"type":"([\w-]+)"/.exec(json)?.[1];
  return type === undefined ? { kind: 'unknown' } : { kind: 'message', type };
}
