// The two registries agree: whoever the agent can talk to can be played, with latencies that say where they
// come from, under addresses that the emulator answers to.
import { describe, expect, it } from 'vitest';
import { VENDORS } from '#agent/providers/registry.ts';
import { castVendors } from '#sim/cast.ts';
import { parseCast, STAGES, USUAL_CAST } from './cast-choice.ts';
import { latencyOf } from './emulation.ts';
import { loadProfile, playedStages, profileFor } from './profile.ts';
import { recordings } from './recording.test-support.ts';
import { EMULATIONS, emulationOf } from './registry.ts';
import { Rehearsal } from './rehearsal.test-support.ts';
import { STAGE_NAMES } from './stage.ts';

const PAIRS = VENDORS.flatMap((vendor) =>
  STAGES.flatMap((stage) => (vendor[stage] === undefined ? [] : [[vendor.name, stage] as const])),
);

describe.each(PAIRS)('%s for %s', (name, stage) => {
  it('has an emulator', () => {
    expect(emulationOf(stage, name)?.name).toBe(name);
  });

  it('brings all latencies of its stage, or is what the profiles were made for', () => {
    const emulation = emulationOf(stage, name);
    if (emulation === undefined) return;
    const needed = STAGE_NAMES.filter((one) => one.startsWith(stage));
    const brought = emulation.latencies.map(({ stages }) => Object.keys(stages).sort());
    const own = brought.filter((names) => names.some((one) => one.startsWith(stage)));
    const isUsual = USUAL_CAST.first[stage].vendor === name;
    expect(own.length > 0 || isUsual).toBe(true);
    for (const names of own) expect(names).toEqual(needed.toSorted());
    for (const { stages } of emulation.latencies) {
      for (const { source, status } of Object.values(stages)) {
        expect(source.length).toBeGreaterThan(3);
        expect(status === 'inferred' || source.includes('https://')).toBe(true);
      }
    }
  });
});

it('no emulator is without a vendor', () => {
  expect(EMULATIONS.map(({ name }) => name)).toEqual(VENDORS.map(({ name }) => name));
});

describe('who takes the stages', () => {
  it('is said in words after the profile, in reserve as well', () => {
    const loaded = loadProfile('published,stt=deepgram/flux-general-en, llm=groq,second-tts=deepgram');
    expect(loaded.ok && loaded.profile.cast).toEqual({
      first: {
        stt: { vendor: 'deepgram', model: 'flux-general-en' },
        llm: { vendor: 'groq', model: undefined },
        tts: USUAL_CAST.first.tts,
      },
      second: {
        stt: { vendor: 'deepgram', model: 'flux-general-en' },
        llm: { vendor: 'groq', model: undefined },
        tts: { vendor: 'deepgram', model: undefined },
      },
    });
  });

  it.each([
    ['tts=groq', 'no tts vendor "groq"; choose one of '],
    ['stt', '"stt" is not such as stt=deepgram'],
  ])('%s is refused with what could be', (word, reason) => {
    expect(parseCast([word])).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
    expect(loadProfile(`prd,${word}`)).toMatchObject({ ok: false });
  });

  it('decides the latencies, model by model, where the profile is not about one vendor', () => {
    const published = loadProfile('published');
    const prd = loadProfile('prd');
    if (!published.ok || !prd.ok) throw new Error('both come with the repository');
    const nova = profileFor(published.profile, 'stt', { vendor: 'deepgram', model: undefined });
    const flux = profileFor(published.profile, 'stt', { vendor: 'deepgram', model: 'flux-general-multi' });
    const median = (profile: typeof nova) => profile.quantiles['stt.final'].sample(0.5);
    expect([median(nova), median(flux)]).toEqual([47, 260]);
    expect([nova.fromSpeechEnd.has('stt.final'), flux.fromSpeechEnd.has('stt.final')]).toEqual([false, true]);
    expect(profileFor(prd.profile, 'stt', { vendor: 'deepgram', model: undefined })).toBe(prd.profile);
  });

  it('is what a page names as the source of each latency', () => {
    const loaded = loadProfile('published,stt=deepgram,llm=groq');
    if (!loaded.ok) throw new Error(loaded.reason);
    const stages = playedStages(loaded.profile);
    expect(stages['stt.final'].source).toContain('nova-3');
    expect(stages['llm.first_token'].source).toContain('on Groq');
    expect(stages['tts.first_audio']).toBe(loaded.profile.stages['tts.first_audio']);
  });

  it('a model that nobody listed is as fast as the first of its stage', () => {
    const emulation = emulationOf('stt', 'deepgram');
    if (emulation === undefined) throw new Error('no deepgram');
    expect(latencyOf(emulation, 'stt', 'nova-9')).toBe(latencyOf(emulation, 'stt', 'nova-3'));
    expect(latencyOf(emulation, 'tts', 'aura-3')).toBe(latencyOf(emulation, 'tts', 'aura-2'));
  });

  it('is stated in the facts of all but the vendors of the requirements', () => {
    const loaded = loadProfile('prd,llm=groq');
    if (!loaded.ok) throw new Error(loaded.reason);
    const world = new Rehearsal();
    const brain = { facts: [], replies: [], fallback: 'Hm.' };
    const parts = { world, profile: loaded.profile, brain, table: recordings('hi'), interning: true };
    const { stt, llm } = castVendors({ ...parts, countTokens: (text) => text.length });
    stt.upgrade({
      method: 'GET',
      path: '/stt/websocket',
      query: new URLSearchParams(),
      headers: {},
      body: new Uint8Array(),
    });
    world.request(llm, 'GET', '/openai/v1/models', { authorization: 'Bearer k' }, '');
    expect(world.facts.map(({ who, vendor }) => [who, vendor])).toEqual([
      ['stt', undefined],
      ['llm', 'groq'],
    ]);
  });
});
