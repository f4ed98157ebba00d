// Conversations that need a memory or a tool, played whole: what the caller hears proves both.
import { expect, test } from 'vitest';
import type { Fact } from '#sim/kernel/fact.ts';
import type { ToolScript } from '#sim/toolbox.ts';
import { conversationOf } from './kpis/conversation.ts';
import { vendorPrices } from './kpis/price.ts';
import { samplesOf } from './kpis/registry.ts';
import { followUpPronouns } from './library/follow-up-pronouns.ts';
import { longConversation } from './library/long-conversation.ts';
import { promptChange } from './library/prompt-change.ts';
import { toolBargeIn } from './library/tool-barge-in.ts';
import { toolCall } from './library/tool-call.ts';
import { toolTrouble } from './library/tool-trouble.ts';
import { topicChange } from './library/topic-change.ts';
import { play } from './runner/play.ts';
import type { Scenario } from './script/scenario.ts';

const request = { world: 'sim', providers: 'prd', network: 'delay=20ms' } as const;

async function measured(scenario: Scenario, seed: number) {
  const outcome = await play({ ...request, scenario, seed });
  expect([outcome.end, outcome.detail]).toEqual(['finished', '']);
  const samples = [...samplesOf(conversationOf(outcome, scenario, vendorPrices()))];
  const mean = (kpi: string) => {
    const values = samples.flatMap((sample) => (sample.kpi === kpi ? [sample.value] : []));
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  return { facts: outcome.facts, mean };
}

const whats = (facts: readonly Fact[], pattern: RegExp) =>
  facts.filter((fact) => fact.who === 'agent' && pattern.test(fact.what));

test.each([followUpPronouns, topicChange, promptChange].map((one) => [one.name, one] as const))(
  '%s: everything that was asked about is known',
  async (_, scenario) => {
    for (const seed of [1, 2, 3]) expect((await measured(scenario, seed)).mean('context_retention')).toBe(1);
  },
);

test.each([toolCall, toolBargeIn, toolTrouble].map((one) => [one.name, one] as const))(
  '%s: each call is made once, rightly, and told to the caller',
  async (_, scenario) => {
    for (const seed of [1, 2, 3]) {
      const { mean } = await measured(scenario, seed);
      expect([mean('tool_correctness'), mean('context_retention')]).toEqual([1, 1]);
    }
  },
);

test('a forty-turn conversation is remembered over its summaries, and no turn waits for one', async () => {
  const { facts, mean } = await measured(longConversation, 1);
  expect(mean('context_retention')).toBeGreaterThanOrEqual(0.95);
  expect(whats(facts, /^summary$/).length).toBeGreaterThan(2);
  const requests = whats(facts, /^llm\.request$/).flatMap((fact) => ('tokens' in fact ? [fact.tokens] : []));
  expect(Math.max(...requests)).toBeLessThanOrEqual(600);
  // The same call with a window that holds all of it, so that there is nothing to summarise.
  const wide = await measured({ ...longConversation, env: { CONTEXT_WINDOW_TOKENS: '8000' } }, 1);
  expect(whats(wide.facts, /^summary/)).toEqual([]);
  const times = (all: readonly Fact[]) =>
    whats(all, /^(turn\.committed|llm\.first_token)$/).map(({ t }) => t);
  expect(times(facts)).toEqual(times(wide.facts));
});

test('a model that cannot summarise takes nothing away: the window is as it was without', async () => {
  const faults = [{ vendor: 'llm', kind: 'error_mid', rate: 1 }] as const;
  const { facts } = await measured({ ...longConversation, faults: [...faults] }, 1);
  expect(whats(facts, /^summary$/)).toEqual([]);
  expect(whats(facts, /^turn\.committed$/).length).toBe(40);
});

test('a fact that the app pins is known though nobody said it, also under a new prompt', async () => {
  const brain = {
    facts: [{ id: 'ride', pattern: 'member rides the (\\w+ \\w+)', from: 'user' as const }],
    replies: [{ when: '.', say: 'Take the {ride}.', otherwise: 'I do not know.' }],
    fallback: 'What? Not the old tram.',
  };
  const pin = { act: 0, kind: 'pin', text: 'The caller said: this member rides the old tram' } as const;
  const prompt = { act: 1, kind: 'prompt', text: 'Be brief.' } as const;
  const scenario: Scenario = {
    ...promptChange,
    brain,
    probes: [0, 1, 2].map((act) => ({ act, expects: 'take the old tram', distance: 0 })),
    app: [pin, prompt],
  };
  expect((await measured(scenario, 1)).mean('context_retention')).toBe(1);
  expect((await measured({ ...scenario, app: [prompt] }, 1)).mean('context_retention')).toBe(0);
});

test('tools that are broken in any way leave no turn without its answer', async () => {
  const broken: readonly Partial<ToolScript>[] = [
    { takesMs: 'forever', timeoutMs: 1_000 },
    { throws: 'no' },
    { charsMin: 1 << 20 },
  ];
  for (const change of broken) {
    const tools = (toolCall.tools ?? []).map((tool) => ({ ...tool, ...change }));
    const { facts, mean } = await measured({ ...toolCall, tools }, 1);
    expect(mean('unanswered_turns')).toBe(0);
    expect(whats(facts, /^tool\.result$/)).toHaveLength(4);
  }
});
