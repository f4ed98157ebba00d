// Vendors in memory, in virtual time, as a network without any distance: what is sent arrives in the same
// instant. Found by the host of the address, which is the name of their stage.
import type { SocketEvent, SocketRequest } from '#agent/core/wire.ts';
import type { Clock } from '#sim/kernel/clock.ts';
import type { Vendor, VendorRequest, VendorSocketHandler } from '#sim/providers/vendor.ts';
import type { Carriers } from './drive.ts';
import type { Bench } from './entrant-trial.ts';

export function memoryNetwork(
  clock: Clock,
  vendors: Readonly<Record<string, Vendor>>,
): NonNullable<Bench['network']> {
  const vendorAt = (url: string): Vendor => {
    const vendor = vendors[new URL(url).hostname];
    if (vendor === undefined) throw new Error(`nobody at ${url}`);
    return vendor;
  };
  const soon = (run: () => void): void => void clock.after(0, run, 0);
  const carriers: Carriers = {
    socket: (report) => socketOf(clock, vendorAt, report),
    http: (report) => ({
      request: (request) => {
        if (request.kind === 'abort') return;
        const { id, method, url, headers, body } = request;
        vendorAt(url).exchange(requestOf(method, url, headers, Buffer.from(body)), {
          head: (status, sent) => soon(() => report({ kind: 'head', id, status, headers: sent })),
          write: (data) => soon(() => report({ kind: 'chunk', id, data })),
          end: () => soon(() => report({ kind: 'end', id })),
          destroy: () => soon(() => report({ kind: 'broken', id, message: 'cut' })),
          onAbort: () => {},
        });
      },
      destroy: () => {},
    }),
  };
  const here = { ok: true, address: '127.0.0.1', family: 4, us: 1, region: 'FRA' } as const;
  return { carriers, dial: () => Promise.resolve(here) };
}

function socketOf(
  clock: Clock,
  vendorAt: (url: string) => Vendor,
  report: (event: SocketEvent) => void,
): ReturnType<Carriers['socket']> {
  let handler: VendorSocketHandler | undefined;
  let isOpen = true;
  const tell = (event: SocketEvent): void => void clock.after(0, () => isOpen && report(event), 0);
  const request = (asked: SocketRequest): void => {
    if (asked.kind === 'send') {
      const { data } = asked;
      return void clock.after(0, () => handler?.message(data), 0);
    }
    if (asked.kind === 'close') return;
    const answer = vendorAt(asked.url).upgrade(requestOf('GET', asked.url, asked.headers, Buffer.alloc(0)));
    if (answer.kind === 'drop') return tell({ kind: 'failed', message: 'refused' });
    const { afterUs } = answer;
    if (answer.kind === 'refuse') {
      const { status, headers, body } = answer;
      return void clock.after(afterUs, () => tell({ kind: 'refused', status, headers, body }), 0);
    }
    const accept = (): void => {
      handler = answer.open({
        send: (data) => tell({ kind: 'message', data }),
        close: (code, reason) => tell({ kind: 'closed', code, reason }),
        destroy: () => tell({ kind: 'closed', code: 1006, reason: '' }),
      });
      report({ kind: 'opened' });
    };
    clock.after(afterUs, accept, 0);
  };
  const destroy = (): void => {
    isOpen = false;
    handler?.closed(1000);
  };
  return { request, destroy };
}

function requestOf(
  method: string,
  url: string,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
): VendorRequest {
  const { pathname: path, searchParams: query } = new URL(url);
  return { method, path, query, headers, body };
}
