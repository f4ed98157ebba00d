import { describe, expect, it } from 'vitest';
import type { Direction, Impairment } from '#sim/network/impairment.ts';
import { impairedPair, impairedSide, type Pair } from './command.ts';

const pair: Pair = {
  near: { namespace: 'here', device: 'parley0', address: '10.77.0.1', ethernet: '02:00:00:00:00:01' },
  far: { namespace: 'there', device: 'parley1', address: '10.77.0.2', ethernet: '02:00:00:00:00:02' },
};

/** Everything after `tc -n here qdisc add dev parley0`, or the fields refused. */
function words(direction: Direction): string[] {
  const mapped = impairedSide(direction, pair.near, 'up');
  if (!mapped.ok) return mapped.refusals.map(({ field }) => `refused ${field}`);
  return mapped.commands.map((command) => {
    expect(command.slice(0, 7).join(' ')).toBe('tc -n here qdisc add dev parley0');
    return command.slice(7).join(' ');
  });
}

const HEAD = 'root handle 1: netem limit 10000';

describe('a direction as netem', () => {
  it.each<[string, Direction, string]>([
    ['a fixed delay', { delayMs: 20 }, 'delay 20ms rate 1gbit'],
    ['loss without delay', { delayMs: 0, loss: { kind: 'iid', share: 1 } }, 'delay 0ms loss 100% rate 1gbit'],
    ['fractions of a millisecond', { delayMs: 12.3456 }, 'delay 12.346ms rate 1gbit'],
    [
      'normal jitter, in order',
      { delayMs: 50, jitter: { distribution: 'normal', ms: 10 } },
      'delay 50ms 10ms distribution normal rate 1gbit',
    ],
    [
      'normal jitter that may reorder, as plain netem',
      { delayMs: 50, jitter: { distribution: 'normal', ms: 10 }, reorder: true },
      'delay 50ms 10ms distribution normal',
    ],
    [
      'correlated pareto jitter',
      { delayMs: 50, jitter: { distribution: 'pareto', ms: 20, correlation: 0.25 } },
      'delay 50ms 20ms 25% distribution pareto rate 1gbit',
    ],
    [
      'uniform jitter, netem without a table',
      { delayMs: 50, jitter: { distribution: 'uniform', ms: 5 } },
      'delay 50ms 5ms rate 1gbit',
    ],
    [
      'jitter around no delay, which tc wants to be positive',
      { delayMs: 0, jitter: { distribution: 'normal', ms: 5 } },
      'delay 0.001ms 5ms distribution normal rate 1gbit',
    ],
    ['jitter of nothing', { delayMs: 5, jitter: { distribution: 'gamma', ms: 0 } }, 'delay 5ms rate 1gbit'],
    [
      'independent loss',
      { delayMs: 20, loss: { kind: 'iid', share: 0.015 } },
      'delay 20ms loss 1.5% rate 1gbit',
    ],
    ['loss of nothing', { delayMs: 20, loss: { kind: 'iid', share: 0 } }, 'delay 20ms rate 1gbit'],
    [
      'Gilbert-Elliott per packet: p, r, 1-h, 1-k',
      { delayMs: 20, loss: { kind: 'ge_packet', toBad: 0.0125, toGood: 1 / 3, lossBad: 1, lossGood: 0.001 } },
      'delay 20ms loss gemodel 1.25% 33.333333% 100% 0.1% rate 1gbit',
    ],
  ])('%s', (_name, direction, expected) => {
    expect(words(direction)).toEqual([`${HEAD} ${expected}`]);
  });

  it('leaves a line alone that does nothing to packets', () => {
    expect(words({ delayMs: 0, jitter: { distribution: 'normal', ms: 0 } })).toEqual([]);
  });

  it('puts a bottleneck behind netem, its queue in bytes', () => {
    const direction: Direction = { delayMs: 30, bottleneck: { kind: 'rate', kbps: 64, queueBytes: 6_000 } };
    expect(words(direction)).toEqual([
      `${HEAD} delay 30ms rate 1gbit`,
      'parent 1: handle 10: tbf rate 64kbit burst 1540b limit 6000b',
    ]);
  });

  it('refuses by field what netem cannot do, all of it at once', () => {
    const direction: Direction = {
      delayMs: 20,
      jitter: { distribution: 'ou', ms: 10, tauMs: 200 },
      loss: { kind: 'ge_time', goodMs: 3_000, badMs: 100, lossBad: 0.5 },
      bottleneck: { kind: 'trace', opportunitiesMs: [1, 2], queueBytes: 9_000 },
      spike: { perSecond: 1, meanMs: 50 },
      outage: { periodMs: 10_000, minMs: 50, maxMs: 50, mode: 'hold' },
      routeChange: { atMs: 1_000, deltaMs: 20 },
    };
    expect(words(direction)).toEqual(
      ['jitter', 'loss', 'bottleneck', 'spike', 'outage', 'routeChange'].map((name) => `refused up.${name}`),
    );
    const upload = { kbps: 800, onMs: 1_000, offMs: 1_000 };
    const shared: Direction = {
      delayMs: 20,
      bottleneck: { kind: 'rate', kbps: 1_000, queueBytes: 128_000, upload },
    };
    expect(words(shared)).toEqual(['refused up.bottleneck.upload']);
    expect(words({ delayMs: 20, jitter: { distribution: 'gamma', ms: 3 } })).toEqual(['refused up.jitter']);
  });
});

describe('a pair of namespaces', () => {
  const impairment: Impairment = {
    name: 'lopsided',
    up: { delayMs: 10 },
    down: { delayMs: 90, loss: { kind: 'iid', share: 0.02 } },
    source: 'test',
  };

  it('is built in this order, each end impairing what it sends', () => {
    const mapped = impairedPair(impairment, pair);
    expect(mapped.ok && mapped.commands.map((command) => command.join(' '))).toEqual([
      'ip netns add here',
      'ip netns add there',
      'ip -n here link add parley0 address 02:00:00:00:00:01 type veth' +
        ' peer name parley1 address 02:00:00:00:00:02 netns there',
      'ip -n here link set lo up',
      'ip -n here link set dev parley0 gso_max_segs 1',
      'ip -n here addr add 10.77.0.1/30 dev parley0',
      'ip -n here link set dev parley0 up',
      'ip -n here neigh add 10.77.0.2 lladdr 02:00:00:00:00:02 dev parley0 nud permanent',
      'ip -n there link set lo up',
      'ip -n there link set dev parley1 gso_max_segs 1',
      'ip -n there addr add 10.77.0.2/30 dev parley1',
      'ip -n there link set dev parley1 up',
      'ip -n there neigh add 10.77.0.1 lladdr 02:00:00:00:00:01 dev parley1 nud permanent',
      'tc -n here qdisc add dev parley0 root handle 1: netem limit 10000 delay 10ms rate 1gbit',
      'tc -n there qdisc add dev parley1 root handle 1: netem limit 10000 delay 90ms loss 2% rate 1gbit',
    ]);
  });

  it('names the direction that cannot be mapped', () => {
    const down: Direction = { delayMs: 1, spike: { perSecond: 1, meanMs: 10 } };
    const mapped = impairedPair({ ...impairment, down }, pair);
    expect(mapped.ok ? [] : mapped.refusals.map(({ field }) => field)).toEqual(['down.spike']);
  });
});
