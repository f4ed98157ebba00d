// The laboratory's own figures: how fast it plays. They depend on the machine, so nothing is required of
// them here; the bench and the gate judge them.
import type { Conversation } from './conversation.ts';
import { define, type Sample } from './definition.ts';

const rate = { point: 'laboratory', summary: 'ratio', better: 'higher' } as const;

export const LABORATORY = define('laboratory', [
  { ...rate, id: 'speedup', about: 'simulated seconds per second of processor time', unit: 'x' },
  {
    ...rate,
    id: 'events_per_second',
    about: 'events of the kernel per second of processor time',
    unit: '1/s',
  },
]);

export function* laboratory({ outcome }: Conversation): Iterable<Sample> {
  const { simulatedSeconds, cpuSeconds, events } = outcome;
  if (cpuSeconds <= 0) return;
  yield { kpi: 'speedup', value: simulatedSeconds, of: cpuSeconds };
  yield { kpi: 'events_per_second', value: events, of: cpuSeconds };
}
