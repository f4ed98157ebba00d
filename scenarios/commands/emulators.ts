// `npm run emulators`: the vendors' emulators on loopback ports, for trying a client of one's own
// against them. They play a scenario's mind and recognise its recorded callers. Where second providers are
// asked for, those in reserve listen as well.
import { readEnv } from '#agent/io/env.ts';
import { countTokens } from '#agent/providers/tokens.ts';
import { type Cast, castSeconds, castVendors } from '#sim/cast.ts';
import { KeyedChance } from '#sim/kernel/random.ts';
import { RealClock } from '#sim/loopback/clock.ts';
import { type HostedVendor, hostVendor } from '#sim/loopback/host.ts';
import { type CastChoice, STAGES } from '#sim/providers/cast-choice.ts';
import { loadProfile } from '#sim/providers/profile.ts';
import { addressAt, castEnv, hedgeEnv, type SimHedge, type VendorAddresses } from '#sim/setting.ts';
import { formatError, type UserError } from '../error.ts';
import { loadScenario } from '../library/index.ts';
import { readSpeech } from '../speech/pack.ts';
import { HEDGES, profileError } from './option.ts';

export type EmulatorsOptions = {
  readonly scenario?: string;
  readonly providers?: string;
  readonly seed?: number;
  /** First of three ports in a row, of six with second providers; any free ones when absent. */
  readonly port?: number;
  /** Second providers and what they are for; what HEDGE says when absent. */
  readonly hedge?: string;
};

export async function run(options: EmulatorsOptions): Promise<number> {
  const loaded = await loadScenario(options.scenario ?? 'multi-turn');
  if (!loaded.ok) return refuse(loaded.error);
  const providers = options.providers ?? 'prd';
  const profile = loadProfile(providers);
  if (!profile.ok) return refuse(profileError(providers, profile.reason));
  const hedge = readHedge(options.hedge);
  if (!hedge.ok) return refuse(hedge.error);
  const clock = new RealClock();
  const world = {
    clock,
    chance: new KeyedChance(options.seed ?? 1, loaded.scenario.name),
    turn: () => 0,
    note: () => {},
  };
  const { brain } = loaded.scenario;
  const { cast } = profile.profile;
  const parts = { world, profile: profile.profile, brain, table: readSpeech(), countTokens, interning: true };
  const casts = [castVendors(parts), ...(hedge.hedge === 'off' ? [] : [castSeconds(parts)])];
  const opened = await open(casts, clock, options.port);
  if (!opened.ok) return refuse(opened.error);
  const { hosted } = opened;
  const first = addressesOf(hosted.slice(0, STAGES.length), cast.first);
  const second = addressesOf(hosted.slice(STAGES.length), cast.second);
  process.stdout.write(lines({ ...castEnv(cast, first), ...hedgeEnv(hedge.hedge, cast, second) }));
  await stopped();
  await Promise.all(hosted.map((host) => host.close()));
  clock.close();
  return 0;
}

type Hedge =
  | { readonly ok: true; readonly hedge: SimHedge }
  | { readonly ok: false; readonly error: UserError };

/** As it was typed, or as the agent's own settings have it. */
function readHedge(typed: string | undefined): Hedge {
  const read = typed === undefined ? readEnv() : { ok: true as const, env: { HEDGE: typed } };
  if (!read.ok) return { ok: false, error: { ...read.problem, exit: 2 } };
  const name = read.env['HEDGE']?.trim() || 'off';
  const hedge = HEDGES.find((one) => one === name);
  if (hedge !== undefined) return { ok: true, hedge };
  const todo = `use one of: ${HEDGES.join(', ')}`;
  const where = typed === undefined ? 'HEDGE in the environment or in .env' : `--hedge ${name}`;
  return { ok: false, error: { what: `unknown hedge "${name}"`, where, todo, exit: 2 } };
}

type Opened =
  /** In the order of the casts and of their stages. */
  | { readonly ok: true; readonly hosted: readonly HostedVendor[] }
  | { readonly ok: false; readonly error: UserError };

async function open(casts: readonly Cast[], clock: RealClock, port: number | undefined): Promise<Opened> {
  const vendors = casts.flatMap((cast) => STAGES.map((stage) => cast[stage]));
  const hosted: HostedVendor[] = [];
  try {
    for (const [index, vendor] of vendors.entries()) {
      const own = port === undefined ? 0 : port + index;
      hosted.push(await hostVendor(vendor, { port: own, instant: (run) => clock.instant(run) }));
    }
    return { ok: true, hosted };
  } catch (error) {
    await Promise.all(hosted.map((host) => host.close()));
    clock.close();
    return { ok: false, error: portError(error, port, vendors.length) };
  }
}

function portError(error: unknown, port: number | undefined, ports: number): UserError {
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  const reason = error instanceof Error ? error.message : String(error);
  return {
    what: taken ? 'another program listens there already' : `no port can be had: ${reason}`,
    where: port === undefined ? '--port' : `--port ${port} (and the ${ports - 1} after it)`,
    todo: 'choose another port, or leave --port out',
    exit: 3,
  };
}

const addressesOf = (hosted: readonly HostedVendor[], choice: CastChoice['first']): VendorAddresses =>
  Object.fromEntries(
    hosted.map(({ port }, index) => {
      const stage = STAGES[index % STAGES.length] ?? 'stt';
      return [stage, addressAt(stage, choice[stage].vendor, `127.0.0.1:${port}`, false)];
    }),
  );

const lines = (env: Readonly<Record<string, string>>): string =>
  [
    'Emulators are listening; put these into .env to point the agent at them (any key will do):',
    '',
    ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
    '',
    'Ctrl-C ends them.',
    '',
  ].join('\n');

const stopped = (): Promise<void> =>
  new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });

function refuse(error: UserError): number {
  process.stderr.write(`${formatError(error)}\n`);
  return error.exit;
}
