// The way down: callers are told, may finish, and are taken leave of while there is still time for the words.
// It ends when nobody is left, when the time is up, or at once when somebody loses patience.
import type { SessionInput } from '../../core/session.ts';

/** A call that goes on. */
export interface Draining {
  input(event: SessionInput): void;
}

export type DrainOptions = {
  /** Those that go on now; calls leave it as they end. */
  readonly calls: { readonly size: number; values(): Iterable<Draining> };
  readonly drainMs: number;
  /** Settles when nobody wants to wait any longer. */
  readonly impatience: Promise<void>;
};

/** Of the time, what is kept for a farewell: the usual one lasts 4 s, and somebody may have the floor. */
const FAREWELL_MS = 8_000;
const LOOK_MS = 50;

/** Resolves with how many calls were still going on. */
export async function drainCalls({ calls, drainMs, impatience }: DrainOptions): Promise<number> {
  const farewellMs = Math.min(FAREWELL_MS, drainMs / 2);
  const startMs = performance.now();
  const gone = Promise.withResolvers<void>();
  let leaving = false;
  const look = (): void => {
    const passedMs = performance.now() - startMs;
    if (calls.size === 0 || passedMs >= drainMs) return gone.resolve();
    if (leaving || passedMs < drainMs - farewellMs) return;
    leaving = true;
    for (const call of [...calls.values()]) call.input({ kind: 'leave', reason: 'the agent is going down' });
  };
  for (const call of [...calls.values()])
    call.input({ kind: 'tell', data: { type: 'draining', endsInMs: drainMs } });
  const timer = setInterval(look, LOOK_MS);
  look();
  await Promise.race([gone.promise, impatience]);
  clearInterval(timer);
  return calls.size;
}
