// The voices of the configured vendors: read page by page from emulators on real ports, or from the vendor's
// documents; whoever refuses is told as by every other verb.
import { afterEach, expect, test } from 'vitest';
import { cartesiaVoices } from '#agent/providers/cartesia/catalogue.ts';
import { VENDORS } from '#agent/providers/registry.ts';
import { entrantOf, type StandIns, standIns } from './stand-in.test-support.ts';
import { listVoices } from './voice-list.ts';

const open: StandIns[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function world(providers: string): Promise<StandIns> {
  const stands = await standIns(providers);
  open.push(stands);
  return stands;
}

test.each([
  ['prd', '21m00Tcm4TlvDq8ikWAM', 3],
  ['prd,tts=cartesia', 'f786b574-daa5-4673-aa0c-cbe3e8534c02', 3],
  ['prd,tts=deepgram', 'thalia', 40],
])('the voices of %s, the usual one among them', async (providers, usual, atLeast) => {
  const on = await world(providers);
  const list = await listVoices(on.clock, entrantOf('tts', on.env));
  if (!list.ok) throw new Error(list.error.what);
  expect(list.voices.length).toBeGreaterThanOrEqual(atLeast);
  expect(list.voices.find(({ id }) => id === usual)?.name).toBeTruthy();
  expect(new Set(list.voices.map(({ id, language }) => `${id} ${language}`)).size).toBe(list.voices.length);
});

test('without a key, and with nobody there, it says what to do', async () => {
  const on = await world('prd');
  const keyless = await listVoices(on.clock, entrantOf('tts', { ...on.env, ELEVENLABS_API_KEY: '' }));
  expect(keyless).toMatchObject({ ok: false, error: { where: 'ELEVENLABS_API_KEY', exit: 3 } });
  const nowhere = await listVoices(
    on.clock,
    entrantOf('tts', { ...on.env, TTS_BASE_URL: 'ws://127.0.0.1:1' }),
  );
  expect(nowhere).toMatchObject({ ok: false, error: { where: '127.0.0.1:1 (TTS_BASE_URL)' } });
});

test('pages follow one another until there are no more, and nonsense is no list', () => {
  if (cartesiaVoices.kind !== 'asked') throw new Error('it is asked for');
  const settings = { apiKey: 'k', version: '2026-08-14' };
  expect(cartesiaVoices.ask(settings, 'https://x', 'a b').url).toBe(
    'https://x/voices?limit=100&starting_after=a%20b',
  );
  const page = { data: [{ id: 'one', name: 'One', language: 'en' }], has_more: true };
  expect(cartesiaVoices.read(JSON.stringify(page))).toMatchObject({ next: 'one' });
  expect(cartesiaVoices.read(JSON.stringify({ ...page, has_more: false }))).not.toHaveProperty('next');
  for (const body of ['', '[]', '{"data":{}}', '<html>', 'null'])
    expect(cartesiaVoices.read(body)).toBeUndefined();
  for (const { voices } of VENDORS) {
    if (voices?.kind === 'asked') expect(voices.read('<html>')).toBeUndefined();
  }
});
