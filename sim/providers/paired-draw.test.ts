// Two versions of an agent are compared draw by draw: what one asks more than the other, at any moment,
// must leave the answers to what both ask as long in coming as they were.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CartesiaEmulator } from './cartesia/emulator.ts';
import { CerebrasEmulator } from './cerebras/emulator.ts';
import { ElevenLabsEmulator } from './elevenlabs/emulator.ts';
import { loadProfile, type Profile } from './profile.ts';
import { bytesOf, recordings } from './recording.test-support.ts';
import { Rehearsal } from './rehearsal.test-support.ts';

const BRAIN = { facts: [], replies: [], fallback: 'Yes.' };
const profile = ((): Profile => {
  const loaded = loadProfile('prd');
  if (!loaded.ok) throw new Error(loaded.reason);
  return loaded.profile;
})();

const SHARED = ['when do you open?', 'a table for two', 'thank you'] as const;
const EXTRA = ['when do', 'a table', 'and another thing'] as const;
/** What is asked, in order: everything shared once, and anything else anywhere between. */
const asked = fc
  .array(fc.tuple(fc.nat(SHARED.length), fc.constantFrom(...EXTRA)), { maxLength: 5 })
  .map((extras) => [
    ...SHARED.flatMap((text, index) => [
      ...extras.flatMap(([where, other]) => (where === index ? [other] : [])),
      text,
    ]),
  ]);

type Waits = ReadonlyMap<string, readonly number[]>;

/** What was drawn for each text (its latencies, in order), one request after the other. */
async function waitsOf(
  texts: readonly string[],
  ask: (world: Rehearsal) => Promise<(text: string) => void>,
): Promise<Waits> {
  const world = new Rehearsal();
  const request = await ask(world);
  const waits = new Map<string, number[]>();
  for (const text of texts) {
    const before = world.facts.length;
    request(text);
    await world.until(world.nowMs() + 10_000);
    const drawn = world.facts.slice(before).flatMap((fact) => (fact.what === 'drew' ? [fact.us] : []));
    waits.set(text, [...(waits.get(text) ?? []), ...drawn]);
  }
  return waits;
}

const VENDORS: Readonly<Record<string, (world: Rehearsal) => Promise<(text: string) => void>>> = {
  'the model': async (world) => {
    const model = new CerebrasEmulator({
      world,
      profile,
      brain: BRAIN,
      countTokens: (text) => text.length,
    });
    return (content) => {
      const messages = [{ role: 'user', content }];
      const body = JSON.stringify({ model: 'gpt-oss-120b', stream: true, messages });
      world.request(model, 'POST', '/v1/chat/completions', { authorization: 'Bearer k' }, body);
    };
  },
  'the voice': async (world) => {
    const voice = new ElevenLabsEmulator({ world, profile });
    const path = '/v1/text-to-speech/21m00Tcm4TlvDq8ikWAM/multi-stream-input';
    const client = await world.open(voice, `${path}?output_format=pcm_24000`, { 'xi-api-key': 'k' });
    let contexts = 0;
    return (text) => {
      contexts += 1;
      client.say({ context_id: `context ${contexts}`, text, close_context: true });
    };
  },
  'the other voice': async (world) => {
    const voice = new CartesiaEmulator({ world, profile });
    const target = '/tts/websocket?api_key=k&cartesia_version=2026-03-01';
    const client = await world.open(voice, target, {});
    let contexts = 0;
    return (transcript) => {
      contexts += 1;
      client.say({
        context_id: `context ${contexts}`,
        model_id: 'sonic-3',
        transcript,
        voice: { mode: 'id', id: 'v' },
        output_format: { container: 'raw', encoding: 'pcm_s16le', sample_rate: 24_000 },
        continue: false,
      });
    };
  },
  'the recogniser': async (world) => {
    const table = recordings(...SHARED, ...EXTRA);
    const ear = new CartesiaEmulator({ world, profile, recogniser: table });
    const query = 'model=ink-2&encoding=pcm_s16le&sample_rate=16000&language=en';
    const target = `/stt/websocket?${query}&api_key=k&cartesia_version=2026-03-01`;
    const client = await world.open(ear, target, {});
    return (text) => {
      client.say(bytesOf(table, text));
      client.say('finalize');
    };
  },
};

test.each(Object.entries(VENDORS))('%s answers what both ask after the same time', async (_, ask) => {
  const alone = await waitsOf(SHARED, ask);
  for (const text of SHARED) expect(alone.get(text), text).toHaveLength(1);
  await fc.assert(
    fc.asyncProperty(asked, async (texts) => {
      const crowded = await waitsOf(texts, ask);
      for (const text of SHARED) expect(crowded.get(text), text).toEqual(alone.get(text));
    }),
    { numRuns: 25 },
  );
});
