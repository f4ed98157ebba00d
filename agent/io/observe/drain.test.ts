// The way down, in short: told at once, taken leave of in time, and never waited for longer than it may take.
import { expect, test } from 'vitest';
import type { SessionInput } from '../../core/session.ts';
import { type Draining, drainCalls } from './drain.ts';

const never = new Promise<void>(() => {});

class Call implements Draining {
  readonly inputs: SessionInput['kind'][] = [];
  readonly #ends: SessionInput['kind'] | undefined;
  readonly #calls: Set<Draining>;

  /** Ends when it is given `ends`. */
  constructor(calls: Set<Draining>, ends?: SessionInput['kind']) {
    this.#calls = calls;
    this.#ends = ends;
    calls.add(this);
  }

  input({ kind }: SessionInput): void {
    this.inputs.push(kind);
    if (kind === this.#ends) this.#calls.delete(this);
  }
}

test('with nobody there it takes no time', async () => {
  expect(await drainCalls({ calls: new Set(), drainMs: 60_000, impatience: never })).toBe(0);
});

test('callers are told, then taken leave of; whoever has ended is not', async () => {
  const calls = new Set<Draining>();
  const [polite, soon] = [new Call(calls, 'leave'), new Call(calls, 'tell')];
  expect(await drainCalls({ calls, drainMs: 300, impatience: never })).toBe(0);
  expect([polite.inputs, soon.inputs]).toEqual([['tell', 'leave'], ['tell']]);
});

test('who does not go is counted when the time is up', async () => {
  const calls = new Set<Draining>();
  const stubborn = new Call(calls);
  expect(await drainCalls({ calls, drainMs: 200, impatience: never })).toBe(1);
  expect(stubborn.inputs).toEqual(['tell', 'leave']);
});

test('impatience ends the wait', async () => {
  const calls = new Set<Draining>();
  const call = new Call(calls);
  expect(await drainCalls({ calls, drainMs: 60_000, impatience: Promise.resolve() })).toBe(1);
  expect(call.inputs).toEqual(['tell']);
});
