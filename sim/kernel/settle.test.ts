// Two ways to know that an event has finished, one meaning: the same order of everything that runs,
// for any mixture of promises, microtasks and ticks that an event may set off.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Kernel } from './kernel.ts';
import type { SettleName } from './settle.ts';

/** What one event does: things that run at once, soon or after other things. */
type Deed =
  | { readonly kind: 'say' }
  | { readonly kind: 'micro' | 'tick' | 'promise' | 'timer'; readonly inner: readonly Deed[] };

const { deed } = fc.letrec<{ deed: Deed }>((tie) => ({
  deed: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constant<Deed>({ kind: 'say' }),
    fc.record({
      kind: fc.constantFrom('micro' as const, 'tick' as const, 'promise' as const, 'timer' as const),
      inner: fc.array(tie('deed'), { maxLength: 3 }),
    }),
  ),
}));

async function play(settle: SettleName, events: readonly (readonly Deed[])[]): Promise<string[]> {
  const kernel = new Kernel(settle);
  const order: string[] = [];
  const act = (name: string, deeds: readonly Deed[]): void => {
    for (const [index, one] of deeds.entries()) {
      const path = `${name}.${index}`;
      if (one.kind === 'say') order.push(`${path} at ${kernel.now()}`);
      else if (one.kind === 'micro') queueMicrotask(() => act(path, one.inner));
      else if (one.kind === 'tick') process.nextTick(() => act(path, one.inner));
      else if (one.kind === 'promise') void Promise.resolve().then(() => act(path, one.inner));
      else kernel.after(3, () => act(path, one.inner), undefined);
    }
  };
  for (const [index, deeds] of events.entries())
    kernel.after(index, () => act(String(index), deeds), undefined);
  await kernel.run({ untilUs: 1_000, stopWhen: () => false });
  return order;
}

test('both settle in the same order, with promises in ticks in promises', async () => {
  const events = fc.array(fc.array(deed, { maxLength: 4 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(events, async (played) => {
      expect(await play('immediate', played)).toEqual(await play('tick', played));
    }),
    { numRuns: 150 },
  );
});

test.each<SettleName>(['tick', 'immediate'])(
  '%s outlasts a long chain of ticks and promises',
  async (settle) => {
    const kernel = new Kernel(settle);
    let links = 0;
    const chain = async (): Promise<void> => {
      for (; links < 3_000; links += 1) {
        if (links % 2 === 0) await null;
        else await new Promise<void>((resolve) => process.nextTick(resolve));
      }
    };
    kernel.after(1, () => void chain(), undefined);
    let seen = -1;
    kernel.after(
      2,
      () => {
        seen = links;
      },
      undefined,
    );
    await kernel.run({ untilUs: 10, stopWhen: () => false });
    expect(seen).toBe(3_000);
  },
);
