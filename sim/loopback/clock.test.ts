import { afterEach, describe, expect, it } from 'vitest';
import { RealClock } from './clock.ts';

let clock = new RealClock();
afterEach(() => clock.close());

describe('the real clock', () => {
  it('fires timers in order of time, then of creation, and never early', async () => {
    clock = new RealClock();
    const start = clock.now();
    const fired: [string, number][] = [];
    await new Promise<void>((resolve) => {
      const fire = (name: string): void => {
        fired.push([name, clock.now() - start]);
        if (name === 'last') resolve();
      };
      clock.after(12_300, fire, 'last');
      clock.after(4_500, fire, 'b');
      clock.after(0, fire, 'a');
      clock.after(4_500, fire, 'c');
      clock.cancel(clock.after(1_000, fire, 'never'));
    });
    expect(fired.map(([name]) => name)).toEqual(['a', 'b', 'c', 'last']);
    expect(fired[1]?.[1]).toBeGreaterThanOrEqual(4_500);
    expect(fired[3]?.[1]).toBeGreaterThanOrEqual(12_300);
  });

  it('forgets everything when closed', async () => {
    clock = new RealClock();
    let fired = false;
    clock.after(
      500,
      () => {
        fired = true;
      },
      undefined,
    );
    clock.close();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(fired).toBe(false);
  });
});
