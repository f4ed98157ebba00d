// Which of two providers is asked next for one answer: who has not failed in it goes before who has, a
// closed breaker before an open one, who was asked less before who was asked more.
import type { Lane } from '../wire.ts';
import type { BreakerState } from './breaker.ts';
import type { ProviderName } from './fact.ts';

export const nameOf = (lane: Lane): ProviderName => (lane === 0 ? 'primary' : 'second');

/** What is known of one provider with regard to one answer. */
export type Standing = { readonly state: BreakerState; readonly asked: number; readonly failed: number };

export function nextLane(standings: readonly [Standing, Standing]): Lane {
  const [first, second] = standings;
  const order =
    first.failed - second.failed || closedFirst(first) - closedFirst(second) || first.asked - second.asked;
  return order <= 0 ? 0 : 1;
}

const closedFirst = ({ state }: Standing): number => (state === 'open' ? 1 : 0);
