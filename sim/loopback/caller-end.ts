// What connects a caller to a real agent, whatever the transport: the client at one end, the agent's side
// of the same connections at the other, and what was seen of them between.
import type { Micros } from '#agent/core/time.ts';
import type { Connection } from '#agent/io/connection.ts';
import type { ServerOptions } from '#agent/io/server.ts';
import type { MakeCodec } from '#agent/media/codec/codec.ts';
import type { CallerClient, CallerClientHooks } from '../caller/client/client.ts';
import type { Drop } from '../caller/outage.ts';
import type { NetworkFact } from '../kernel/fact.ts';
import type { Recogniser } from '../providers/ear.ts';

export type CallerEndHooks = {
  opened(): void;
  /** The network carries something again; a new connection to the same session stands. */
  online(): void;
  returned(): void;
  closed(code: number, reason: string): void;
};

export interface CallerEnd {
  readonly transport: 'websocket' | 'webrtc';
  /** How the agent has to be served for it. */
  readonly server: Pick<ServerOptions, 'webrtc'>;
  /** Of the audio that the agent exchanges in messages. */
  readonly codecs: MakeCodec;
  /** Names the caller's voice as it comes out at the agent, where `known` names what went in. */
  recogniser(known: Recogniser): Recogniser;
  /** The agent's end of a connection, seen by whoever counts. */
  metered(connection: Connection): Connection;
  /** Made once, by the caller. */
  client(hooks: CallerClientHooks): CallerClient;
  /** Calls the agent on `port` of this machine. Rejects when the way there cannot be had. */
  dial(port: number, hooks: CallerEndHooks): Promise<void>;
  /** The connection breaks. */
  drop(how: Drop): void;
  /** The agent paused by itself, and goes on from here. */
  resumed(now: Micros): void;
  /** What the network did, once the call is over. */
  facts(now: Micros): readonly NetworkFact[];
  /** Ends it, whatever it is doing. */
  destroy(): Promise<void>;
}
