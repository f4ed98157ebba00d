import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { fixedDelay } from '#sim/network/stream.ts';
import type { Carrier } from './carrier.ts';
import type { ImpairedPort } from './proxy.ts';
import { startCarriedProxy, startTcpProxy } from './tcp.ts';

const oneWayUs = 3_000;
const fixed =
  (delayUs: number): Carrier =>
  (clock) =>
    fixedDelay(clock)({ name: 'test', oneWayUs: delayUs });

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function target(serve: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    closing.push(() => void socket.destroy());
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => void server.close());
  return (server.address() as { port: number }).port;
}

async function proxied(port: number): Promise<ImpairedPort> {
  const proxy = await startCarriedProxy({ host: '127.0.0.1', port }, fixed(oneWayUs));
  closing.push(() => proxy.close());
  return proxy;
}

function client(proxy: ImpairedPort): Socket {
  const socket = connect({ host: '127.0.0.1', port: proxy.port, allowHalfOpen: true });
  closing.push(() => void socket.destroy());
  return socket;
}

function read(socket: Socket): Promise<Buffer> {
  const parts: Buffer[] = [];
  return new Promise((resolve, reject) => {
    socket.on('data', (part: Buffer) => parts.push(part));
    socket.on('end', () => resolve(Buffer.concat(parts)));
    socket.on('error', reject);
  });
}

const failure = (socket: Socket): Promise<string> =>
  new Promise((resolve) => socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? '')));

const pattern = (length: number): Buffer =>
  Buffer.from(Uint8Array.from({ length }, (_, index) => index * 7 + (index >> 8)));

describe('a TCP proxy', () => {
  it('carries every byte in order, both ways, on many connections at once', async () => {
    const proxy = await proxied(await target((socket) => socket.pipe(socket)));
    const sent = [0, 1, 1_448, 1_449, 100_000, 3_000_000].map(pattern);
    const echoes = sent.map((bytes) => {
      const socket = client(proxy);
      const echo = read(socket);
      socket.end(bytes);
      return echo;
    });
    const received = await Promise.all(echoes);
    expect(received.map((bytes, index) => bytes.equals(sent[index] ?? bytes.subarray(1)))).toEqual(
      sent.map(() => true),
    );
  });

  it('costs a connection its round trip, and a message its way', async () => {
    const proxy = await proxied(await target((socket) => socket.pipe(socket)));
    const socket = client(proxy);
    const start = performance.now();
    const answer = (): Promise<number> =>
      new Promise((resolve) => socket.once('data', () => resolve(performance.now() - start)));
    socket.write('a');
    expect(await answer()).toBeGreaterThanOrEqual(11.9);
    const again = performance.now() - start;
    socket.write('b');
    expect((await answer()) - again).toBeGreaterThanOrEqual(5.9);
  });

  it('lets one side end and still listen', async () => {
    const port = await target(async (socket) => {
      const asked = await read(socket);
      socket.end(`you said ${asked.length} bytes`);
    });
    const socket = client(await proxied(port));
    const answer = read(socket);
    socket.end(pattern(5_000));
    expect((await answer).toString()).toBe('you said 5000 bytes');
  });

  it('passes a reset on, after what was said before it', async () => {
    const heard = new Promise<[string, string]>((resolve) => {
      void target((socket) => {
        let text = '';
        socket.on('data', (part: Buffer) => {
          text += part.toString();
        });
        socket.on('error', (error: NodeJS.ErrnoException) => resolve([text, error.code ?? '']));
      }).then(async (port) => {
        const socket = client(await proxied(port));
        socket.write('help', () => setTimeout(() => socket.resetAndDestroy(), 20));
      });
    });
    expect(await heard).toEqual(['help', 'ECONNRESET']);
    const socket = client(await proxied(await target((other) => other.resetAndDestroy())));
    expect(await failure(socket)).toBe('ECONNRESET');
  });

  it('resets whoever wants a target that does not listen', async () => {
    const port = await target(() => {});
    await Promise.all(closing.splice(0).map((close) => close()));
    expect(await failure(client(await proxied(port)))).toBe('ECONNRESET');
  });

  it('stops reading from a source whose bytes nobody takes, and goes on when they are', async () => {
    let reader: Socket | undefined;
    const port = await target((socket) => {
      reader = socket.pause();
    });
    const socket = client(await proxied(port));
    const total = 64 << 20;
    let written = 0;
    const chunk = pattern(1 << 16);
    const fill = (): void => {
      while (written < total && socket.write(chunk)) written += chunk.length;
      if (written >= total) socket.end();
      else written += chunk.length;
    };
    socket.on('drain', fill);
    fill();
    let before = -1;
    while (before !== written) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    // What the kernels of three sockets hold, and the proxy's own megabyte; far from everything.
    expect(written).toBeLessThan(32 << 20);
    let length = 0;
    await new Promise<void>((resolve) => {
      reader?.on('data', (part: Buffer) => {
        length += part.length;
      });
      reader?.on('end', () => resolve());
      reader?.resume();
    });
    expect(length).toBe(written);
    expect(written).toBeGreaterThanOrEqual(total);
  });

  it('closes at once, whatever is on its way', async () => {
    const proxy = await startCarriedProxy(
      { host: '127.0.0.1', port: await target((socket) => socket.pipe(socket)) },
      fixed(60_000_000),
    );
    const socket = client(proxy);
    const gone = new Promise<void>((resolve) => socket.on('close', () => resolve()));
    socket.on('error', () => {});
    socket.resume();
    await new Promise<void>((resolve) => socket.write('never arrives', () => resolve()));
    await proxy.close();
    socket.end();
    await gone;
  });

  it('loses nothing where packets are lost, and stands still instead', async () => {
    const lossy = { delayMs: 4, loss: { kind: 'iid', share: 0.1 } } as const;
    const impairment = { name: 'lossy', up: lossy, down: lossy, source: 'test' };
    const port = await target((socket) => socket.pipe(socket));
    const proxy = await startTcpProxy({ target: { host: '127.0.0.1', port }, impairment, seed: 3 });
    closing.push(() => proxy.close());
    const sent = [pattern(1), pattern(20_000), pattern(150_000)];
    const echoes = sent.map((bytes) => {
      const socket = client(proxy);
      const echo = read(socket);
      socket.end(bytes);
      return echo;
    });
    const received = await Promise.all(echoes);
    expect(received.map((bytes, index) => bytes.equals(sent[index] ?? bytes.subarray(1)))).toEqual([
      true,
      true,
      true,
    ]);
  });
});
