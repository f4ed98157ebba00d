// A recogniser's session for tests: whatever it says to the outside is written down, and it is woken whenever
// it wants to be.
import type { SttEvent } from '../core/provider.ts';
import type { Micros } from '../core/time.ts';
import type { SocketRequest } from '../core/wire.ts';
import { type ProviderChoice, sttFactory } from './registry.ts';

/** One second of silence. */
export const SECOND = new Uint8Array(32_000);

export function listener(settings: ProviderChoice) {
  const chosen = sttFactory({ apiKey: 'a-secret', ...settings });
  if (!chosen.ok) throw new Error(chosen.message);
  const requests: SocketRequest[] = [];
  const events: SttEvent[] = [];
  const session = chosen.factory({
    request: (_at, request) => void requests.push(request),
    event: (_at, event) => void events.push(event),
  });
  const sent = () => requests.flatMap((one) => (one.kind === 'send' ? one.data : []));
  return {
    session,
    requests,
    events,
    say: (at: Micros, message: object) =>
      session.receive(at, { kind: 'message', data: JSON.stringify(message) }),
    open: (at: Micros) => {
      session.start(at);
      session.receive(at, { kind: 'opened' });
    },
    address: () => {
      const [first] = requests;
      return new URL(first?.kind === 'open' ? first.url : 'none:');
    },
    /** Text frames, and the sizes of the others. */
    words: () => sent().flatMap((data) => (typeof data === 'string' ? data : [])),
    pieces: () => sent().flatMap((data) => (typeof data === 'string' ? [] : data.length)),
    kinds: () => events.map(({ kind }) => kind),
    finals: () => events.flatMap((event) => (event.kind === 'final' && event.text !== '' ? event.text : [])),
    signals: () => events.flatMap((event) => (event.kind === 'signal' ? event.signal : [])),
    until: (end: Micros) => {
      for (let at = session.deadline(); at !== undefined && at <= end; at = session.deadline()) {
        session.wake(at);
      }
    },
  };
}
