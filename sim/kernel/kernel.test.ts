// The kernel alone moves time: in order, as far as asked, and never into an instant without end.
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { Kernel, type RunEnd } from './kernel.ts';
import type { SettleName } from './settle.ts';

const FOREVER = { untilUs: Number.MAX_SAFE_INTEGER, stopWhen: () => false };

describe.each<SettleName>(['tick', 'immediate'])('settling by %s', (settle) => {
  test('runs equal times in the order in which they were asked for', async () => {
    const kernel = new Kernel(settle);
    const order: string[] = [];
    const say = (word: string) => void order.push(`${word} at ${kernel.now()}`);
    kernel.after(20, say, 'third');
    kernel.after(10, say, 'first');
    kernel.after(
      10,
      () => {
        kernel.after(0, say, 'later in the same instant');
        say('second');
      },
      undefined,
    );
    kernel.after(10, say, 'after that');
    expect(await kernel.run(FOREVER)).toBe('idle');
    expect(order).toEqual([
      'first at 10',
      'second at 10',
      'after that at 10',
      'later in the same instant at 10',
      'third at 20',
    ]);
    expect(kernel.events).toBe(5);
  });

  test('lets everything that an event woke finish before time moves on', async () => {
    const kernel = new Kernel(settle);
    const order: string[] = [];
    kernel.after(
      1,
      async () => {
        await null;
        await new Promise<void>((resolve) => process.nextTick(resolve));
        await Promise.all([null, Promise.resolve()]);
        order.push(`woken at ${kernel.now()}`);
      },
      undefined,
    );
    kernel.after(2, () => void order.push(`next at ${kernel.now()}`), undefined);
    await kernel.run(FOREVER);
    expect(order).toEqual(['woken at 1', 'next at 2']);
  });

  test('tells an empty future from one that was stopped and one that was cut', async () => {
    const ends: Record<string, RunEnd> = {};
    const kernel = new Kernel(settle);
    let rang = false;
    kernel.after(
      100,
      () => {
        rang = true;
      },
      undefined,
    );
    ends['until'] = await kernel.run({ untilUs: 50, stopWhen: () => false });
    expect([kernel.now(), rang]).toEqual([50, false]);
    ends['stopped'] = await kernel.run({ untilUs: 1_000, stopWhen: () => rang });
    expect([kernel.now(), rang]).toEqual([100, true]);
    ends['idle'] = await kernel.run(FOREVER);
    expect(ends).toEqual({ until: 'until', stopped: 'stopped', idle: 'idle' });
  });

  test('time never goes back, even when asked to end in the past', async () => {
    const kernel = new Kernel(settle);
    kernel.after(100, () => {}, undefined);
    kernel.after(300, () => {}, undefined);
    await kernel.run({ untilUs: 200, stopWhen: () => false });
    expect(await kernel.run({ untilUs: 10, stopWhen: () => false })).toBe('until');
    expect(kernel.now()).toBe(200);
  });

  test('an instant that never ends fails the run and names who did it', async () => {
    const kernel = new Kernel(settle);
    const spin = (): void => void kernel.after(0, spin, undefined);
    kernel.after(7, spin, undefined);
    await expect(kernel.run(FOREVER)).rejects.toThrow(/time stands still at 7 µs: 10000 events, .*spin/);
  });

  test('many events at one instant are no loop', async () => {
    const kernel = new Kernel(settle);
    let count = 0;
    for (let at = 0; at < 9_000; at += 1)
      kernel.after(
        5,
        () => {
          count += 1;
        },
        undefined,
      );
    for (let at = 0; at < 9_000; at += 1)
      kernel.after(
        6,
        () => {
          count += 1;
        },
        undefined,
      );
    expect(await kernel.run(FOREVER)).toBe('idle');
    expect(count).toBe(18_000);
  });

  test('an error in an event rejects the run', async () => {
    const kernel = new Kernel(settle);
    const oops = new Error('oops');
    kernel.after(
      1,
      () => {
        throw oops;
      },
      undefined,
    );
    await expect(kernel.run(FOREVER)).rejects.toBe(oops);
  });

  test('real work freezes time, and is released in the order in which it was asked for', async () => {
    const kernel = new Kernel(settle);
    const order: string[] = [];
    const slow = Promise.withResolvers<string>();
    const quick = Promise.withResolvers<string>();
    const hold = async (work: Promise<string>) => {
      const result = await kernel.hold(work);
      order.push(`${result} at ${kernel.now()}`);
    };
    const both = () => {
      void hold(slow.promise);
      void hold(quick.promise);
    };
    kernel.after(10, both, undefined);
    kernel.after(10, () => void order.push('later in the same instant'), undefined);
    kernel.after(20, () => void order.push(`next at ${kernel.now()}`), undefined);
    const run = kernel.run(FOREVER);
    await expect.poll(() => kernel.now()).toBe(10);
    quick.resolve('quick');
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(order, 'the quick one waits for the slow one, and time for both').toEqual([]);
    expect(kernel.now()).toBe(10);
    slow.resolve('slow');
    expect(await run).toBe('idle');
    expect(order).toEqual(['slow at 10', 'quick at 10', 'later in the same instant', 'next at 20']);
  });

  test('work that fails is told to whoever asked, and time goes on', async () => {
    const kernel = new Kernel(settle);
    const order: string[] = [];
    const ask = (work: Promise<unknown>) =>
      void kernel.hold(work).catch((error: Error) => order.push(error.message));
    const slow = new Promise((resolve) => setTimeout(resolve, 5));
    const both = () => {
      ask(slow);
      // Fails long before its turn to be released: that alone must not count as unheard.
      ask(Promise.reject(new Error('no model')));
    };
    kernel.after(10, both, undefined);
    kernel.after(20, () => void order.push(`next at ${kernel.now()}`), undefined);
    expect(await kernel.run(FOREVER)).toBe('idle');
    expect(order).toEqual(['no model', 'next at 20']);
  });

  /** In a process of its own: a test runner has opinions about unhandled rejections. */
  test('a rejection that nobody handles fails the run', () => {
    const script = `
      import { Kernel } from './sim/kernel/kernel.ts';
      const kernel = new Kernel('${settle}');
      kernel.after(5, () => void Promise.reject(new Error('nobody cares')), undefined);
      kernel.after(9, () => console.log('time went on'), undefined);
      const run = kernel.run({ untilUs: 100, stopWhen: () => false });
      await run.then((end) => console.log(end), (error) => console.log('failed:', error.message));
      console.log(process.listenerCount('unhandledRejection'), 'listeners left');`;
    const args = ['--input-type=module', '--eval', script];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(stdout.trim().split('\n'), stderr).toEqual(['failed: nobody cares', '0 listeners left']);
  });
});

test('refuses delays that are no whole microseconds ahead', () => {
  const kernel = new Kernel();
  for (const delay of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => kernel.after(delay, () => {}, undefined)).toThrow('whole number of microseconds');
  }
});
