// What an agent pays before a vendor hears it, over the packet-level TCP: the SYN, the keys and the
// request are packets like any other, may be lost like any other, and an opening that never gets through
// has an end with a name.
import { asyncProperty, assert as check, integer, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIMITS } from '#agent/core/limit.ts';
import { type Micros, ms, seconds, toMs } from '#agent/core/time.ts';
import { ImpairedLink } from './impaired-link.ts';
import type { Direction } from './impairment.ts';
import {
  close,
  httpStage,
  type Network,
  ONE_WAY,
  open,
  post,
  socketStage,
  terminal,
} from './leg.test-support.ts';
import type { Link } from './link.ts';
import { TcpConnection } from './tcp/connection.ts';
import { Wire } from './tcp/rig.ts';

const ONE_WAY_MS = toMs(ONE_WAY);
const PLAIN = { socket: 'ws://vendor/talk', http: 'http://vendor/v1/chat' };

/** Every connection is a TCP of its own across the same two links. */
const over =
  (up: Link, down: Link): Network =>
  (kernel) =>
  () =>
    new TcpConnection(kernel, { up, down });

/** Two wires as long as those of the fixed delay; `lose` says which packets are lost, by number. */
function wires(lose: { up?: (index: number, atMs: number) => boolean; down?: typeof lose.up } = {}) {
  const [up, down] = [new Wire(ONE_WAY_MS), new Wire(ONE_WAY_MS)];
  up.lose = lose.up ?? up.lose;
  down.lose = lose.down ?? down.lose;
  return { up, down, network: over(up, down) };
}

const always = (): boolean => true;
const nth =
  (number: number) =>
  (index: number): boolean =>
    index === number;

/** When the agent was told that its socket is open. */
async function openedAt(network?: Network, url?: string): Promise<Micros> {
  const { events, at, run } = socketStage(network === undefined ? {} : { network });
  at(0, open(url));
  await run();
  expect(events).toEqual([expect.stringMatching(/opened$/)]);
  return Number.parseInt(events[0] ?? '', 10);
}

/** When the vendor heard the first request. */
async function askedAt(network?: Network, url?: string): Promise<Micros> {
  const { arrivals, at, run } = httpStage(network === undefined ? {} : { network });
  at(0, post(1, url));
  await run();
  expect(arrivals).toHaveLength(1);
  return Number.parseInt(arrivals[0] ?? '', 10);
}

describe('over wires that lose nothing', () => {
  test('a socket and a request cost what they cost on a fixed delay', async () => {
    expect(await openedAt(wires().network)).toBe(await openedAt());
    expect(await openedAt(wires().network, PLAIN.socket)).toBe(await openedAt(undefined, PLAIN.socket));
    expect(await askedAt(wires().network)).toBe(await askedAt());
    expect(await askedAt(wires().network, PLAIN.http)).toBe(await askedAt(undefined, PLAIN.http));
  });

  test('the keys take a hello up, several segments with certificates down, and a finish', async () => {
    const { up, down, network } = wires();
    await openedAt(network);
    const sizes = ({ data }: Wire): number[] => data.map(({ bytes }) => bytes - 52);
    expect(sizes(up), 'hello in two segments, finish, request in a record').toEqual([1_448, 147, 80, 422]);
    expect(sizes(down), 'flight in three segments, answer in a record').toEqual([1_448, 1_448, 1_404, 422]);
  });

  test('a connection that is used again has been paid for', async () => {
    const { up, network } = wires();
    const { arrivals, at, run } = httpStage({ network });
    at(0, post(1));
    at(seconds(1), post(2));
    await run();
    expect(arrivals).toEqual(['50000 POST /v1/chat ask', '1010000 POST /v1/chat ask']);
    expect(up.seen.filter(({ bytes }) => bytes === 60)).toHaveLength(1);
  });

  test('a socket that is opened again pays again', async () => {
    const { up, network } = wires();
    const { events, at, run } = socketStage({ network });
    at(0, open());
    at(seconds(1), close);
    at(seconds(2), open());
    await run();
    expect(events).toEqual(['63000 opened', '1020000 closed 1000 done', '2063000 opened']);
    expect(up.seen.filter(({ bytes }) => bytes === 60)).toHaveLength(2);
  });
});

describe('over wires that lose a packet', () => {
  test.each([
    ['the SYN', { up: nth(0) }],
    ['the SYN-ACK', { down: nth(0) }],
  ])('%s costs a second more, whatever is opened', async (_, lose) => {
    expect(await openedAt(wires(lose).network)).toBe((await openedAt()) + seconds(1));
    expect(await openedAt(wires(lose).network, PLAIN.socket)).toBe(
      (await openedAt(undefined, PLAIN.socket)) + seconds(1),
    );
    expect(await askedAt(wires(lose).network)).toBe((await askedAt()) + seconds(1));
  });

  test('one of the certificates costs its repetition, and less than a lost SYN', async () => {
    const whole = await openedAt();
    // The SYN-ACK and the acknowledgements of the hello are 0 to 2.
    for (const lost of [3, 4, 5]) {
      const { down, network } = wires({ down: nth(lost) });
      const extra = (await openedAt(network)) - whole;
      expect(down.seen[lost], `packet ${lost}`).toMatchObject({ lost: true });
      expect(down.data.length, `packet ${lost}`).toBeGreaterThan(4);
      expect(extra, `packet ${lost}`).toBeGreaterThanOrEqual(2 * ONE_WAY);
      expect(extra, `packet ${lost}`).toBeLessThan(seconds(0.5));
    }
  });

  test('nothing is asked of the vendor by a socket that was closed meanwhile', async () => {
    const { vendor, events, at, run } = socketStage({ network: wires({ up: nth(0) }).network });
    at(0, open());
    at(ms(500), close);
    await run();
    expect(vendor.requests).toEqual([]);
    expect(terminal(events)).toEqual([expect.stringContaining('failed: closed before it was open')]);
  });
});

test('on a narrow line the certificates take the time that their bytes take', async () => {
  const kbps = 200;
  const narrow: Direction = {
    delayMs: ONE_WAY_MS,
    bottleneck: { kind: 'rate', kbps, queueBytes: 100_000 },
  };
  const link = (name: string): Link => new ImpairedLink(narrow, { seed: 1, name });
  const network = (): Network => over(link('up'), link('down'));
  const keys = (await openedAt(network())) - (await openedAt(network(), PLAIN.socket));
  const bytes = 1_595 + 2 * 52 + 4_300 + 3 * 52;
  const atLeast = 2 * ONE_WAY + Math.floor((bytes * 8 * 1_000) / kbps);
  expect(keys).toBeGreaterThanOrEqual(atLeast);
  // The finish, records and acknowledgements: not 800 bytes.
  expect(keys).toBeLessThan(atLeast + ms(32));
});

describe('where nothing gets through', () => {
  const timedOut = `${LIMITS.connectUs} failed: Opening handshake has timed out`;

  test.each([
    ['up', { up: always }],
    ['down', { down: always }],
    ['either way', { up: always, down: always }],
  ])('%s, a socket fails once, and the next one too', async (_, lose) => {
    const { vendor, events, at, run } = socketStage({ network: wires(lose).network });
    at(0, open());
    at(seconds(10), open());
    await run(seconds(600));
    expect(events).toEqual([timedOut, timedOut.replace('5000000', '15000000')]);
    expect(vendor.requests).toEqual([]);
  });

  test('any more after the TCP handshake, a socket fails as well, unheard by the vendor', async () => {
    const { network } = wires({ up: (_, atMs) => atMs >= 2 * ONE_WAY_MS });
    const { vendor, events, at, run } = socketStage({ network });
    at(0, open());
    await run(seconds(60));
    expect(events).toEqual([timedOut]);
    expect(vendor.sockets).toEqual([]);
  });

  test('of the answer, a socket fails, and the vendor learns it once it is reached', async () => {
    const { network } = wires({ down: (_, atMs) => atMs > 5 * ONE_WAY_MS });
    const { vendor, events, at, run } = socketStage({ network });
    at(0, open());
    await run(seconds(60));
    // Patience is counted from the last sign of life, the keys.
    expect(events).toEqual(['5040000 failed: Opening handshake has timed out']);
    expect(vendor.heard.at(-1)).toBe('5050000 1: closed 1006');
  });

  test('any more once it was open, closing has an end too', async () => {
    const { network } = wires({ up: (_, atMs) => atMs > 500 });
    const { events, at, run } = socketStage({ network });
    at(0, open());
    at(seconds(1), close);
    await run(seconds(60));
    expect(events).toEqual(['63000 opened', `${seconds(1) + LIMITS.vendorCloseUs} closed 1006`]);
  });

  test('an exchange is broken once, when it was silent for too long', async () => {
    const { arrivals, events, at, run } = httpStage({ network: wires({ up: always }).network });
    at(0, post(1));
    at(seconds(30), post(2));
    at(seconds(40), { kind: 'abort', id: 2 });
    await run(seconds(600));
    expect(events).toEqual([`${LIMITS.httpSilenceUs} 1 broken silent for too long`]);
    expect(arrivals).toEqual([]);
  });

  test('an exchange that was heard of in the middle has its patience from there', async () => {
    const { network } = wires({ down: (_, atMs) => atMs > 30_500 });
    const { events, arrivals, at, run } = httpStage({
      network,
      answer: ({ head }) => head(200, {}),
    });
    at(seconds(30), post(1));
    await run(seconds(600));
    expect(events).toEqual(['30060000 1 head 200 {}', '150060000 1 broken silent for too long']);
    expect(arrivals.at(-1)).toMatch(/^1500\d+ aborted$/);
  });
});

test('however bad the network, a socket that is closed ends exactly once and never opens again', async () => {
  const worlds = record({
    seed: integer({ min: 0, max: 1_000_000 }),
    lossPercent: integer({ min: 0, max: 100 }),
    closeMs: integer({ min: 0, max: 8_000 }),
  });
  await check(
    asyncProperty(worlds, async ({ seed, lossPercent, closeMs }) => {
      const lossy: Direction = { delayMs: ONE_WAY_MS, loss: { kind: 'iid', share: lossPercent / 100 } };
      const link = (name: string): Link => new ImpairedLink(lossy, { seed, name });
      const { vendor, events, at, run } = socketStage({ network: over(link('up'), link('down')) });
      at(0, open());
      at(ms(closeMs), close);
      await run(ms(closeMs) + LIMITS.connectUs + LIMITS.vendorCloseUs);
      expect(terminal(events)).toHaveLength(1);
      expect(terminal(events)).toEqual(events.slice(-1));
      expect(vendor.sockets.length).toBeLessThanOrEqual(1);
    }),
    { numRuns: 200, seed: 3 },
  );
});
