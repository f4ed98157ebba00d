// A caller's WebSocket on a modelled connection: who learns what and when, in which order, and how many
// bytes it takes.
import { describe, expect, test } from 'vitest';
import { decodeFrame, encodeAudio, encodeCoded, encodeMessage } from '#agent/transports/websocket/wire.ts';
import type { CallerClient } from '../caller/client/client.ts';
import type { ClientKind } from '../caller/client/websocket-client.ts';
import { Kernel } from '../kernel/kernel.ts';
import type { Stream } from '../network/stream.ts';
import { WebsocketLeg } from './websocket-leg.ts';

const RATE = 24_000;
const PLACE = 8;

type Told = { readonly client: CallerClient; readonly leg: WebsocketLeg; readonly kernel: Kernel };

/** What everybody heard, as `ms who what`, on a network that takes 30 ms up and 50 ms down. */
async function tell(
  story: (world: Told & { at(ms: number, run: () => void): void }) => void,
  {
    kind = 'stock',
    interning = true,
    dialMs = 0,
  }: { kind?: ClientKind; interning?: boolean; dialMs?: number } = {},
) {
  const kernel = new Kernel();
  const log: string[] = [];
  const sizes: string[] = [];
  const taps: [number, number][] = [];
  const atAgent: (string | Uint8Array)[] = [];
  const note = (what: string) => log.push(`${kernel.now() / 1_000} ${what}`);
  const stream = (name: string, delayMs: number): Stream => ({
    write: (bytes, deliver, argument) => {
      sizes.push(`${name} ${bytes}`);
      kernel.after(delayMs * 1_000, deliver, argument);
    },
  });
  const dialled = (opened: () => void) => void kernel.after(dialMs * 1_000, opened, undefined);
  const leg = new WebsocketLeg({
    clock: kernel,
    connect: () => ({
      up: stream('up', 30),
      down: stream('down', 50),
      open: (_tls, opened) => dialled(opened),
    }),
    kind,
    codec: kind === 'stock' ? 'pcm16' : 'opus',
    playerRate: RATE,
    interning,
    seed: 1,
    tap: (place, data) => taps.push([place, data.length]),
    place: PLACE,
    ends: {
      agentOpened: () => note('agent opened'),
      agentHears: (data) => {
        atAgent.push(data);
        const decoded = typeof data === 'string' ? undefined : decodeFrame(data);
        note(`agent hears ${decoded?.ok === true ? decoded.frame.kind : 'nothing it knows'}`);
      },
      agentHearsMedia: () => note('agent hears media'),
      agentClosed: (reason) => note(`agent closed: ${reason}`),
      agentLost: (reason) => note(`agent lost: ${reason}`),
      agentBack: () => {
        note('agent back');
        return 'back';
      },
      callerOpened: () => note('caller opened'),
      callerOnline: () => note('caller online'),
      callerReturned: () => note('caller returned'),
      callerClosed: (code, reason) => note(`caller closed: ${code} ${reason}`),
    },
  });
  const client = leg.client({
    heard: ({ startUs, pcm }) => note(`caller hears ${pcm[0]} from ${startUs / 1_000}`),
    told: (type) => note(`caller told ${type}`),
  });
  const at = (ms: number, run: () => void) => void kernel.after(ms * 1_000, run, undefined);
  story({ client, leg, kernel, at });
  await kernel.run({ untilUs: 60_000_000, stopWhen: () => false });
  return { log, sizes, taps, atAgent };
}

const message = (type: string) => encodeMessage(JSON.stringify({ label: 'rtvi-ai', type, data: {} }));
const chunk = (mark: number) => encodeAudio(new Uint8Array(960).fill(mark), RATE);
/** The same for our own client, which has asked for Opus. */
const frame = (mark: number) => encodeCoded('opus', new Uint8Array(960).fill(mark), RATE);

describe('the way in', () => {
  test('is one round trip: the agent is there first, then the caller', async () => {
    const { log } = await tell(({ leg }) => leg.open());
    expect(log).toEqual(['30 agent opened', '80 caller opened']);
  });

  test('begins when the connection stands', async () => {
    const { log } = await tell(({ leg }) => leg.open(), { dialMs: 1_080 });
    expect(log).toEqual(['1110 agent opened', '1160 caller opened']);
  });

  test('and the client introduces itself before it speaks', async () => {
    const { log, atAgent } = await tell(({ client }) => {
      client.hello();
      client.speak(new Uint8Array(512));
    });
    expect(log).toEqual(['30 agent hears message', '30 agent hears audio']);
    const hello = decodeFrame(atAgent[0] as Uint8Array);
    expect(hello.ok && hello.frame.kind === 'message' && JSON.parse(hello.frame.data)).toMatchObject({
      label: 'rtvi-ai',
      type: 'client-ready',
      data: { version: '2.1.0', about: { library: 'stock' } },
    });
  });
});

describe('the voice', () => {
  test('of the caller reaches the agent as it was captured, 16 kHz', async () => {
    const pcm = Uint8Array.from({ length: 512 }, (_, at) => at % 256);
    const { atAgent } = await tell(({ client }) => client.speak(pcm));
    const decoded = decodeFrame(atAgent[0] as Uint8Array);
    expect(decoded).toMatchObject({
      ok: true,
      frame: { kind: 'audio', pcm, sampleRate: 16_000, channels: 1 },
    });
  });

  test('that was captured twice as the same object is encoded once, and anew without interning', async () => {
    const pcm = new Uint8Array(512);
    const twice = ({ client }: Told) => {
      client.speak(pcm);
      client.speak(pcm);
    };
    const [once, again] = (await tell(twice)).atAgent;
    expect(again).toBe(once);
    const [first, second] = (await tell(twice, { interning: false })).atAgent;
    expect(second).not.toBe(first);
    expect(second).toEqual(first);
  });

  test('of the agent sounds chunk behind chunk when it arrives', async () => {
    const { log } = await tell(({ leg, at }) => {
      at(0, () => leg.send(chunk(1)));
      at(0, () => leg.send(chunk(2)));
      at(60, () => leg.send(chunk(3)));
    });
    expect(log).toEqual([
      '50 caller hears 1 from 50',
      '50 caller hears 2 from 70',
      '110 caller hears 3 from 110',
    ]);
  });

  test('has no media path here', async () => {
    expect((await tell(({ leg }) => leg.media())).log).toEqual([]);
  });
});

describe('an interruption', () => {
  type World = Told & { at(ms: number, run: () => void): void };
  const story =
    (say: typeof chunk) =>
    ({ leg, at }: World) => {
      for (const mark of [1, 2, 3]) leg.send(say(mark));
      at(30, () => leg.send(message('bot-interrupted')));
    };

  test('cannot stop the stock client', async () => {
    const { log } = await tell(story(chunk));
    expect(log).toEqual([
      '50 caller hears 1 from 50',
      '50 caller hears 2 from 70',
      '50 caller hears 3 from 90',
      '80 caller told bot-interrupted',
    ]);
  });

  test('stops our own with one message', async () => {
    const { log } = await tell(story(frame), { kind: 'parley' });
    expect(log).toEqual([
      '50 caller hears 1 from 50',
      '70 caller hears 2 from 70',
      '80 caller told bot-interrupted',
      '110 agent hears message',
    ]);
  });
});

describe('messages', () => {
  test('are told by their type; what is none is passed over', async () => {
    const { log } = await tell(({ leg }) => {
      leg.send(message('bot-ready'));
      leg.send('text');
      leg.send(Uint8Array.of(255, 1, 2));
      leg.send(encodeMessage('not JSON'));
    });
    expect(log).toEqual(['50 caller told bot-ready']);
  });

  test('are noted where they arrive, in both directions', async () => {
    const up = new Uint8Array(512);
    const { taps } = await tell(({ leg, client }) => {
      client.speak(up);
      leg.send(chunk(1));
    });
    expect(taps).toEqual([
      [PLACE, encodeAudio(up, 16_000).length],
      [PLACE + 1, chunk(1).length],
    ]);
  });

  test('take their bytes and a frame header, masked on the way up', async () => {
    const { sizes } = await tell(({ leg, client }) => {
      client.speak(new Uint8Array(512));
      leg.send(chunk(1));
    });
    // Both are longer than 125 and shorter than 65,536 bytes: 4 bytes of header, and 4 of mask.
    expect(sizes).toEqual([
      `up ${encodeAudio(new Uint8Array(512), 16_000).length + 8}`,
      `down ${chunk(1).length + 4}`,
    ]);
  });
});

describe('our own client', () => {
  const own = { kind: 'parley' } as const;

  test('asks for its codec, sends frames of it, and pays for them as coded', async () => {
    const pcm = new Uint8Array(640);
    const { atAgent, sizes } = await tell(({ client }) => {
      client.hello();
      expect(client.micChunkSamples).toBe(320);
      client.speak(pcm);
    }, own);
    const [hello, voice] = atAgent.map((data) => decodeFrame(data as Uint8Array));
    expect(hello?.ok && hello.frame.kind === 'message' && JSON.parse(hello.frame.data)).toMatchObject({
      data: { about: { library: 'parley', platform_details: { codec: 'opus' } } },
    });
    expect(voice).toMatchObject({ ok: true, frame: { kind: 'audio', name: 'opus', pcm } });
    // A pause of Opus, 28 to 44 bytes, in a frame of 16 and a masked header of 6.
    const [, bytes] = sizes[1]?.split(' ') ?? [];
    expect(Number(bytes)).toBeGreaterThanOrEqual(50);
    expect(Number(bytes)).toBeLessThanOrEqual(66);
  });

  test('passes over what is not in its codec', async () => {
    const { log } = await tell(({ leg }) => {
      leg.send(chunk(1));
      leg.send(frame(2));
    }, own);
    expect(log).toEqual(['50 caller hears 2 from 50']);
  });
});

describe('the end', () => {
  test('by the caller reaches the agent behind all that was said', async () => {
    const { log } = await tell(({ client }) => {
      client.speak(new Uint8Array(512));
      client.leave();
    });
    expect(log).toEqual(['30 agent hears audio', '30 agent closed: hung up']);
  });

  test('by the agent reaches the caller behind all that was sent, with code and reason', async () => {
    const { log } = await tell(({ leg }) => {
      leg.send(message('server-message'));
      leg.close(1000, 'the call is over');
    });
    expect(log).toEqual(['50 caller told server-message', '50 caller closed: 1000 the call is over']);
  });
});

test('a connection that breaks loses what was on its way, and another one is dialled', async () => {
  const { log } = await tell(({ leg, client, at }) => {
    leg.open();
    at(200, () => client.speak(new Uint8Array(512)));
    at(210, () => leg.send(message('late')));
    at(220, () => leg.drop({ forUs: 1_000_000, reset: true }));
    at(300, () => client.speak(new Uint8Array(512)));
    at(300, () => leg.send(message('nobody-there')));
    at(1_500, () => client.returned());
    at(1_600, () => leg.send(message('again')));
  });
  expect(log.filter((line) => !line.includes('opened'))).toEqual([
    '220 agent lost: code 1006',
    '1220 caller online',
    expect.stringMatching(/agent back$/),
    expect.stringMatching(/caller returned$/),
    expect.stringMatching(/^1530 agent hears message$/),
    expect.stringMatching(/^1650 caller told again$/),
  ]);
});

test('a connection that falls silent is found out by the agent after a while', async () => {
  const { log } = await tell(({ leg, at }) => {
    leg.open();
    at(200, () => leg.drop({ forUs: 40_000_000, reset: false }));
  });
  expect(log.filter((line) => line.includes('lost'))).toEqual(['15200 agent lost: no sign of life']);
});
