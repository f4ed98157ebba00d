// The future against its naive twin: a sorted list that is searched from the start.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TimerHeap } from './heap.ts';

type Step =
  | { readonly do: 'push'; readonly time: number }
  | { readonly do: 'cancel'; readonly which: number }
  | { readonly do: 'pop' };

const step: fc.Arbitrary<Step> = fc.oneof(
  // Few different times, so that ties are the rule.
  { weight: 3, arbitrary: fc.record({ do: fc.constant('push' as const), time: fc.nat(8) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pop' as const) }) },
);

const nothing = (): void => {};

test('takes timers out by time and then by age, whatever was cancelled in between', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const heap = new TimerHeap();
      const handles: number[] = [];
      let naive: { readonly time: number; readonly name: number }[] = [];
      for (const one of steps) {
        if (one.do === 'push') {
          const name = handles.length;
          handles.push(heap.push(one.time, nothing, name));
          naive.push({ time: one.time, name });
        } else if (one.do === 'cancel' && handles.length > 0) {
          // Any handle that was ever given out: pending, fired or cancelled before.
          const name = one.which % handles.length;
          heap.cancel(handles[name] ?? -1);
          naive = naive.filter((timer) => timer.name !== name);
        } else if (one.do === 'pop') {
          const first = naive.toSorted((left, right) => left.time - right.time || left.name - right.name)[0];
          expect(heap.peek()).toBe(first?.time);
          const due = heap.pop();
          expect(due === undefined ? undefined : { time: due.time, name: due.argument }).toEqual(first);
          naive = naive.filter((timer) => timer !== first);
        }
        expect(heap.live).toBe(naive.length);
      }
    }),
    { numRuns: 500 },
  );
});

test('a cancelled handle never stops the timer that has its slot now', () => {
  const heap = new TimerHeap();
  const old = heap.push(1, nothing, 'old');
  heap.cancel(old);
  expect(heap.pop()).toBeUndefined();
  const young = heap.push(2, nothing, 'young');
  expect(young % (1 << 20), 'the slot is the same').toBe(old % (1 << 20));
  heap.cancel(old);
  expect(heap.pop()?.argument).toBe('young');
  heap.cancel(young);
  expect(heap.live).toBe(0);
});

test('handles that were never given out are ignored', () => {
  const heap = new TimerHeap();
  heap.push(1, nothing, 'kept');
  for (const wild of [-1, 0.5, 77, Number.NaN, Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY])
    heap.cancel(wild);
  expect(heap.pop()?.argument).toBe('kept');
});

test('grows past its first size and keeps the order', () => {
  const heap = new TimerHeap();
  for (let at = 5_000; at > 0; at -= 1) heap.push(at, nothing, at);
  for (let at = 1; at <= 5_000; at += 1) expect(heap.pop()?.argument).toBe(at);
  expect(heap.pop()).toBeUndefined();
});
