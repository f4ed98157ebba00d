// One call, put together: the core's session with this agent's client protocol and providers. Pure,
// so that the simulator and the server make calls of exactly the same parts.
import type { CountTokens } from './core/context/window.ts';
import { Session } from './core/session.ts';
import type { ToolSpec } from './core/tool/spec.ts';
import type { MakeCodec } from './media/codec/codec.ts';
import type { AgentSettings } from './settings.ts';
import { webrtcClient } from './transports/webrtc/session.ts';
import { websocketClient } from './transports/websocket/session.ts';

export type TransportName = 'websocket' | 'webrtc';

export type CallOptions = {
  readonly settings: AgentSettings;
  /** How the caller is connected. */
  readonly transport: TransportName;
  /** Wall clock at microsecond 0 of the session, for timestamps told to the client. */
  readonly epochMs: number;
  readonly countTokens: CountTokens;
  /** What the model may call; nothing when absent. Without fault, see `agent/tool/define.ts`. */
  readonly tools?: readonly ToolSpec[];
  /** With what a client whose connection broke comes back; unguessable, from `agent/io`. */
  readonly sessionId?: string;
  /** Spreads this call's retries against those of others; its beginning when absent. */
  readonly salt?: number;
  /** WebSocket: audio sent ahead of real time, ms, in place of the lead that follows the network. */
  readonly fixedLeadMs?: number;
  /** WebSocket: what our own client may have its audio coded with; PCM16 only when absent. */
  readonly codecs?: MakeCodec;
};

export function createCall(options: CallOptions): Session {
  const { settings, transport, epochMs, countTokens, codecs, sessionId } = options;
  const { lead, leadMs } = settings.core.playout;
  const fixedLeadMs = options.fixedLeadMs ?? (lead === 'fixed' ? leadMs : undefined);
  const makeClient = transport === 'webrtc' ? webrtcClient : websocketClient;
  return new Session(settings.core, {
    client: makeClient({
      epochMs,
      outputRate: settings.outputRate,
      codecs,
      sessionId,
      mayInstruct: settings.clientMayInstruct,
      ...(fixedLeadMs === undefined ? {} : { fixedLeadMs }),
    }),
    ...settings.providers,
    tools: options.tools ?? [],
    countTokens,
    salt: options.salt ?? Math.trunc(epochMs),
  });
}
