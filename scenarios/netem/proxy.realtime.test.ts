// The impairment proxy against the model it runs: real WebSockets through it, the same workload in
// virtual time. Compared are figures that a busy machine moves by no more than the margins named here.
import { createSocket } from 'node:dgram';
import { describe, expect, it } from 'vitest';
import { measureModel } from '#sim/loopback/netem/model-stream.ts';
import { carrierOf } from '#sim/loopback/proxy/carrier.ts';
import { measureProxied } from '#sim/loopback/proxy/measure.ts';
import { startUdpProxy } from '#sim/loopback/proxy/udp.ts';
import type { Direction, Impairment } from '#sim/network/impairment.ts';
import { percentile } from '../kpis/statistic.ts';

const symmetric = (direction: Direction): Impairment => ({
  name: 'test',
  up: direction,
  down: direction,
  source: 'test',
});
const workload = { connections: 2, frameBytes: 640, frameMs: 20, seconds: 8, skipSeconds: 1 };
const at = (samples: readonly number[], share: number): number => percentile(samples, share) ?? Number.NaN;

describe('the TCP proxy', () => {
  it.each<[string, Direction]>([
    ['a fixed delay', { delayMs: 20 }],
    ['normal jitter', { delayMs: 40, jitter: { distribution: 'normal', ms: 8 } }],
    ['losses', { delayMs: 20, loss: { kind: 'iid', share: 0.03 } }],
  ])('delays the frames of a stream as the model does: %s', async (_name, direction) => {
    const impairment = symmetric(direction);
    const real = await measureProxied({ impairment, workload }, 1);
    const model = await measureModel(workload, carrierOf(impairment, 1));
    expect([real.lost, model.lost]).toEqual([0, 0]);
    const [heard, modelled] = [
      [...real.up, ...real.down],
      [...model.up, ...model.down],
    ];
    expect(heard).toHaveLength(modelled.length);
    const figures = [0.05, 0.5, 0.9].map((share) => [at(heard, share), at(modelled, share)] as const);
    const [p5 = [0, 0], p50 = [0, 0], p90 = [0, 0]] = figures;
    // Real time is late, never early: about half a millisecond here, more on a machine with other work.
    expect(p5[0]).toBeGreaterThan(p5[1] - 3);
    expect(Math.abs(p50[0] - p50[1])).toBeLessThan(4);
    expect(Math.abs(p90[0] - p90[1])).toBeLessThan(0.35 * p90[1] + 5);
  });
});

describe('the UDP proxy', () => {
  it('lets packets through when the profile says, to a millisecond or so', async () => {
    const far = createSocket('udp4');
    await new Promise<void>((resolve) => far.bind(0, '127.0.0.1', resolve));
    const lossy: Direction = { delayMs: 25, loss: { kind: 'iid', share: 0.1 } };
    const proxy = await startUdpProxy({
      target: { host: '127.0.0.1', port: far.address().port },
      impairment: symmetric(lossy),
      seed: 2,
    });
    const delays: number[] = [];
    far.on('message', (data) => delays.push(performance.now() - data.readDoubleBE(0)));
    const near = createSocket('udp4');
    const packet = Buffer.alloc(140);
    for (let index = 0; index < 150; index += 1) {
      packet.writeDoubleBE(performance.now());
      near.send(Buffer.from(packet), proxy.port, '127.0.0.1');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
    await proxy.close();
    near.close();
    far.close();
    expect(delays.length).toBeGreaterThan(115);
    expect(delays.length).toBeLessThan(148);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(24.9);
    expect(at(delays, 0.5)).toBeLessThan(28);
  });
});
