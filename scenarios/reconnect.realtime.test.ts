// A call on real sockets whose connection breaks twice: once with a reset, once in silence. The caller's
// client comes back with its session's id, and the conversation goes on as in virtual time.
import { expect, test } from 'vitest';
import type { Fact } from '#sim/kernel/fact.ts';
import { conversationOf } from './kpis/conversation.ts';
import { presence } from './kpis/presence.ts';
import { vendorPrices } from './kpis/price.ts';
import { play } from './runner/play.ts';
import { conversation } from './script/story.ts';

const story = conversation(
  'broken-twice',
  {
    about: 'The connection breaks during two answers.',
    voice: 'slt',
    remembers: { name: /my name is (\w+)/ },
  },
  ({ caller, agent }) => {
    caller.says('Hello, my name is Nora and I am planning a trip to Lisbon.');
    agent.replies('Nice to meet you, {name}. That is a lovely choice, and the weather is fine in spring.');
    caller.losesConnection({ during: 'reply', afterMs: 1_500, forMs: 700, reset: true });
    caller.says('Do you still know my name?');
    agent.replies('Yes, you are {name}, and you are on your way to the sea.', {
      proves: { fact: /nora/, turnsAgo: 1 },
      otherwise: 'I am afraid I do not.',
    });
    caller.losesConnection({ during: 'reply', afterMs: 800, forMs: 1_500 });
    caller.hangsUp();
  },
);

const about = (facts: readonly Fact[], ...whats: readonly string[]) =>
  facts.filter(({ what }) => whats.includes(what)).map(({ what }) => what);

test.each(['sim', 'loopback'] as const)(
  'in the %s world nothing of the answers is lost',
  async (world) => {
    const outcome = await play({
      scenario: story,
      world,
      seed: 1,
      providers: 'prd',
      network: world === 'sim' ? 'delay=1ms' : 'loopback',
    });
    expect([outcome.end, outcome.detail]).toEqual(['finished', '']);
    const { facts } = outcome;
    expect(
      about(facts, 'dropped', 'client.left', 'online', 'client.back', 'resumed', 'session.ended'),
    ).toEqual([
      ...['dropped', 'client.left', 'online', 'client.back', 'resumed'],
      // Nobody tells the agent of the second one before the client is at the door again.
      ...['dropped', 'online', 'client.left', 'client.back', 'resumed'],
      ...['client.left', 'session.ended'],
    ]);
    const samples = [...presence(conversationOf(outcome, story, vendorPrices()))];
    const of = (kpi: string) => samples.filter((sample) => sample.kpi === kpi).map(({ value }) => value);
    expect(of('resumption_rate')).toEqual([1, 1]);
    expect(of('audio_lost_on_reconnect_ms')).toEqual([0, 0]);
    expect(of('context_retention.reconnect')).toEqual([1]);
  },
  60_000,
);
