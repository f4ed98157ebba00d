// The unmodified `openai` client against the emulator on a real port, as its own vendor's and as Groq's
// and a local server's client, which its users point elsewhere by `baseURL` alone.
import OpenAI from 'openai';
import { afterEach, expect, it } from 'vitest';
import type { Brain } from '../brain.ts';
import type { EmulatorParts } from '../emulation.ts';
import type { FaultSpec } from '../fault.ts';
import { EMULATIONS } from '../registry.ts';
import { Stage } from '../stage.test-support.ts';

const SENTENCE = 'We are open until nine tonight.';
const brain: Brain = { facts: [], replies: [{ when: 'open', say: SENTENCE }], fallback: 'Sorry?' };
const messages = [{ role: 'user' as const, content: 'Are you open?' }];

let stage = new Stage();
afterEach(() => stage.close());

async function client(name: string, base: string, ...faults: FaultSpec[]): Promise<OpenAI> {
  stage = new Stage();
  const make = EMULATIONS.find((emulation) => emulation.name === name)?.llm;
  if (make === undefined) throw new Error(`no emulation of ${name}`);
  const parts: EmulatorParts = {
    world: stage,
    profile: stage.profile(...faults),
    brain,
    table: { identify: () => undefined },
    countTokens: (text) => Math.ceil(text.length / 4),
    interning: true,
  };
  const { url } = await stage.host(make(parts));
  return new OpenAI({ apiKey: 'key', baseURL: `${url}${base}`, maxRetries: 0 });
}

const VENDORS = [
  ['openai', '/v1', 'gpt-4.1-mini'],
  ['groq', '/openai/v1', 'openai/gpt-oss-120b'],
  ['openai-compatible', '/v1', 'llama3.2'],
] as const;

it.each(VENDORS)('streams a completion of %s with its usage', async (name, base, model) => {
  const openai = await client(name, base);
  const options = { stream: true, stream_options: { include_usage: true } } as const;
  const stream = await openai.chat.completions.create({ model, messages, ...options });
  let text = '';
  let usage = 0;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta.content ?? '';
    usage += chunk.usage?.completion_tokens ?? 0;
  }
  expect(text).toBe(SENTENCE);
  expect(usage).toBeGreaterThan(5);
});

it.each(VENDORS)('reads a refusal of %s and when to come back', async (name, base, model) => {
  const openai = await client(name, base, { vendor: 'llm', kind: 'http_429', retryAfterS: 3 });
  const refused = await openai.chat.completions.create({ model, messages }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(OpenAI.RateLimitError);
  expect((refused as InstanceType<typeof OpenAI.APIError>).headers?.get('retry-after')).toBe('3');
});

it('is told that money is gone by its type, not by its status', async () => {
  const openai = await client('openai', '/v1', { vendor: 'llm', kind: 'http_402' });
  const refused = openai.chat.completions.create({ model: 'gpt-4.1-mini', messages });
  await expect(refused).rejects.toMatchObject({ status: 429, type: 'insufficient_quota' });
});

it('is refused the sampling parameters of older models for one that thinks', async () => {
  const openai = await client('openai', '/v1');
  const refused = openai.chat.completions.create({ model: 'gpt-5-mini', messages, temperature: 0.7 });
  await expect(refused).rejects.toMatchObject({ status: 400, param: 'temperature' });
});
