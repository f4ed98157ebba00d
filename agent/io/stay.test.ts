// A call has an end: who never introduces himself is sent away, who talks for ever and who says nothing for
// long is told goodbye. Afterwards no timer is left.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AgentFact } from '../core/fact.ts';
import { LIMITS } from '../core/limit.ts';
import { toMs } from '../core/time.ts';
import { Stay } from './stay.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const ready: AgentFact = { who: 'agent', t: 0, what: 'client.ready' };
const spoke: AgentFact = { who: 'agent', t: 0, what: 'turn.started', turn: 1 };
const ended: AgentFact = { who: 'agent', t: 0, what: 'session.ended', reason: 'x' };

function begin(sessionMaxMs: number, idleMaxMs: number) {
  const told: string[] = [];
  const hands = {
    leave: (reason: string) => void told.push(`leave: ${reason}`),
    end: (reason: string) => void told.push(`end: ${reason}`),
  };
  return { told, stay: new Stay({ sessionMaxMs, idleMaxMs }, hands) };
}

test('a client that never introduces itself gives its place back', () => {
  const { told } = begin(0, 0);
  vi.advanceTimersByTime(toMs(LIMITS.clientReadyUs));
  expect(told).toEqual(['end: no client-ready came within 60 s']);
});

test('a caller who talks for ever is told goodbye', () => {
  const { told, stay } = begin(300_000, 100_000);
  stay.note(ready);
  for (let turn = 0; turn < 6; turn += 1) {
    vi.advanceTimersByTime(50_000);
    stay.note(spoke);
  }
  expect(told).toEqual(['leave: the call has lasted 300 s, its limit']);
});

test('so is one who says nothing for long', () => {
  const { told, stay } = begin(0, 100_000);
  stay.note(ready);
  vi.advanceTimersByTime(99_000);
  stay.note(spoke);
  vi.advanceTimersByTime(99_000);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(1_000);
  expect(told).toEqual(['leave: the caller said nothing for 100 s']);
});

test('a call that is over leaves no timer behind', () => {
  const { stay } = begin(300_000, 100_000);
  expect(vi.getTimerCount()).toBe(3);
  stay.note(ended);
  expect(vi.getTimerCount()).toBe(0);
});
