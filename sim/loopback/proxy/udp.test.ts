import { createSocket, type Socket } from 'node:dgram';
import { afterEach, describe, expect, it } from 'vitest';
import type { Direction } from '#sim/network/impairment.ts';
import type { ImpairedPort } from './proxy.ts';
import { startUdpProxy } from './udp.ts';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function socket(): Promise<Socket> {
  const made = createSocket('udp4');
  await new Promise<void>((resolve) => made.bind(0, '127.0.0.1', resolve));
  closing.push(() => void made.close());
  return made;
}

/** Answers every datagram with the same, in capitals. */
async function shouter(): Promise<number> {
  const made = await socket();
  made.on('message', (data, from) => made.send(data.toString().toUpperCase(), from.port, from.address));
  return made.address().port;
}

async function proxied(port: number, up: Direction, down: Direction, seed = 1): Promise<ImpairedPort> {
  const impairment = { name: 'test', up, down, source: 'test' };
  const proxy = await startUdpProxy({ target: { host: '127.0.0.1', port }, impairment, seed });
  closing.push(() => proxy.close());
  return proxy;
}

const plain: Direction = { delayMs: 1 };

describe('a UDP proxy', () => {
  it('brings answers back to whoever asked', async () => {
    const proxy = await proxied(await shouter(), plain, plain);
    const answers = ['anna', 'ben', 'carla'].map(async (name) => {
      const own = await socket();
      const answer = new Promise<string>((resolve) => own.once('message', (data) => resolve(String(data))));
      own.send(name, proxy.port, '127.0.0.1');
      return answer;
    });
    expect(await Promise.all(answers)).toEqual(['ANNA', 'BEN', 'CARLA']);
  });

  it('delays each direction by its own time, and never less', async () => {
    const proxy = await proxied(await shouter(), { delayMs: 12 }, { delayMs: 5 });
    const own = await socket();
    const start = performance.now();
    const answer = new Promise<number>((resolve) =>
      own.once('message', () => resolve(performance.now() - start)),
    );
    own.send('how late', proxy.port, '127.0.0.1');
    expect(await answer).toBeGreaterThanOrEqual(16.9);
  });

  it('loses the same datagrams for the same seed, and others for another', async () => {
    const target = await shouter();
    const lossy: Direction = { delayMs: 1, loss: { kind: 'iid', share: 0.3 } };
    const survivors = async (seed: number): Promise<string[]> => {
      const proxy = await proxied(target, lossy, plain, seed);
      const own = await socket();
      const heard: string[] = [];
      const last = new Promise<void>((resolve) =>
        own.on('message', (data) => {
          if (String(data) === 'END') resolve();
          else heard.push(String(data));
        }),
      );
      for (let index = 0; index < 200; index += 1) own.send(`n${index}`, proxy.port, '127.0.0.1');
      const end = setInterval(() => own.send('end', proxy.port, '127.0.0.1'), 10);
      await last;
      clearInterval(end);
      return heard;
    };
    const first = await survivors(7);
    expect(first.length).toBeGreaterThan(100);
    expect(first.length).toBeLessThan(180);
    expect(await survivors(7)).toEqual(first);
    expect(await survivors(8)).not.toEqual(first);
  });

  it('survives a target that does not listen, and closes with datagrams on their way', async () => {
    const gone = await socket();
    const { port } = gone.address();
    closing.pop();
    await new Promise<void>((resolve) => gone.close(() => resolve()));
    const proxy = await proxied(port, { delayMs: 0 }, plain);
    const own = await socket();
    for (let index = 0; index < 5; index += 1) {
      own.send('anybody?', proxy.port, '127.0.0.1');
      await new Promise((resolve) => setTimeout(resolve, 4));
    }
    const slow = await proxied(await shouter(), { delayMs: 60_000 }, plain);
    own.send('too late', slow.port, '127.0.0.1');
    await new Promise((resolve) => setTimeout(resolve, 10));
    await slow.close();
    closing.splice(closing.length - 1, 1);
  });
});
