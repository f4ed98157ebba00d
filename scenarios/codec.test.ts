// NFR-3 for our own client in whole conversations: 100 kbit/s in each direction, with all that is sent
// beside the voice, on a good network and on one that has everything sent again.
import { expect, test } from 'vitest';
import { evaluate } from './kpis/evaluate.ts';
import { fold } from './kpis/fold.ts';
import { vendorPrices } from './kpis/price.ts';
import { bargeIn } from './library/barge-in.ts';
import { play } from './runner/play.ts';
import { setupOf } from './runner/replay.ts';
import type { RunRequest } from './runner/run.ts';

const LINES: readonly (readonly [string, Partial<RunRequest>])[] = [
  ['Opus on a WebSocket, as it is by default', { client: 'parley' }],
  ['µ-law on a WebSocket', { client: 'parley', codec: 'mulaw' }],
  ['Opus on WebRTC', { client: 'parley', transport: 'webrtc' }],
];

async function bandwidth(network: string, line: Partial<RunRequest>) {
  const request = { scenario: bargeIn, world: 'sim', seed: 1, providers: 'prd', network, ...line } as const;
  const run = await play(request);
  expect(run.end, run.detail).toBe('finished');
  const folded = fold(run, bargeIn, vendorPrices());
  const { kpis } = evaluate([folded], bargeIn, setupOf('barge-in', request), 1);
  return [kpis['bandwidth_kbps.up'], kpis['bandwidth_kbps.down']];
}

test.each(
  LINES.flatMap(([name, line]) => ['delay=20ms', 'congested-wifi'].map((at) => [name, at, line] as const)),
)('%s, over %s, keeps below 100 kbit/s', async (_name, network, line) => {
  for (const kpi of await bandwidth(network, line))
    expect(kpi).toMatchObject({ target: '< 100', verdict: 'pass' });
});

test('samples do not, and are told so: the requirement is on the client, not on its codec', async () => {
  const [up] = await bandwidth('delay=20ms', { client: 'parley', codec: 'pcm16' });
  expect(up).toMatchObject({ target: '< 100', verdict: 'fail' });
});

test('a stock client has no such limit: it sends samples and cannot do otherwise', async () => {
  const [up] = await bandwidth('delay=20ms', {});
  expect(up).toMatchObject({ target: null, verdict: 'none' });
});
