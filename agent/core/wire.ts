// What a session asks of the world's network, and what it hears back. The core and the providers
// only name these; `agent/io` carries them out on real sockets, the simulator on modelled ones.

/** Which of a stage's providers: 0 is the first choice, 1 the one in reserve. Absent means 0. */
export type Lane = 0 | 1;

/** A lane as a part of a message; the first is not written. */
export const laneOf = (lane: Lane): { readonly lane?: Lane } => (lane === 0 ? {} : { lane });

export type Headers = Readonly<Record<string, string>>;

/** One WebSocket, as its owner drives it. `open` again after `closed` opens a new one. */
export type SocketRequest =
  | { readonly kind: 'open'; readonly url: string; readonly headers: Headers }
  | { readonly kind: 'send'; readonly data: string | Uint8Array }
  | { readonly kind: 'close'; readonly code: number; readonly reason: string };

export type SocketEvent =
  | { readonly kind: 'opened' }
  | { readonly kind: 'message'; readonly data: string | Uint8Array }
  /** The socket was open and is not any more, whoever closed it. 1006 = cut without a close frame. */
  | { readonly kind: 'closed'; readonly code: number; readonly reason: string }
  /** The upgrade was answered with a plain HTTP response. Header names are lower case. */
  | { readonly kind: 'refused'; readonly status: number; readonly headers: Headers; readonly body: string }
  /** No connection at all: refused, unreachable, not resolved, handshake timed out. */
  | { readonly kind: 'failed'; readonly message: string };

/** One HTTP exchange with a streamed answer, named by its owner's `id`. */
export type HttpRequest =
  | {
      readonly kind: 'request';
      readonly id: number;
      readonly method: 'POST' | 'GET';
      readonly url: string;
      readonly headers: Headers;
      readonly body: string;
    }
  | { readonly kind: 'abort'; readonly id: number };

export type HttpEvent =
  | { readonly kind: 'head'; readonly id: number; readonly status: number; readonly headers: Headers }
  | { readonly kind: 'chunk'; readonly id: number; readonly data: Uint8Array }
  | { readonly kind: 'end'; readonly id: number }
  /** Cut before its end, or never connected. */
  | { readonly kind: 'broken'; readonly id: number; readonly message: string };

/**
 * Exchanges from this id on are nobody's turn. They take connections of their own, so that no turn finds
 * the one that was kept warm for it in use.
 */
export const BACKGROUND_EXCHANGES_FROM = 1 << 30;
