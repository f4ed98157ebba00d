// What connects a caller to the agent in the virtual world, whatever the transport: the caller's
// client at one end, the agent's session at the other, a network between them.
import { type Micros, ms } from '#agent/core/time.ts';
import type { CallerClient, CallerClientHooks } from '../caller/client/client.ts';
import type { Drop } from '../caller/outage.ts';
import type { NetworkFact } from '../kernel/fact.ts';

/** Whom the leg tells what has arrived. */
export type LegEnds = {
  /** The connection reached the agent. */
  agentOpened(): void;
  agentHears(data: string | Uint8Array): void;
  /** Audio of the caller from a media path, PCM s16le at 16 kHz. */
  agentHearsMedia(pcm: Uint8Array): void;
  agentClosed(reason: string): void;
  /** The agent's end has noticed that the connection is broken. */
  agentLost(reason: string): void;
  /** The client is at the door again: taken back, asked to try again soon, or refused. */
  agentBack(): Welcome;
  callerOpened(): void;
  /** The network carries something again; a new connection stands. */
  callerOnline(): void;
  callerReturned(): void;
  callerClosed(code: number, reason: string): void;
};

export type Welcome = 'back' | 'busy' | 'over';

/** How soon a client tries again whose place is still taken. */
export const RETRY_US: Micros = ms(500);

export interface ClientLeg {
  /** The caller's client on this leg; made once. */
  client(hooks: CallerClientHooks): CallerClient;
  /** The caller dials. */
  open(): void;
  /** From the agent: a message, a frame of audio for the media path, the end. */
  send(data: string | Uint8Array): void;
  media(pcm: Uint8Array): void;
  close(code: number, reason: string): void;
  /** The agent goes on after a pause of its own making: that silence was no stall. */
  resumed?(now: Micros): void;
  /** The connection breaks. */
  drop(drop: Drop): void;
  /** What the network did, once the call is over. */
  facts(now: Micros): readonly NetworkFact[];
}
