import { connect } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { Vendor, VendorSocket } from '#sim/providers/vendor.ts';
import { type HostedVendor, hostVendor } from './host.ts';

/** Echoes messages, refuses `/refuse`, drops `/drop`, and streams for ever on GET. */
class Parrot implements Vendor {
  readonly name = 'parrot';
  readonly codes: number[] = [];
  aborted = 0;

  upgrade({ path }: { path: string }): ReturnType<Vendor['upgrade']> {
    if (path === '/drop') return { kind: 'drop' };
    if (path === '/refuse') {
      return {
        kind: 'refuse',
        afterUs: 1_000,
        status: 429,
        headers: { 'retry-after': '3' },
        body: 'Full: later',
      };
    }
    const open = (socket: VendorSocket) => ({
      message: (data: string | Uint8Array) => (data === 'cut' ? socket.destroy() : socket.send(data)),
      closed: (code: number) => void this.codes.push(code),
    });
    return { kind: 'accept', afterUs: 2_000, open };
  }

  exchange({ path }: { path: string }, exchange: Parameters<Vendor['exchange']>[1]): void {
    if (path === '/drop') return exchange.destroy();
    exchange.onAbort(() => {
      this.aborted += 1;
    });
    exchange.head(200, { 'x-parrot': 'yes' });
    exchange.write(Buffer.from('squawk'));
  }
}

const parrot = new Parrot();
let hosted: HostedVendor | undefined;
afterEach(() => hosted?.close());

async function host(): Promise<HostedVendor> {
  hosted = await hostVendor(parrot);
  return hosted;
}

describe('a vendor on a real port', () => {
  it('talks text as text and bytes as bytes, and learns how a connection ended', async () => {
    const { port } = await host();
    const socket = new WebSocket(`ws://127.0.0.1:${port}/talk`);
    const heard: (string | number)[] = [];
    await new Promise<void>((resolve) => {
      socket.on('open', () => {
        socket.send('hello');
        socket.send(Buffer.from([1, 2, 3]));
        socket.send('cut');
      });
      socket.on('message', (data: Buffer, binary) => heard.push(binary ? data.length : data.toString()));
      socket.on('close', () => resolve());
    });
    expect(heard).toEqual(['hello', 3]);
    expect(parrot.codes).toEqual([1006]);
  });

  it('refuses with status, headers and body, or hangs up without a word', async () => {
    const { port } = await host();
    const refused = await new Promise<string>((resolve) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/refuse`);
      socket.on('error', () => {});
      socket.on('unexpected-response', (_request, response) => {
        response.setEncoding('utf8');
        response.on('data', (body: string) =>
          resolve(`${response.statusCode} ${response.headers['retry-after']} ${body}`),
        );
      });
    });
    expect(refused).toBe('429 3 Full: later');
    const dropped = await new Promise<string>((resolve) => {
      new WebSocket(`ws://127.0.0.1:${port}/drop`).on('error', (error) => resolve(error.message));
    });
    expect(dropped).toContain('hang up');
    await expect(fetch(`http://127.0.0.1:${port}/drop`)).rejects.toThrow('fetch failed');
  });

  it('streams, and tells the vendor when the client goes away', async () => {
    const { url } = await host();
    const abort = new AbortController();
    const response = await fetch(url, { signal: abort.signal });
    const first = await response.body?.getReader().read();
    expect(Buffer.from(first?.value ?? []).toString()).toBe('squawk');
    abort.abort();
    await expect.poll(() => parrot.aborted).toBeGreaterThan(0);
  });

  it('survives any bytes on the port, with its other connections', async () => {
    const { port } = await host();
    const neighbour = new WebSocket(`ws://127.0.0.1:${port}/talk`);
    await new Promise((resolve) => neighbour.on('open', resolve));
    const upgrade = 'GET /talk HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n';
    const key = 'sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n';
    const bytes = fc.tuple(
      fc.constantFrom('', 'GET / HTTP/1.1\r\n', upgrade, upgrade + key),
      fc.uint8Array(),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async ([head, rest]) => {
        await new Promise<void>((resolve) => {
          const stream = connect(port, '127.0.0.1', () =>
            stream.end(Buffer.concat([Buffer.from(head), rest])),
          );
          stream.on('error', () => resolve());
          stream.on('close', () => resolve());
          stream.resume();
          setTimeout(() => stream.destroy(), 10).unref();
        });
      }),
      { numRuns: 40 },
    );
    const echo = new Promise<string>((resolve) => neighbour.on('message', (data) => resolve(String(data))));
    neighbour.send('still here');
    expect(await echo).toBe('still here');
  });
});
