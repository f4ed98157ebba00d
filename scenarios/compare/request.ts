// The transports that are compared, and one conversation of a comparison: a run with its transport.
import type { RunRequest } from '../runner/run.ts';

/** In the order in which they are shown. */
export const TRANSPORTS = ['websocket', 'webrtc'] as const;
export type TransportName = (typeof TRANSPORTS)[number];

export type CompareRequest = RunRequest & { readonly transport: TransportName };
