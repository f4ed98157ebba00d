// The same scenario on real sockets over either transport, and with vendors of the settings in place of the
// laboratory's own: emulators on ports take the part of the vendors, so that no key is needed.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countTokens } from '#agent/providers/tokens.ts';
import { castVendors } from '#sim/cast.ts';
import type { Fact } from '#sim/kernel/fact.ts';
import { KeyedChance } from '#sim/kernel/random.ts';
import { RealClock } from '#sim/loopback/clock.ts';
import { type HostedVendor, hostVendor } from '#sim/loopback/host.ts';
import { loadProfile } from '#sim/providers/profile.ts';
import { castEnv } from '#sim/setting.ts';
import { evaluate } from './kpis/evaluate.ts';
import { fold } from './kpis/fold.ts';
import { vendorPrices } from './kpis/price.ts';
import { singleTurn } from './library/single-turn.ts';
import { castOf, liveSettings } from './runner/live.ts';
import { play } from './runner/play.ts';
import { setupOf } from './runner/replay.ts';
import type { RunRequest } from './runner/run.ts';
import { readSpeech } from './speech/pack.ts';

const request: RunRequest = {
  scenario: singleTurn,
  world: 'loopback',
  seed: 1,
  providers: 'prd',
  network: 'loopback',
};

/** A word that breaks off on a busy machine and goes on is one word. */
function wordsHeard(facts: readonly Fact[]): readonly string[] {
  const words = facts.flatMap((fact) => (fact.what === 'ear.word' ? [`${fact.onsetUs} ${fact.text}`] : []));
  return [...new Set(words)].map((word) => word.replace(/^\d+ /, ''));
}

const SAID = 'we open at nine in the morning'.split(' ');

const measure = async (asked: RunRequest) => {
  const outcome = await play(asked);
  const folded = fold(outcome, asked.scenario, vendorPrices());
  return { outcome, result: evaluate([folded], asked.scenario, setupOf('single-turn', asked), 1) };
};

describe('on real sockets', () => {
  test.each(['websocket', 'webrtc'] as const)(
    'over %s every word is heard, by its sound',
    async (transport) => {
      const { outcome, result } = await measure({ ...request, transport });
      expect(outcome.end).toBe('finished');
      expect(wordsHeard(outcome.facts)).toEqual(SAID);
      expect(result.kpis['wer']).toMatchObject({ value: 0 });
      expect(result.kpis['voice_to_voice_ms']).toMatchObject({ n: 1 });
      const lost = outcome.facts.flatMap((fact) => (fact.what === 'voice' ? [fact.lost] : []));
      expect(lost[0]).toBe(0);
    },
  );

  test('over WebRTC through a network of 80 ms each way, the voice is that much later', async () => {
    const near = await measure({ ...request, transport: 'webrtc' });
    const far = await measure({ ...request, transport: 'webrtc', network: 'delay=80ms' });
    expect(far.outcome.end).toBe('finished');
    expect(wordsHeard(far.outcome.facts)).toEqual(SAID);
    const delayMs = (facts: readonly Fact[]) =>
      facts.flatMap((fact) => (fact.what === 'voice' ? [fact.delayUs / 1_000] : []));
    const [[nearUp = 0], [farUp = 0]] = [delayMs(near.outcome.facts), delayMs(far.outcome.facts)];
    expect(farUp - nearUp).toBeGreaterThan(60);
    expect(farUp - nearUp).toBeLessThan(120);
  });
});

describe('with the vendors of the settings', () => {
  const clock = new RealClock();
  const hosted: HostedVendor[] = [];
  const before = { ...process.env };

  beforeAll(async () => {
    const loaded = loadProfile('prd');
    if (!loaded.ok) throw new Error(loaded.reason);
    const { profile } = loaded;
    const world = { clock, chance: new KeyedChance(1, 'live'), turn: () => 0, note: () => {} };
    const { brain } = singleTurn;
    const cast = castVendors({ world, profile, brain, table: readSpeech(), countTokens, interning: true });
    for (const vendor of [cast.stt, cast.llm, cast.tts]) {
      hosted.push(await hostVendor(vendor, { instant: (run) => clock.instant(run) }));
    }
    const [stt, llm, tts] = hosted.map(({ port }) => `127.0.0.1:${port}`);
    const addresses = { stt: `ws://${stt}`, llm: `http://${llm}/v1`, tts: `ws://${tts}` };
    Object.assign(process.env, castEnv(profile.cast, addresses));
  });

  afterAll(async () => {
    process.env = before;
    for (const host of hosted) await host.close();
    clock.close();
  });

  test('the same is measured, but for what only a script could know', async () => {
    const { outcome, result } = await measure({ ...request, world: 'live' });
    expect(outcome.end).toBe('finished');
    for (const kpi of ['voice_to_voice_ms', 'llm_first_token_ms', 'tts_first_audio_ms', 'cost_usd', 'wer']) {
      expect(result.kpis[kpi]?.n, kpi).toBeGreaterThan(0);
    }
    expect(result.cost.usd).toBeGreaterThan(0);
    expect(result.kpis['heard_truncation_words.uninterrupted']?.n).toBe(0);
    expect(result.unmeasured?.['heard_truncation_words.uninterrupted']).toContain('not known');
    // Nothing of the laboratory's own vendors is in the trace.
    expect(outcome.facts.filter(({ who }) => ['stt', 'llm', 'tts'].includes(who))).toEqual([]);
    const settings = liveSettings();
    expect(settings.ok && castOf(settings.settings)).toMatch(
      /^stt=cartesia\/.+,llm=cerebras\/.+,tts=elevenlabs\//,
    );
  });

  test('without a key it is said which one, and nothing is played', async () => {
    const settings = liveSettings({ CEREBRAS_API_KEY: '' });
    expect(settings).toMatchObject({ ok: false, errors: [{ exit: 3 }] });
    expect(settings.ok ? '' : settings.errors[0]?.what).toContain('CEREBRAS_API_KEY is missing');
  });
});
