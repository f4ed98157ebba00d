// The unmodified `openai` client against the emulator on a real port.
import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import type { Brain } from '../brain.ts';
import type { FaultSpec } from '../fault.ts';
import { Stage } from '../stage.test-support.ts';
import { CerebrasEmulator } from './emulator.ts';

const SENTENCE = 'We are open until nine tonight, and tomorrow from ten in the morning.';
const brain: Brain = {
  facts: [{ id: 'sky', pattern: 'sky is (\\w+)', from: 'tool' }],
  replies: [
    { when: 'open', say: SENTENCE },
    {
      when: 'weather',
      calls: [{ tool: 'weather', input: { city: 'Lisbon' } }],
      meanwhile: 'One moment.',
      say: 'It is {sky}.',
    },
  ],
  fallback: 'Sorry?',
};
const countTokens = (text: string): number => Math.ceil(text.length / 4);
const messages = [{ role: 'user' as const, content: 'Are you open?' }];
const model = 'gpt-oss-120b';

let stage = new Stage();
afterEach(() => stage.close());

async function client(...faults: FaultSpec[]): Promise<OpenAI> {
  stage = new Stage();
  const vendor = new CerebrasEmulator({
    world: stage,
    profile: stage.profile(...faults),
    brain,
    countTokens,
  });
  const { url } = await stage.host(vendor);
  return new OpenAI({ apiKey: 'csk-test', baseURL: `${url}/v1` });
}

describe('the openai client', () => {
  it('streams a completion with its usage', async () => {
    const openai = await client();
    const stream = await openai.chat.completions.create({ model, messages, stream: true });
    let text = '';
    let usage = 0;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      usage += chunk.usage?.completion_tokens ?? 0;
    }
    expect(text).toBe(SENTENCE);
    expect(usage).toBeGreaterThan(10);
  });

  it('gets a whole completion', async () => {
    const openai = await client();
    const completion = await openai.chat.completions.create({ model, messages });
    expect(completion.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: SENTENCE } });
    expect(completion.usage?.total_tokens).toBeGreaterThan(10);
  });

  it('runs a tool and streams the answer to its result', async () => {
    const openai = await client();
    const inputs: string[] = [];
    const runner = openai.chat.completions.runTools({
      model,
      stream: true,
      messages: [{ role: 'user', content: 'How is the weather?' }],
      tools: [
        {
          type: 'function',
          function: {
            name: 'weather',
            description: 'The weather of a city.',
            parameters: { type: 'object', properties: { city: { type: 'string' } } },
            parse: (input: string) => input,
            function: (input: string) => {
              inputs.push(input);
              return 'The sky is blue.';
            },
          },
        },
      ],
    });
    expect(await runner.finalContent()).toBe('It is blue.');
    expect(inputs).toEqual(['{"city":"Lisbon"}']);
    expect(runner.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant']);
  });

  it('is refused when it leaves a call without its result', async () => {
    const openai = await client();
    const calls = [{ id: 'a', type: 'function' as const, function: { name: 'weather', arguments: '{}' } }];
    const asked = openai.chat.completions.create({
      model,
      messages: [...messages, { role: 'assistant', content: null, tool_calls: calls }, ...messages],
    });
    await expect(asked).rejects.toMatchObject({ status: 400 });
  });

  it('lists models, and sees that a retired one is gone', async () => {
    const openai = await client();
    const models = await openai.models.list();
    expect(models.data.map((entry) => entry.id)).toContain(model);
    const retired = openai.chat.completions.create({ model: 'llama-3.3-70b', messages });
    await expect(retired).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
  });

  it('waits as told after a 429 and succeeds', async () => {
    const openai = await client({ vendor: 'llm', kind: 'http_429', times: 1, retryAfterS: 0.2 });
    const completion = await openai.chat.completions.create({ model, messages });
    expect(completion.choices[0]?.message.content).toBe(SENTENCE);
    expect(stage.said().filter((said) => said === 'fault')).toHaveLength(1);
  });

  it('aborts, and the emulator stops generating', async () => {
    const openai = await client({ vendor: 'llm', kind: 'trickle', factor: 2 });
    const abort = new AbortController();
    const stream = await openai.chat.completions.create(
      { model, messages, stream: true },
      { signal: abort.signal },
    );
    for await (const chunk of stream) {
      if ((chunk.choices[0]?.delta.content ?? '') !== '') abort.abort();
    }
    await expect.poll(() => stage.said()).toContain('cancelled');
    expect(stage.said()).not.toContain('done stop');
  });

  it('reports an error in the middle of a stream', async () => {
    const openai = await client({ vendor: 'llm', kind: 'error_mid' });
    const stream = await openai.chat.completions.create({ model, messages, stream: true });
    const reading = (async () => {
      for await (const _ of stream);
    })();
    await expect(reading).rejects.toThrow('Something went wrong');
  });
});
