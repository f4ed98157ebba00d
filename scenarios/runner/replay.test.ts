// The command that a failure prints is typed as it stands, and plays the same conversation: the same trace,
// hash for hash, whatever was asked for besides the seed.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseResult, type ScenarioResult } from '#reports/result.ts';
import { shortCall } from '../library/short-call.ts';
import { singleTurn } from '../library/single-turn.ts';
import { replayOf, setupOf } from './replay.ts';

const folder = mkdtempSync(join(tmpdir(), 'parley-replay-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Nobody answers within a millisecond: that is what makes it print the command. */
const targets = [{ kpi: 'voice_to_voice_ms', statistic: 'p50', comparison: '<', bound: 1 }];
const faults = [{ vendor: 'llm', kind: 'stall_before' }];
const file = (name: string, scenario: object): string => {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify({ ...scenario, targets }));
  return path;
};
const plain = file('plain call.json', singleTurn);
const faulty = file('faulty.json', { ...singleTurn, faults, hedge: 'hedge' });

/** As a shell would run `npm run scenario -- …`. */
function typed(command: string): ScenarioResult {
  const words = command.replace('npm run scenario --', '"$NODE" scenarios/main.ts scenario');
  const env = { ...process.env, NODE: process.execPath };
  const { stdout, stderr } = spawnSync('sh', ['-c', `${words} --json --out "${folder}/out"`], {
    encoding: 'utf8',
    env,
  });
  const parsed = parseResult(stdout);
  if (!parsed.ok) throw new Error(`${command}: ${stderr}`);
  return parsed.result;
}

const bare = typed(`npm run scenario -- '${plain}' --seed 7`);

test.each([
  ['vendors far away', plain, "--vendor-network 'delay=30ms jitter=5ms loss=1%' --network good-wifi"],
  ['another way of taking turns', plain, '--policy livekit-default --providers published'],
  ['our own client and its codec', plain, '--client parley --codec mulaw --network congested-wifi'],
  ['WebRTC and second vendors', plain, '--transport webrtc --network congested-wifi --hedge hedge'],
  ['a fault, and nobody in reserve', faulty, "--hedge off --vendor-network 'delay=8ms'"],
])(
  '%s',
  (_, path, options) => {
    const { played, failures } = typed(`npm run scenario -- '${path}' ${options} --seed 7`);
    const hash = played[0]?.traceHash;
    const command = failures.find(({ kpi }) => kpi === 'voice_to_voice_ms')?.replay ?? failures[0]?.replay;
    expect(hash).toMatch(/^[0-9a-f]{16}$/);
    expect(hash, 'the options matter').not.toBe(bare.played[0]?.traceHash);
    const again = typed(command ?? 'no command');
    expect(again.played[0]).toEqual(played[0]);
  },
  60_000,
);

test('what the command line would choose by itself is left out', () => {
  const request = { scenario: shortCall, world: 'sim', seed: 1, providers: 'prd', network: 'fibre' } as const;
  const usual = {
    ...request,
    transport: 'websocket',
    client: 'stock',
    policy: 'parley',
    hedge: 'off',
  } as const;
  const command = 'npm run scenario -- short-call --seed 3 --world sim --network fibre --providers prd';
  expect(replayOf(3, setupOf('short-call', request))).toBe(command);
  expect(replayOf(3, setupOf('short-call', usual))).toBe(command);
  const reserve = { ...shortCall, hedge: 'failover' } as const;
  expect(replayOf(3, setupOf('short-call', { ...usual, scenario: reserve }))).toBe(`${command} --hedge off`);
});
