// Warms the path between agent and vendor: the agent's own clients talk to a vendor on a real port that
// answers everything at once. A process that has just started runs its first exchanges several times
// slower than its later ones, and what is to be measured is a server that has answered before.
import { HttpClient, keepAliveAgents } from '#agent/io/http.ts';
import { ClientSocket } from '#agent/io/socket.ts';
import type { UpgradeAnswer, Vendor, VendorExchange } from '#sim/providers/vendor.ts';
import { hostVendor } from './host.ts';

/** Where one exchange takes half of what the first ones do; more hardly helps. */
const EXCHANGES = 400;
const BODY = JSON.stringify({ messages: [{ role: 'user', content: 'x'.repeat(1_000) }] });
const CHUNK = new TextEncoder().encode('data: {"choices":[{"delta":{"content":"x"}}]}\n\n');

/** Takes about a second; rejects when no port can be had. */
export async function warmSockets(): Promise<void> {
  const host = await hostVendor(new Echo());
  const agents = keepAliveAgents();
  try {
    await exchanges(host.url, agents);
    await messages(host.url.replace('http', 'ws'));
  } finally {
    agents.plain.destroy();
    agents.secure.destroy();
    await host.close();
  }
}

function exchanges(url: string, agents: ReturnType<typeof keepAliveAgents>): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = (id: number) => {
      const headers = { 'content-type': 'application/json', authorization: 'Bearer none' };
      client.request({ kind: 'request', id, method: 'POST', url, headers, body: BODY });
    };
    const client = new HttpClient((event) => {
      if (event.kind === 'broken') reject(new Error(event.message));
      if (event.kind !== 'end') return;
      if (event.id < EXCHANGES) next(event.id + 1);
      else resolve();
    }, agents);
    next(1);
  });
}

function messages(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = EXCHANGES;
    const socket = new ClientSocket((event) => {
      if (event.kind === 'failed') return reject(new Error(event.message));
      if (event.kind === 'closed') return resolve();
      left -= 1;
      if (left > 0) socket.request({ kind: 'send', data: BODY });
      else socket.request({ kind: 'close', code: 1000, reason: '' });
    });
    socket.request({ kind: 'open', url, headers: {} });
  });
}

class Echo implements Vendor {
  readonly name = 'echo';

  upgrade(): UpgradeAnswer {
    return {
      kind: 'accept',
      afterUs: 0,
      open: (socket) => ({ message: (data) => socket.send(data), closed: () => {} }),
    };
  }

  exchange(_request: unknown, exchange: VendorExchange): void {
    exchange.head(200, { 'content-type': 'text/event-stream' });
    exchange.write(CHUNK);
    exchange.end();
  }
}
