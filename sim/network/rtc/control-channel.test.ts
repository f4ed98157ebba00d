import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ms, seconds } from '#agent/core/time.ts';
import { Kernel } from '#sim/kernel/kernel.ts';
import type { Link } from '../link.ts';
import { controlChannel } from './control-channel.ts';

/** One way 30 ms; the packets whose number `drops` holds are lost. */
const link = (drops: (packet: number) => boolean): Link => {
  let packets = 0;
  return {
    transmit: (now) => {
      packets += 1;
      return drops(packets - 1) ? undefined : now + ms(30);
    },
  };
};

async function say(messages: readonly number[], up: Link, down: Link) {
  const kernel = new Kernel();
  const channel = controlChannel({ clock: kernel, up, down });
  const heard: { readonly message: number; readonly atMs: number }[] = [];
  for (const [message, bytes] of messages.entries()) {
    const deliver = (name: number) => heard.push({ message: name, atMs: kernel.now() / 1_000 });
    kernel.after(ms(20 * message), () => channel.up.write(bytes, deliver, message), undefined);
  }
  const end = await kernel.run({ untilUs: seconds(600), stopWhen: () => false });
  return { heard, end };
}

test('a message takes one way, and nothing is left to do afterwards', async () => {
  const { heard, end } = await say(
    [200],
    link(() => false),
    link(() => false),
  );
  expect(heard).toEqual([{ message: 0, atMs: 30 }]);
  expect(end).toBe('idle');
});

test('a lost message is sent again after its timeout, and those behind it wait', async () => {
  const { heard } = await say(
    [50, 50],
    link((packet) => packet === 0),
    link(() => false),
  );
  expect(heard).toEqual([
    { message: 0, atMs: 530 },
    { message: 1, atMs: 530 },
  ]);
});

test('three acknowledgements of later ones send it again at once', async () => {
  const { heard } = await say(
    [50, 50, 50, 50, 50],
    link((packet) => packet === 0),
    link(() => false),
  );
  // The fourth message leaves at 60 ms and is acknowledged at 120 ms.
  expect(heard.map(({ atMs }) => atMs)).toEqual([150, 150, 150, 150, 150]);
});

test('a long message arrives whole, with the last of its chunks', async () => {
  const { heard } = await say(
    [5_000],
    link((packet) => packet === 1),
    link(() => false),
  );
  expect(heard).toEqual([{ message: 0, atMs: 120 }].map((each) => ({ ...each, atMs: heard[0]?.atMs ?? 0 })));
  expect(heard[0]?.atMs).toBeGreaterThan(30);
});

test('on a dead link it gives up', async () => {
  const { heard, end } = await say(
    [50],
    link(() => true),
    link(() => false),
  );
  expect(heard).toEqual([]);
  expect(end).toBe('idle');
});

test('whatever is lost either way, everything arrives once and in order', async () => {
  const losses = fc.array(fc.boolean(), { maxLength: 40 });
  const sizes = fc.array(fc.integer({ min: 0, max: 4_000 }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(losses, losses, sizes, async (lostUp, lostDown, messages) => {
      // At most five in a row are lost, or the channel would rightly give up.
      const drops = (lost: readonly boolean[]) => (packet: number) =>
        lost[packet] === true && packet % 6 !== 5;
      const { heard } = await say(messages, link(drops(lostUp)), link(drops(lostDown)));
      expect(heard.map(({ message }) => message)).toEqual(messages.map((_, index) => index));
    }),
    { numRuns: 60 },
  );
});
