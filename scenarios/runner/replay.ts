// What was played, as the command line names it, and the command that plays it again: the same seed with it
// leaves the same trace in the virtual world. Whatever else a run can be asked for is decided on here, so
// that no option is forgotten.
import { commandLine, quoted } from '#reports/invocation.ts';
import type { RunRequest } from './run.ts';

export type Setup = {
  /** The scenario: a name of the library, or a path as it was typed. */
  readonly origin: string;
  readonly world: string;
  readonly transport: string;
  /** Of the caller on a WebSocket; the stock one when absent. */
  readonly client?: string;
  /** Of its audio; the client's own choice when absent. */
  readonly codec?: string;
  readonly network: string;
  /** Between agent and vendors; nothing but the profiles' own latencies when absent. */
  readonly vendorNetwork?: string;
  readonly providers: string;
  readonly policy: string;
  /** Second providers and what they were for; none when absent. */
  readonly hedge?: string;
};

export function setupOf(origin: string, request: RunRequest): Setup {
  const { scenario, world, transport = 'websocket', client, codec } = request;
  const { network, vendorNetwork, providers, policy = 'parley' } = request;
  const own = scenario.hedge ?? 'off';
  const { hedge = own } = request;
  return {
    origin,
    world,
    transport,
    ...(client === undefined || client === 'stock' ? {} : { client }),
    ...(codec === undefined ? {} : { codec }),
    network,
    ...(vendorNetwork === undefined ? {} : { vendorNetwork }),
    providers,
    policy,
    ...(hedge === 'off' && own === 'off' ? {} : { hedge }),
  };
}

/** Without the options that the command line would choose by itself. */
export function replayOf(seed: number, { origin, ...setup }: Setup): string {
  const options = Object.entries({ seed: String(seed), ...setup }).filter(
    ([name, value]) => PRESETS[name] !== value && !(name === 'providers' && setup.world === 'live'),
  );
  const words = options.map(([name, value]) => `--${flagOf(name)} ${quoted(value)}`);
  return commandLine('scenario', [quoted(origin), ...words]);
}

/** Fields of a run that no option of the command line sets: what others try, and what changes no trace. */
type Unasked = 'scenario' | 'seed' | 'chaos' | 'tuning' | 'settle' | 'interning';

/** What an option is when nobody gives it; undefined where it is better told. */
const PRESETS: Readonly<Record<string, string | undefined>> = {
  world: undefined,
  transport: 'websocket',
  client: 'stock',
  codec: undefined,
  network: undefined,
  vendorNetwork: undefined,
  providers: undefined,
  policy: 'parley',
  hedge: undefined,
} satisfies Readonly<Record<Exclude<keyof RunRequest, Unasked>, string | undefined>>;

const flagOf = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
