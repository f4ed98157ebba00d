// The real stack at the real door, with libwebrtc as the caller: sound and words both ways, goodbyes, and
// descriptions of every kind, which may be refused but end nothing else.
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesOf } from '../../media/pcm.ts';
import { CHROMIUM_OFFER, FIREFOX_OFFER } from '../../transports/webrtc/offer.test-support.ts';
import { PEER_LEFT } from '../../transports/webrtc/signalling.ts';
import type { Connection } from '../connection.ts';
import { type AgentServer, startServer } from '../server.ts';
import { EAR_RATE, HeadlessClient, startCall } from './headless-client.test-support.ts';
import { nativePeers } from './native-peer.ts';

type Call = { readonly connection: Connection; readonly closed: string[]; loudMs: number };

const calls: Call[] = [];
const faults: unknown[] = [];
let server: AgentServer;
let base: string;

/** Repeats every message, and speaks when it is told to. */
function answer(connection: Connection): void {
  const call: Call = { connection, closed: [], loudMs: 0 };
  calls.push(call);
  connection.onMedia((pcm) => {
    if (isLoud(new Int16Array(pcm.slice().buffer))) call.loudMs += 20;
  });
  connection.onMessage((data) => connection.send(data));
  connection.onClosed((code, reason) => call.closed.push(`${code} ${reason}`));
}

async function open(): Promise<AgentServer> {
  const native = await nativePeers();
  if (!native.ok) throw new Error(native.reason);
  const started = await startServer({
    host: '127.0.0.1',
    port: 0,
    onClient: answer,
    onFault: (error) => faults.push(error),
    webrtc: { peers: native.peers },
  });
  if (!started.ok) throw new Error(started.reason);
  return started.server;
}

beforeAll(async () => {
  server = await open();
  base = `http://127.0.0.1:${server.port}`;
});
afterAll(async () => {
  await server.close();
  expect(faults).toEqual([]);
});

const tone = (rate: number, seconds: number): Int16Array =>
  Int16Array.from({ length: rate * seconds }, (_, at) => 9_000 * Math.sin((2 * Math.PI * 440 * at) / rate));
const isLoud = (samples: Int16Array): boolean => samples.some((sample) => Math.abs(sample) > 2_000);

async function dial(at = base): Promise<{ readonly client: HeadlessClient; readonly call: Call }> {
  const before = calls.length;
  const client = await HeadlessClient.dial({ endpoint: await startCall(at) });
  await until(() => calls.length > before, 'that the call begins');
  const call = calls.at(-1);
  if (call === undefined) throw new Error('no call began');
  return { client, call };
}

async function until(holds: () => boolean, what: string): Promise<void> {
  for (const end = performance.now() + 5_000; !holds(); await sleep(10)) {
    if (performance.now() > end) throw new Error(`not within 5 s: ${what}`);
  }
}

describe('a peer', () => {
  test('hears a second of sound as a second of sound, and repeats words', async () => {
    const { client, call } = await dial();
    client.send('{"type":"one"}');
    client.say(tone(EAR_RATE, 1));
    await until(() => client.messages.length > 0, 'the answer');
    expect(client.messages).toEqual(['{"type":"one"}']);
    await until(() => call.loudMs > 900, 'the sound at the agent');
    await sleep(300);
    expect(call.loudMs).toBeLessThan(1_200);
    client.close();
    await until(() => call.closed.length > 0, 'that the client hung up');
    expect(call.closed[0]).toMatch(/^1000 the client closed/);
  });

  test.each([24_000, 16_000, 22_050])('is heard, at %i Hz, without a packet lost', async (rate) => {
    const { client, call } = await dial();
    await sleep(300);
    const spoken = tone(rate, 1);
    const frame = rate / 50;
    for (let at = 0; at < 50; at += 1) {
      call.connection.media(bytesOf(spoken.slice(at * frame, (at + 1) * frame)));
      await sleep(20);
    }
    await sleep(300);
    const loud = client.heard.filter(({ samples }) => isLoud(samples)).length;
    expect(10 * loud).toBeGreaterThan(800);
    expect(await client.inbound()).toMatchObject({ packetsLost: 0 });
    client.close();
  });

  test("protects the agent's voice: the far end finds forward error correction in it", async () => {
    const { client, call } = await dial();
    // A voice, as far as libopus can tell.
    const voice = Int16Array.from({ length: 24_000 }, (_, at) => {
      const harmonics = [1, 2, 3, 4, 5, 6, 7].reduce(
        (sum, h) => sum + Math.sin((h * 2 * Math.PI * 120 * at) / 24_000) / h,
        0,
      );
      return 5_000 * harmonics * (0.6 + 0.4 * Math.sin(at / 1_500));
    });
    for (let at = 0; at < 50; at += 1) {
      call.connection.media(bytesOf(voice.slice(at * 480, (at + 1) * 480)));
      await sleep(20);
    }
    await sleep(300);
    expect((await client.inbound())['fecPacketsReceived']).toBeGreaterThan(20);
    client.close();
  });

  test('of ours that goes says so', async () => {
    const { client, call } = await dial();
    call.connection.close(1000, 'the call is over');
    await until(() => client.messages.length > 0, 'the goodbye');
    expect(client.messages).toEqual([PEER_LEFT]);
    client.close();
  });
});

describe('descriptions and candidates of any kind', () => {
  const post = (method: string, body: unknown) =>
    fetch(`${base}/api/offer`, { method, body: JSON.stringify(body) });

  test('are answered or refused in words, and the next caller is served', async () => {
    /** Mutations that leave most of an offer standing, so that many reach the library. */
    const twist = fc.constantFrom<(sdp: string) => string>(
      (sdp) => sdp,
      (sdp) => sdp.replaceAll('actpass', 'active'),
      (sdp) => sdp.replaceAll('actpass', 'passive'),
      (sdp) => sdp.replaceAll('sendrecv', 'inactive'),
      (sdp) => sdp.replaceAll('sctp-port:5000', 'sctp-port:1'),
      (sdp) => sdp.replaceAll(/a=mid:(\d)/g, 'a=mid:zz$1').replace(/BUNDLE .*/, 'BUNDLE zz0 zz1 zz2 zz3'),
      (sdp) => sdp.replaceAll('111', '127').replaceAll('109', '0'),
      (sdp) => sdp.replaceAll(/([0-9A-F]{2}):D4/g, '00:00'),
      (sdp) => sdp.replaceAll('a=ice-ufrag:', `a=ice-ufrag:${'u'.repeat(200)}`),
      (sdp) => sdp.replaceAll('\r\n', '\n'),
      (sdp) => sdp.slice(0, sdp.length / 2),
    );
    const offers = fc.tuple(fc.constantFrom(CHROMIUM_OFFER, FIREFOX_OFFER), twist, twist);
    const candidates = fc.array(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc
          .tuple(fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain()), fc.nat(70_000))
          .map(([address, port]) => `candidate:1 1 udp 2122260223 ${address} ${port} typ host`),
      ),
      { maxLength: 5 },
    );
    const seen = new Map<number, number>();
    await fc.assert(
      fc.asyncProperty(offers, candidates, async ([sdp, one, two], named) => {
        const answered = await post('POST', { sdp: two(one(sdp)), type: 'offer' });
        const words = (await answered.json()) as Record<string, string>;
        seen.set(answered.status, (seen.get(answered.status) ?? 0) + 1);
        expect([200, 400]).toContain(answered.status);
        if (answered.status === 400) return void expect(words['detail']).toMatch(/\w/);
        const patched = await post('PATCH', {
          pc_id: words['pc_id'],
          candidates: named.map((candidate) => ({ candidate, sdp_mid: '9', sdp_mline_index: 9 })),
        });
        expect([200, 400]).toContain(patched.status);
        await patched.text();
      }),
      { numRuns: 60 },
    );
    expect([...seen.keys()].sort()).toEqual([200, 400]);
    const { client } = await dial();
    client.send('still here');
    await until(() => client.messages.length > 0, 'the answer');
    client.close();
  });
});

test('a server that closes says goodbye to its peers, and one that opens later serves again', async () => {
  const other = await open();
  const { client } = await dial(`http://127.0.0.1:${other.port}`);
  await other.close();
  await until(() => client.messages.includes(PEER_LEFT), 'the goodbye');
  client.close();
  const later = await open();
  const { client: next } = await dial(`http://127.0.0.1:${later.port}`);
  next.close();
  await later.close();
});
