// Vendors that refuse: a wrong key, no credit left, too many requests, and a web page instead of an answer.
// The caller hears an apology (a tone, where it is the voice that fails), the log says in one line what to
// do, and no key stands anywhere.
import { afterEach, expect, test } from 'vitest';
import type { Cast } from '#sim/cast.ts';
import type { FaultKind } from '#sim/providers/fault.ts';
import type { Vendor } from '#sim/providers/vendor.ts';
import { AgentProcess, openTroupe, TypingClient, talker } from './agent-process.test-support.ts';

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const run of undo.splice(0).reverse()) await run();
});

const POLL = { timeout: 20_000, interval: 20 };
const PAGE = '<!DOCTYPE html><html><body><h1>Welcome to the guest network</h1></body></html>';

/** A captive portal, or a proxy whose back end is gone. */
const page = (status: number): Vendor => {
  const headers = { 'content-type': 'text/html' };
  return {
    name: 'page',
    upgrade: () => ({ kind: 'refuse', afterUs: 1_000, status, headers, body: PAGE }),
    exchange: (_request, exchange) => {
      exchange.head(status, headers);
      exchange.write(Buffer.from(PAGE));
      exchange.end();
    },
  };
};

const VARIABLE = { stt: 'CARTESIA_API_KEY', llm: 'CEREBRAS_API_KEY', tts: 'ELEVENLABS_API_KEY' } as const;
const REMEDY = {
  http_401: (key: string) => `set ${key} to a key that is valid`,
  http_402: () => 'top up the account at',
  http_429: () => 'is too small for these calls',
  page: () => 'answers with a web page: check',
} as const;

type Case = { readonly stage: keyof typeof VARIABLE; readonly fault: keyof typeof REMEDY };

const CASES = (Object.keys(VARIABLE) as Case['stage'][]).flatMap((stage) =>
  (Object.keys(REMEDY) as Case['fault'][]).map((fault): Case => ({ stage, fault })),
);

test.each(CASES)('$stage, $fault: the caller hears of it, and the operator what to do', async (one) => {
  const { stage, fault } = one;
  const recast = (cast: Cast): Cast => ({
    ...cast,
    ...(stage === 'llm' ? {} : { llm: talker([], () => 'We open at nine in the morning.') }),
    // Half the time a portal says that all is well.
    ...(fault === 'page' ? { [stage]: page(stage === 'llm' ? 200 : 502) } : {}),
  });
  const faults = fault === 'page' ? [] : [{ vendor: stage, kind: fault satisfies FaultKind }];
  const troupe = await openTroupe(recast, (profile) => ({ ...profile, faults }));
  undo.push(() => troupe.close());
  const keys = Object.fromEntries(Object.values(VARIABLE).map((name) => [name, `Qz7-PLANTED-${name}`]));
  const agent = await AgentProcess.start({ ...troupe.env, ...keys, DRAIN_MS: '0' });
  undo.push(() => agent.kill());
  const client = await TypingClient.call(`ws://${agent.address}/ws-client`);
  await expect.poll(() => client.count('bot-ready'), POLL).toBe(1);
  client.types('When do you open?');
  await expect.poll(() => client.audioBytes, POLL).toBeGreaterThan(20_000);
  await expect.poll(() => agent.output, POLL).toContain('a service failed');
  const [line = ''] = agent.output.split('\n').filter((text) => text.includes('a service failed'));
  const { stage: of, todo } = JSON.parse(line);
  expect([of, todo]).toEqual([stage, expect.stringContaining(REMEDY[fault](VARIABLE[stage]))]);
  expect(agent.output + JSON.stringify(client.told)).not.toContain('PLANTED');
  if (stage === 'llm') expect(JSON.stringify(client.told)).toContain('Sorry, I could not get an answer');
});
