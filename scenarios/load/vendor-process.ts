// The emulated vendors in a process of their own, behind one port: a cast for every session, whose id is part
// of the address that its agent calls. It draws latencies by the session's seed and states what it did.
import { countTokens, loadTokens } from '#agent/providers/tokens.ts';
import { type Cast, castVendors } from '#sim/cast.ts';
import type { VendorFact, VendorStage } from '#sim/kernel/fact.ts';
import { KeyedChance } from '#sim/kernel/random.ts';
import { RealClock } from '#sim/loopback/clock.ts';
import { hostVendor } from '#sim/loopback/host.ts';
import { loadProfile, type Profile } from '#sim/providers/profile.ts';
import type { Vendor, VendorRequest } from '#sim/providers/vendor.ts';
import { loadScenario } from '../library/index.ts';
import type { Scenario } from '../script/scenario.ts';
import { speechOf } from '../speech/booklet.ts';
import { startOf } from './instant.ts';
import type { VendorOrder, VendorReport } from './message.ts';

const TELL_EVERY_MS = 500;

type Place = { readonly cast: Cast; act: number };

const report = (message: VendorReport): void => {
  if (process.connected) process.send?.(message);
};

const places = new Map<string, Place>();
const facts: { readonly session: string; readonly fact: VendorFact }[] = [];
let open: ((session: string, seed: number) => Place) | undefined;

process.on('disconnect', () => process.exit(0));
process.on('message', (order: VendorOrder) => {
  if (order.kind === 'begin') void begin(order);
  else if (order.kind === 'cast') places.set(order.session, newPlace(order.session, order.seed));
  else if (order.kind === 'over') places.delete(order.session);
  else {
    const place = places.get(order.session);
    if (place !== undefined) place.act = order.act;
  }
});

function newPlace(session: string, seed: number): Place {
  if (open === undefined) throw new Error('a cast is asked for before the begin');
  return open(session, seed);
}

async function begin(order: VendorOrder & { readonly kind: 'begin' }): Promise<void> {
  const loaded = await loadScenario(order.scenario);
  const profile = loadProfile(order.providers);
  if (!loaded.ok) return report({ kind: 'failed', reason: loaded.error.what });
  if (!profile.ok) return report({ kind: 'failed', reason: profile.reason });
  loadTokens();
  // Several busy processes share the machine: nobody keeps a processor awake to be exact.
  const clock = new RealClock({ startMs: startOf(order.baseMs), exact: false });
  open = (session, seed) => placeFor(session, seed, loaded.scenario, profile.profile, clock);
  const host = await hostVendor(door, { instant: (run) => clock.instant(run) });
  report({ kind: 'ready', port: host.port });
  setInterval(() => report({ kind: 'facts', facts: facts.splice(0) }), TELL_EVERY_MS);
}

function placeFor(
  session: string,
  seed: number,
  scenario: Scenario,
  profile: Profile,
  clock: RealClock,
): Place {
  const world = {
    clock,
    chance: new KeyedChance(seed, scenario.name),
    turn: () => place.act,
    note: (fact: VendorFact) => facts.push({ session, fact }),
  };
  const { brain } = scenario;
  const table = speechOf(scenario);
  const place: Place = {
    cast: castVendors({ world, profile, brain, table, countTokens, interning: true }),
    act: 0,
  };
  return place;
}

const ADDRESS = /^\/(stt|llm|tts)\/([\w-]{1,64})(\/.*)$/;

/** Leads each request to the vendor that its path names, in the session that it names. */
const door: Vendor = {
  name: 'load',
  upgrade: (request) => {
    const found = find(request);
    return found === undefined ? { kind: 'drop' } : found.vendor.upgrade(found.request);
  },
  exchange: (request, exchange) => {
    const found = find(request);
    if (found === undefined) exchange.destroy();
    else found.vendor.exchange(found.request, exchange);
  },
};

function find(
  request: VendorRequest,
): { readonly vendor: Vendor; readonly request: VendorRequest } | undefined {
  const [, stage = '', session = '', path = ''] = ADDRESS.exec(request.path) ?? [];
  const place = places.get(session);
  return place && { vendor: place.cast[stage as VendorStage], request: { ...request, path } };
}
