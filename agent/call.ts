// One call, put together: the core's session with this agent's client protocol and providers. Pure,
// so that the simulator and the server make calls of exactly the same parts.
import type { CountTokens } from './core/context/window.ts';
import { Session } from './core/session.ts';
import type { AgentSettings } from './settings.ts';
import { websocketClient } from './transports/websocket/session.ts';

export type CallOptions = {
  readonly settings: AgentSettings;
  /** Wall clock at microsecond 0 of the session, for timestamps told to the client. */
  readonly epochMs: number;
  readonly countTokens: CountTokens;
};

export function createCall({ settings, epochMs, countTokens }: CallOptions): Session {
  return new Session(settings.core, {
    client: websocketClient({ epochMs, outputRate: settings.outputRate }),
    ...settings.providers,
    countTokens,
  });
}
