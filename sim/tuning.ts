// What may be tried on the line between caller and agent besides its defaults: one object with an option
// for each thing that a network engineer would turn. An absent option is today's behaviour, bit for bit;
// an option of the other transport is refused, so that no trial measures nothing.
import type { TransportName } from '#agent/call.ts';
import type { CongestionName } from './network/tcp/congestion.ts';

export type Tuning = {
  /** WebRTC: in-band FEC of Opus. */
  readonly fec?: boolean;
  /** WebRTC: earlier frames repeated in full (RFC 2198). */
  readonly red?: 0 | 1 | 2;
  /** WebSocket: audio sent ahead of real time, ms, in place of the lead that follows the network. */
  readonly leadMs?: number;
  /** WebSocket: congestion control of both ends of the caller's TCP connection. */
  readonly congestion?: CongestionName;
};

const LEAD_MS = { min: 20, max: 1_000 } as const;
const CONGESTION: readonly string[] = ['cubic', 'reno', 'bbr'] satisfies readonly CongestionName[];

/** Names the option that cannot be, with what can; undefined when all can. */
export function tuningFault(tuning: Tuning, transport: TransportName): string | undefined {
  const { fec, red, leadMs, congestion } = tuning;
  const [rtc, socket] = [transport === 'webrtc', transport === 'websocket'];
  if (fec !== undefined && !rtc) return 'fec: only WebRTC has it';
  if (red !== undefined && !rtc) return 'red: only WebRTC has it';
  if (red !== undefined && ![0, 1, 2].includes(red)) return `red: ${red} is not 0, 1 or 2`;
  if (leadMs !== undefined && !socket) return 'leadMs: only WebSocket has it';
  if (leadMs !== undefined && !(leadMs >= LEAD_MS.min && leadMs <= LEAD_MS.max))
    return `leadMs: ${leadMs} is not from ${LEAD_MS.min} to ${LEAD_MS.max}`;
  if (congestion !== undefined && !socket) return 'congestion: only WebSocket has it';
  if (congestion !== undefined && !CONGESTION.includes(congestion))
    return `congestion: ${congestion} is not one of ${CONGESTION.join(', ')}`;
  return undefined;
}
