// What a test hands to our matchers, checked before it is looked into. What is none of it is refused in a
// sentence that says what was wanted and where one gets it; it is an error of the test, and thrown.
import { readFileSync } from 'node:fs';
import { type GateResult, gateResultSchema } from '#reports/gate/gate-result.ts';
import type { ScenarioResult } from '#reports/result.ts';
import { parseResult } from '#reports/result.ts';
import type { RunRequest } from '../runner/run.ts';
import { checkScenario } from '../script/schema.ts';

/** A scenario's result as `runScenario` returns it. Throws for anything else. */
export function scenarioResultFrom(received: unknown): ScenarioResult {
  const wanted = 'toMeetKpis() wants a ScenarioResult: expect(await runScenario(scenario)).toMeetKpis()';
  const text = JSON.stringify(plain(received, wanted));
  const parsed = parseResult(text);
  if (!parsed.ok) throw new TypeError(`${wanted}; this is none: ${parsed.reason}`);
  return parsed.result;
}

/** A gate's result, or the one in the file of that path. Throws for anything else. */
export function gateResultFrom(received: unknown): GateResult {
  const wanted =
    'toPassGate() wants a GateResult or the path of a result.json: expect(await runGate(names)).toPassGate()';
  const isPath = typeof received === 'string';
  const parsed = gateResultSchema.safeParse(isPath ? jsonIn(received, wanted) : plain(received, wanted));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = isPath ? `${received}: ` : '';
  throw new TypeError(`${wanted}; this is none: ${where}${issue?.path.join('.') || 'it'}: ${issue?.message}`);
}

/** What is to be played twice. Throws for anything else. */
export function requestFrom(received: unknown): RunRequest {
  const wanted =
    'toBeDeterministic() wants a RunRequest: { scenario, world, seed, providers, network }, such as ' +
    "{ scenario: mine, world: 'sim', seed: 1, providers: 'prd', network: 'delay=20ms' }";
  const request = plain(received, wanted);
  const fault = requestFault(request);
  if (fault !== undefined) throw new TypeError(`${wanted}; ${fault}`);
  return received as RunRequest;
}

function requestFault(request: Readonly<Record<string, unknown>>): string | undefined {
  const { scenario, world, seed, providers, network } = request;
  if (typeof scenario === 'string')
    return `scenario is a name, ${told(scenario)}, and not the scenario itself`;
  const checked = checkScenario(scenario);
  if (!checked.ok) return `scenario is none: ${checked.field}: ${checked.reason}`;
  if (world !== 'sim' && world !== 'loopback') return `world is ${told(world)}, not sim or loopback`;
  if (!Number.isSafeInteger(seed)) return `seed is ${told(seed)}, and no whole number`;
  const odd = Object.entries({ providers, network }).find(([, value]) => typeof value !== 'string');
  return odd === undefined ? undefined : `${odd[0]} is ${told(odd[1])}, and no text`;
}

function plain(received: unknown, wanted: string): Readonly<Record<string, unknown>> {
  if (received instanceof Promise) throw new TypeError(`${wanted}; this is a promise: await it first`);
  if (typeof received === 'object' && received !== null && !Array.isArray(received))
    return received as Readonly<Record<string, unknown>>;
  throw new TypeError(`${wanted}; this is ${told(received)}`);
}

function jsonIn(path: string, wanted: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TypeError(`${wanted}; ${told(path)} cannot be read: ${reason}`);
  }
}

const told = (value: unknown): string => (JSON.stringify(value) ?? String(value)).slice(0, 60);
