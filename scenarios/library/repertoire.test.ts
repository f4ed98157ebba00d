// The callers of the library play what their stories say: every call ends, what sounds besides the lines is
// stated when and as long as it sounds, and the same seed gives the same call.
import { describe, expect, test } from 'vitest';
import type { CallerFact, Fact } from '#sim/kernel/fact.ts';
import { play } from '../runner/play.ts';
import type { RunRequest } from '../runner/run.ts';
import { loadScenario } from './index.ts';

async function requestOf(name: string, seed = 1): Promise<RunRequest> {
  const loaded = await loadScenario(name);
  if (!loaded.ok) throw new Error(loaded.error.what);
  const { scenario } = loaded;
  return { scenario, world: 'sim', seed, providers: 'prd', network: 'good-wifi', transport: 'webrtc' };
}

type Event = CallerFact & { readonly what: 'event' };
type Spoke = CallerFact & { readonly what: 'speaking' | 'spoke' };

const eventsIn = (facts: readonly Fact[]): readonly Event[] =>
  facts.flatMap((fact) => (fact.who === 'caller' && fact.what === 'event' ? [fact] : []));
const timesOf = (facts: readonly Fact[], what: Spoke['what']): readonly number[] =>
  facts.flatMap((fact) => (fact.who === 'caller' && fact.what === what ? [fact.atUs] : []));
const firstHeardUs = (facts: readonly Fact[]): number => {
  const heard = facts.find((fact) => fact.who === 'caller' && fact.what === 'ear.audible');
  return heard !== undefined && 'atUs' in heard ? heard.atUs : Number.NaN;
};

describe.each([
  ['interruption-early', []],
  ['interruption-mid', []],
  ['interruption-late', []],
  ['interruption-double', []],
  ['overlapping-start', []],
  ['false-interruption-backchannel', ['backchannel', 'backchannel', 'backchannel', 'backchannel']],
  ['false-interruption-noise', ['cough', 'noise', 'noise', 'cough']],
  ['false-interruption-side-talk', ['side_talk', 'side_talk']],
  ['hesitation', ['hesitation', 'hesitation', 'hesitation', 'hesitation', 'hesitation']],
  ['correction', ['correction', 'hesitation', 'correction']],
  ['dictation', ['dictation', 'dictation']],
  ['noise-20db', ['noise']],
  ['noise-10db', ['noise']],
  ['noise-5db', ['noise']],
  ['television', ['noise']],
  ['silence', []],
  ['hang-up-mid-reply', []],
  ['hang-up-mid-utterance', []],
  ['telephone', []],
] as const)('%s', (name, kinds) => {
  test('ends, and states what happened in it', { timeout: 30_000 }, async () => {
    const { end, detail, facts } = await play(await requestOf(name));
    expect(end, detail).toBe('finished');
    expect(eventsIn(facts).map(({ kind }) => kind)).toEqual(kinds);
    for (const { atUs, untilUs } of eventsIn(facts)) expect(untilUs).toBeGreaterThan(atUs);
  });
});

test('a backchannel comes in its time: within 0.8 to 1.4 s of the first sound of the reply', async () => {
  const onsets = new Set<number>();
  for (const seed of [1, 2, 3]) {
    const { facts } = await play(await requestOf('false-interruption-backchannel', seed));
    const [first] = eventsIn(facts);
    const afterMs = ((first?.atUs ?? 0) - firstHeardUs(facts)) / 1_000;
    // The recording begins with 64 ms of quiet, and a chunk of the microphone is 20 ms.
    expect(afterMs).toBeGreaterThanOrEqual(800 + 64);
    expect(afterMs).toBeLessThan(1_400 + 64 + 40);
    onsets.add(afterMs);
  }
  expect(onsets.size).toBe(3);
});

test('a caller interrupts 200 ms before an end that only the caller foresees', async () => {
  const { facts } = await play({ ...(await requestOf('interruption-late')), network: 'delay=20ms' });
  const [, interruptsUs = 0] = timesOf(facts, 'speaking');
  const quietUs = facts.flatMap((fact) => (fact.what === 'ear.quiet' ? [fact.atUs] : []));
  const lastUs = quietUs.findLast((atUs) => atUs < interruptsUs + 400_000) ?? 0;
  // The mouth's chunk and lead come on top; the agent may have cut the rest.
  expect(interruptsUs).toBeGreaterThan(firstHeardUs(facts) + 3_000_000);
  expect(lastUs - interruptsUs).toBeLessThan(200_000);
});

test('an impatient caller says it again while no answer begins, and hears the one that comes', async () => {
  const { facts, end } = await play(await requestOf('angry-repetition'));
  expect(end).toBe('finished');
  const said = facts.filter((fact) => fact.who === 'caller' && fact.what === 'speaking' && fact.act === 0);
  const again = eventsIn(facts).filter(({ kind, act }) => kind === 'repetition' && act === 0);
  expect(said.length).toBe(again.length + 1);
  expect(again.length).toBeLessThanOrEqual(2);
  expect(facts.some(({ what }) => what === 'gave_up')).toBe(false);
});

test('an echo is stated for each reply, as late as it is; the same seed gives the same call', async () => {
  const request = await requestOf('false-interruption-echo');
  const first = await play(request);
  const heard = first.facts.flatMap((fact) => (fact.what === 'ear.audible' ? [fact.atUs] : []));
  const echoes = eventsIn(first.facts);
  expect(echoes.map(({ kind }) => kind)).toEqual(heard.map(() => 'echo'));
  expect(echoes.map(({ atUs }) => atUs)).toEqual(heard.map((atUs) => atUs + 180_000));
  expect((await play(request)).traceHash).toBe(first.traceHash);
  expect((await play({ ...request, interning: false })).traceHash).toBe(first.traceHash);
  expect((await play({ ...request, seed: 2 })).traceHash).not.toBe(first.traceHash);
});

test('a caller who hangs up in the middle is gone at once', async () => {
  const utterance = await play(await requestOf('hang-up-mid-utterance'));
  const [, beganUs = 0] = timesOf(utterance.facts, 'speaking');
  const leftUs = (facts: readonly Fact[]) => facts.find(({ what }) => what === 'hung_up')?.t ?? 0;
  expect(timesOf(utterance.facts, 'spoke')).toHaveLength(1);
  expect(leftUs(utterance.facts) - beganUs).toBe(900_000);
  const reply = await play(await requestOf('hang-up-mid-reply'));
  const afterMs = (leftUs(reply.facts) - firstHeardUs(reply.facts)) / 1_000;
  expect(afterMs).toBeGreaterThanOrEqual(1_200);
  expect(afterMs).toBeLessThan(2_700);
});
