// Bytes on the wire: counted by the connection where packets are modelled, by message where not.
import { expect, test } from 'vitest';
import { Kernel } from '../kernel/kernel.ts';
import { connectOver, profileOf } from '../network/connector.ts';
import { parseNetwork } from '../network/parse.ts';
import type { Duplex } from '../network/stream.ts';
import { MessageCounter } from './traffic.ts';

const MESSAGE_BYTES = 530;
/** IP, TCP and its timestamps. */
const HEADERS = 52;
/** A SYN or its answer, with the options of one. */
const SYN = 60;

/** A hundred messages up over the network, once it is open; nothing is said down. */
async function said(text: string): Promise<{ readonly wire: Duplex; readonly counter: MessageCounter }> {
  const parsed = parseNetwork(text);
  if (!parsed.ok) throw new Error(parsed.reason);
  const kernel = new Kernel();
  const wire = connectOver(kernel, parsed.impairment, 1, 'client')(profileOf(parsed.impairment));
  const counter = new MessageCounter();
  const say = () => {
    counter.sent(MESSAGE_BYTES);
    wire.up.write(MESSAGE_BYTES, () => {}, undefined);
  };
  wire.open(false, () => {
    for (let index = 0; index < 100; index += 1) kernel.after(index * 16_000, say, undefined);
  });
  await kernel.run({ untilUs: 20_000_000, stopWhen: () => false });
  return { wire, counter };
}

test('on a network that only delays every message is a packet with its headers', async () => {
  const { wire, counter } = await said('delay=20ms');
  const expected = { bytes: 100 * (MESSAGE_BYTES + HEADERS), packets: 100, resent: 0, stalls: 0 };
  expect(counter.traffic(wire.up)).toEqual(expected);
  expect(counter.traffic(undefined), 'and so where nothing is known of the network').toEqual(expected);
});

test('TCP counts for itself: the same bytes, the opening, acknowledgements the other way', async () => {
  const { wire, counter } = await said('delay=20ms jitter=0.1ms');
  const up = counter.traffic(wire.up);
  expect(up.bytes).toBe(SYN + HEADERS + 100 * (MESSAGE_BYTES + HEADERS));
  expect(up).toMatchObject({ packets: 102, resent: 0, stalls: 0 });
  const down = new MessageCounter().traffic(wire.down);
  expect(down.bytes, 'nothing but headers').toBe(SYN + (down.packets - 1) * HEADERS);
  expect(down.packets).toBeGreaterThanOrEqual(50);
});

test('loss costs bytes sent again and data that waits', async () => {
  const { wire, counter } = await said('delay=20ms loss=10%');
  const { bytes, packets, resent, stalls } = counter.traffic(wire.up);
  expect(resent).toBeGreaterThan(3);
  expect(stalls).toBeGreaterThan(3);
  // What waited for room shares packets; what was sent again comes on top of every message's bytes.
  const once = 100 * MESSAGE_BYTES + packets * HEADERS;
  expect(bytes).toBeGreaterThanOrEqual(once + resent * MESSAGE_BYTES);
});
