// The command line of the laboratory: which verbs there are and what they take. It parses, hands over
// and returns an exit code; whatever takes time to load is loaded by the verb that needs it.
import { createRequire, enableCompileCache } from 'node:module';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { commandLine, isPackage } from '#reports/invocation.ts';
import type { CheckOptions } from './commands/check.ts';
import type { EmulatorsOptions } from './commands/emulators.ts';
import { keptByNpm } from './commands/npm.ts';
import type { RawOptions } from './commands/option.ts';
import type { ParityOptions } from './commands/parity.ts';
import type { RecordOptions } from './commands/record.ts';
import type { RequirementsOptions } from './commands/requirements.ts';
import type { RawSoak } from './commands/soak.ts';
import type { StartOptions } from './commands/start.ts';
import type { ValidateOptions } from './commands/validate.ts';
import type { ValidateNetemOptions } from './commands/validate-netem.ts';
import type { VoicesOptions } from './commands/voices.ts';
import type { RawCompare } from './compare/option.ts';
import { formatError, type UserError } from './error.ts';
import type { RawGate } from './gate/option.ts';

const PROVIDERS = 'latencies: prd, published or a file; then who takes a stage, as in prd,stt=deepgram';

/** By the package's own name: the manifest lies elsewhere once it is installed. */
const { version } = createRequire(import.meta.url)('parley/package.json') as { readonly version: string };

const program = new Command('parley')
  .description('Plays conversations with the voice agent and measures them.')
  .version(version, '-V, --version', 'the version of this program')
  .exitOverride()
  .configureOutput({ outputError: () => {} });
/** Where verbs go that work on the repository itself: its tables, hashes, tests. The package has none. */
const house = isPackage ? new Command() : program;

program
  .command('start')
  .description('serve the agent and its talk page; without any key, on the built-in emulators')
  .option('--port <number>', 'where to listen; 0 takes any (default: WS_PORT, 8765)', whole(0, 65_535))
  .option('--scenario <name>', 'without keys: what is offered first, a name or a file')
  .option('--open', 'show the page in a browser', false)
  .action(async (options: StartOptions) => {
    // Compiling is a third of what starting takes: 1.2 s of CPU time, 0.8 s from the second start on.
    enableCompileCache();
    const { run } = await import('./commands/start.ts');
    process.exitCode = await run(options);
  });

program
  .command('scenario')
  .description('play scenarios, measure them, and say whether their requirements hold')
  .argument('<name...>', 'names of the library, "all", or paths of .ts or .json files')
  .option('--world <world>', 'sim (virtual time), loopback (real sockets) or live', 'sim')
  .option('--transport <transport>', 'between caller and agent: websocket or webrtc', 'websocket')
  .option('--client <client>', 'on a WebSocket: the stock web client or our own (parley)', 'stock')
  .option('--codec <codec>', 'of the audio: pcm16 (stock), mulaw or opus (parley, its default; WebRTC)')
  .option('--vendor-network <profile>', 'between agent and vendors (sim; default: inside the profiles)')
  .option('--network <profile>', 'between caller and agent: a name, a .json file or words (sim: delay=20ms)')
  .option('--providers <set>', PROVIDERS, 'prd')
  .option('--policy <preset>', 'turns as taken by parley, pipecat-default or livekit-default', 'parley')
  .option('--hedge <mode>', 'second providers: off, failover or hedge (default: what the scenario says)')
  .option('--runs <count>', 'conversations per scenario, each with its own seed', '1')
  .option('--seed <number>', 'seed of the first conversation', '1')
  .option('--out <folder>', 'where the files go', '.parley/scenario')
  .option('--json', 'print the result as JSON (an array for several scenarios)', false)
  .option('--open', 'show the report in a browser', false)
  .action(async (names: string[], raw: RawOptions) => {
    const { run } = await import('./commands/scenario.ts');
    process.exitCode = await run(names, raw);
  });

program
  .command('compare')
  .description('play the same conversations over every transport and network, and compare them')
  .argument('[name...]', 'scenarios of the library, or paths of .ts or .json files (default: short-call)')
  .option('--transports <names>', 'separated by commas (default: all there are)')
  .option('--networks <names>', 'names, files or words, separated by commas (default: all with a name)')
  .option('--grid <size>', 'round-trip time × jitter × loss: small, full or off', 'small')
  .option('--providers <set>', PROVIDERS, 'prd')
  .option('--policy <preset>', 'turns as taken by parley, pipecat-default or livekit-default', 'parley')
  .option(
    '--codec <codec>',
    'on WebSocket: pcm16 (the stock client), mulaw or opus (our own); WebRTC has opus',
  )
  .option('--runs <count>', 'conversations per cell, the same seeds in each', '20')
  .option('--seed <number>', 'seed of the first conversation', '1')
  .option('--out <folder>', 'where the files go', '.parley/compare')
  .option('--json', 'print the comparison as JSON', false)
  .action(async (names: string[], raw: RawCompare) => {
    const { run } = await import('./commands/compare.ts');
    process.exitCode = await run(names, raw);
  });

program
  .command('parity')
  .description('play one conversation in virtual time and on real sockets, and compare them')
  .argument('[name]', 'a scenario of the library, or the path of a .ts or .json file', 'multi-turn')
  .option('--providers <set>', PROVIDERS, 'prd')
  .option('--network <profile>', 'between caller and agent: a name, a .json file or words', 'loopback')
  .option('--seed <number>', 'seed of the conversation', whole(0, 2 ** 32 - 1), 1)
  .option('--json', 'print the comparison as JSON', false)
  .action(async (scenario: string, options: ParityOptions) => {
    const { run } = await import('./commands/parity.ts');
    process.exitCode = await run({ ...options, scenario });
  });

program
  .command('emulators')
  .description('run the emulated vendors on loopback ports until stopped')
  .argument('[name]', 'the scenario whose mind the model has', 'multi-turn')
  .option('--providers <set>', PROVIDERS, 'prd')
  .option('--seed <number>', 'seed of their latencies', whole(0, 2 ** 32 - 1), 1)
  .option('--hedge <mode>', 'those in reserve as well: off, failover or hedge (default: what HEDGE says)')
  .option('--port <number>', 'first of three ports in a row, or six (default: any)', whole(1, 65_530))
  .action(async (scenario: string, options: Omit<EmulatorsOptions, 'scenario'>) => {
    const { run } = await import('./commands/emulators.ts');
    process.exitCode = await run({ scenario, ...options });
  });

program
  .command('check')
  .description('say for each configured provider whether its key works, from where it answers, and how fast')
  .option('--json', 'print the findings as JSON', false)
  .action(async (options: CheckOptions) => {
    const { run } = await import('./commands/check.ts');
    process.exitCode = await run(options);
  });

program
  .command('record')
  .description('record the latencies of the configured providers as a profile for --providers')
  .option('--samples <count>', 'of each provider, one after the other', whole(5, 10_000), 100)
  .option('--out <file>', 'where the profile goes', 'recorded.json')
  .option('--seconds <count>', 'nothing is begun after so long', whole(5, 86_400), 900)
  .action(async (options: RecordOptions) => {
    const { run } = await import('./commands/record.ts');
    process.exitCode = await run(options);
  });

program
  .command('voices')
  .description('list the voices of the configured vendors, by the name that TTS_VOICE_ID takes')
  .option('--json', 'print the lists as JSON', false)
  .action(async (options: VoicesOptions) => {
    const { run } = await import('./commands/voices.ts');
    process.exitCode = await run(options);
  });

program
  .command('soak')
  .description(
    'play conversations whose vendors fail, until many turns are done: every turn must have an end; ' +
      'or (loopback) many real ones at once, and measure what the agent takes',
  )
  .option('--world <world>', 'sim (virtual time, failing vendors) or loopback (real sockets, load)', 'sim')
  .option('--sessions <count>', 'callers at once (loopback)', whole(1, 200), 10)
  .option('--minutes <count>', 'how long all of them talk (loopback)', whole(1, 60), 1)
  .option('--profile', 'write a CPU profile of the agent’s process (loopback)', false)
  .option('--turns <count>', 'utterances of the caller', '10000')
  .option('--hedge <mode>', 'second providers: off, failover or hedge', 'hedge')
  .option('--providers <set>', PROVIDERS, 'prd')
  .option('--seed <number>', 'seed of the first conversation', '1')
  .option('--out <folder>', 'where the figures go', '.parley/soak')
  .option('--json', 'print the figures as JSON', false)
  .action(async (raw: RawSoak) => {
    const { run } = await import('./commands/soak.ts');
    process.exitCode = await run(raw);
  });

house
  .command('validate')
  .description('hold the network models against measured tables')
  .option('--tcp <csv>', 'delays of messages over a real TCP, one condition per row')
  .option('--webrtc <csv>', 'mouth-to-ear delay and concealment of real WebRTC calls')
  .option('--arrivals <folder>', 'recorded packets of those calls, for replay')
  .option('--out <folder>', 'where the figures go', '.parley/validate')
  .option('--json', 'print the figures as JSON', false)
  .action(async (options: ValidateOptions) => {
    const { run } = await import('./commands/validate.ts');
    process.exitCode = await run(options);
  });

house
  .command('validate-netem')
  .description('hold the TCP model against a real kernel with netem, here or in user-mode Linux')
  .option('--network <profile...>', 'networks that netem can express')
  .option('--seconds <count>', 'length of each stream', whole(5, 600))
  .option('--guest', 'in user-mode Linux even where this kernel has netem')
  .option('--out <folder>', 'where the figures go', '.parley/validate-netem')
  .option('--json', 'print the figures as JSON', false)
  .action(
    async ({ network, ...options }: Omit<ValidateNetemOptions, 'networks'> & { network?: string[] }) => {
      const { run } = await import('./commands/validate-netem.ts');
      process.exitCode = await run({ ...options, ...(network === undefined ? {} : { networks: network }) });
    },
  );

house
  .command('bench')
  .description('measure how fast the laboratory plays on this machine')
  .option('--out <folder>', 'where the figures go', '.parley/bench')
  .option('--json', 'print the figures as JSON', false)
  .action(async (options: { out: string; json: boolean }) => {
    const { run } = await import('./commands/bench.ts');
    process.exitCode = await run(options);
  });

program
  .command('gate')
  .description(`hold the code as it is against ${isPackage ? 'a' : 'the committed'} baseline, turn by turn`)
  .argument(
    '[name...]',
    `scenarios of the library, or paths of files${isPackage ? '' : ' (default: the set of the baseline)'}`,
  )
  .option(
    '--baseline <file>',
    `the baseline (default: ${isPackage ? '' : 'the committed one; for named scenarios '}parley-gate.json)`,
  )
  .option('--accept <reason>', 'make what is measured now the baseline, for this reason')
  .option('--runs <count>', 'conversations of each place (default: as many as the baseline has)')
  .option('--tolerance <ms,percent>', 'what a figure may lose: the larger of both', '5ms,1%')
  .option('--mutants', 'put the gate itself on trial: defects made on purpose, and comparisons of equals')
  .option('--out <folder>', 'where the files go', '.parley/gate')
  .option('--json', 'print the result as JSON', false)
  .action(async (names: string[], raw: RawGate) => {
    const { run } = await import('./commands/gate.ts');
    process.exitCode = await run(names, raw);
  });

house
  .command('requirements')
  .description(
    'show what is required, what proves it and today’s figures; fail where something does not hold',
  )
  .option('--results <folder>', 'results of earlier scenarios (default: play what is needed)')
  .option('--tests <file>', 'what vitest wrote of its run, JSON or JUnit (default: .parley/test.json)')
  .option('--runs <count>', 'conversations of each scenario', whole(1, 1_000), 2)
  .option('--seed <number>', 'seed of the first conversation', whole(0, 2 ** 32 - 1), 1)
  .option('--out <folder>', 'where the files go', '.parley/requirements')
  .option('--json', 'print the result as JSON', false)
  .action(async (options: RequirementsOptions) => {
    const { run } = await import('./commands/requirements.ts');
    process.exitCode = await run(options);
  });

house
  .command('hashes')
  .description('write the golden trace hashes anew, when calls are meant to be different')
  .action(async () => {
    const { run } = await import('./commands/hashes.ts');
    process.exitCode = await run({});
  });

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  const kept = keptOptions();
  if (kept === undefined) await program.parseAsync();
  else process.exitCode = refuse(kept);
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? 0 : usage(error);
}

/** What commander found wrong, in our three lines. Its own hints ("Did you mean …?") become the advice. */
function usage(error: CommanderError): number {
  if (error.code === 'commander.help') return 2;
  const verbs = program.commands.map((command) => command.name());
  const verb = verbs.find((name) => name === process.argv[2]);
  const [what = '', ...hints] = error.message.replace(/^error: /, '').split('\n');
  const see = commandLine(verb ?? '', ['--help']);
  const help = verb === undefined ? `use one of: ${verbs.join(', ')}` : `see: ${see}`;
  const hint = hints.join(' ').replaceAll(/[()]/g, '');
  const problem: UserError = {
    what,
    where: `command line: ${process.argv.slice(2).join(' ') || 'no verb given'}`,
    todo: hint === '' ? help : `${hint} Otherwise ${help}`,
    exit: 2,
  };
  return refuse(problem);
}

/** Options of the verb that `npm run` took for its own, if there are any. */
function keptOptions(): UserError | undefined {
  const [name, ...words] = process.argv.slice(2);
  const verb = program.commands.find((command) => command.name() === name);
  if (verb === undefined) return undefined;
  const options = verb.options.map(({ long, required }) => ({ flag: long ?? '', takesValue: required }));
  return keptByNpm({ verb: verb.name(), words, options }, process.env);
}

function refuse(problem: UserError): number {
  process.stderr.write(`${formatError(problem)}\n`);
  return problem.exit;
}

/** Reads a whole number from `min` to `max`. */
function whole(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d{1,16}$/.test(text) && number >= min && number <= max) return number;
    throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`);
  };
}
