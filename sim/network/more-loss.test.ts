// More loss is never better: pooled over twenty seeds, the delay that one frame in a hundred exceeds does
// not fall when the same network loses more.
import { expect, test } from 'vitest';
import { ms, seconds, toMs } from '#agent/core/time.ts';
import { Kernel } from '#sim/kernel/kernel.ts';
import { ImpairedLink } from './impaired-link.ts';
import { TcpConnection } from './tcp/connection.ts';

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);
const LOSSES = [0, 0.005, 0.01, 0.02, 0.04, 0.08];
const FRAMES = 500;
const FRAME_BYTES = 648;

/** Delays of a stream of 20 ms frames, ms. */
async function delaysOf(delayMs: number, share: number, seed: number): Promise<number[]> {
  const kernel = new Kernel();
  const link = (name: string) => new ImpairedLink({ delayMs, loss: { kind: 'iid', share } }, { seed, name });
  const { up } = new TcpConnection(kernel, { up: link('up'), down: link('down') }, { established: true });
  const delays: number[] = [];
  const speak = (index: number): void => {
    const said = kernel.now();
    up.write(FRAME_BYTES, () => void delays.push(toMs(kernel.now() - said)), undefined);
    if (index + 1 < FRAMES) kernel.after(ms(20), speak, index + 1);
  };
  kernel.after(0, speak, 0);
  await kernel.run({ untilUs: seconds(60), stopWhen: () => delays.length === FRAMES });
  expect(delays, 'every frame arrives').toHaveLength(FRAMES);
  return delays;
}

const p99 = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.ceil(0.99 * values.length) - 1] ?? Number.NaN;

test.each([20, 50])('over TCP with %i ms one way', { timeout: 60_000 }, async (delayMs) => {
  const figures: number[] = [];
  for (const share of LOSSES) {
    const all: number[] = [];
    for (const seed of SEEDS) all.push(...(await delaysOf(delayMs, share, seed)));
    figures.push(p99(all));
  }
  expect(figures[0]).toBe(delayMs);
  for (const [at, figure] of figures.entries()) {
    const before = figures[at - 1] ?? 0;
    expect(figure, `p99 by loss ${LOSSES.join(', ')}: ${figures.join(', ')} ms`).toBeGreaterThanOrEqual(
      before,
    );
  }
});
