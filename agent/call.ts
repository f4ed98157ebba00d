// One call, put together: the core's session with this agent's client protocol and providers. Pure,
// so that the simulator and the server make calls of exactly the same parts.
import type { CountTokens } from './core/context/window.ts';
import type { Observer } from './core/pipeline.ts';
import { type Restored, Session } from './core/session.ts';
import type { ToolSpec } from './core/tool/spec.ts';
import type { MakeCodec } from './media/codec/codec.ts';
import type { AgentSettings } from './settings.ts';
import { dailyClient } from './transports/daily/session.ts';
import { webrtcClient } from './transports/webrtc/session.ts';
import { websocketClient } from './transports/websocket/session.ts';

export type TransportName = 'websocket' | 'webrtc' | 'daily';

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
  /** What the call goes on with; a new conversation when absent. */
  readonly restored?: Restored | undefined;
  /** Sees every frame of the pipeline, for a log. */
  readonly watch?: Observer | undefined;
  /** Spreads this call's retries against those of others; its beginning when absent. */
  readonly salt?: number;
  /** WebSocket: audio sent ahead of real time, ms, in place of the lead that follows the network. */
  readonly fixedLeadMs?: number;
  /** WebSocket: what our own client may have its audio coded with; PCM16 only when absent. */
  readonly codecs?: MakeCodec;
};

export function createCall(options: CallOptions): Session {
  const { settings, transport, epochMs, countTokens, codecs, sessionId, restored } = options;
  const { lead, leadMs } = settings.core.playout;
  const fixedLeadMs = options.fixedLeadMs ?? (lead === 'fixed' ? leadMs : undefined);
  return new Session(settings.core, {
    client: CLIENTS[transport]({
      epochMs,
      outputRate: settings.outputRate,
      codecs,
      sessionId,
      mayInstruct: settings.clientMayInstruct,
      // The stock client repeats its client-ready on a new WebSocket, on a new peer connection it does not.
      introduced: restored !== undefined && transport === 'webrtc',
      ...(fixedLeadMs === undefined ? {} : { fixedLeadMs }),
    }),
    ...settings.providers,
    tools: options.tools ?? [],
    countTokens,
    ...(restored === undefined ? {} : { restored }),
    ...(options.watch === undefined ? {} : { watch: options.watch }),
    salt: options.salt ?? Math.trunc(epochMs),
  });
}

const CLIENTS = { websocket: websocketClient, webrtc: webrtcClient, daily: dailyClient } as const;
