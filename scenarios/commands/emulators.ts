// `npm run emulators`: the vendors' emulators on loopback ports, for trying a client of one's own
// against them. They play a scenario's mind and recognise its recorded callers.
import { countTokens } from '#agent/providers/tokens.ts';
import { castVendors } from '#sim/cast.ts';
import { KeyedChance } from '#sim/kernel/random.ts';
import { RealClock } from '#sim/loopback/clock.ts';
import { type HostedVendor, hostVendor } from '#sim/loopback/host.ts';
import { loadProfile } from '#sim/providers/profile.ts';
import { formatError, type UserError } from '../error.ts';
import { loadScenario } from '../library/index.ts';
import { readSpeech } from '../speech/pack.ts';
import { profileError } from './option.ts';

export type EmulatorsOptions = {
  readonly scenario?: string;
  readonly providers?: string;
  readonly seed?: number;
  /** First of three ports in a row; any free ones when absent. */
  readonly port?: number;
};

export async function run(options: EmulatorsOptions): Promise<number> {
  const loaded = await loadScenario(options.scenario ?? 'multi-turn');
  if (!loaded.ok) return refuse(loaded.error);
  const providers = options.providers ?? 'prd';
  const profile = loadProfile(providers);
  if (!profile.ok) return refuse(profileError(providers, profile.reason));
  const clock = new RealClock();
  const world = {
    clock,
    chance: new KeyedChance(options.seed ?? 1, loaded.scenario.name),
    turn: () => 0,
    note: () => {},
  };
  const { brain } = loaded.scenario;
  const cast = { world, profile: profile.profile, brain, table: readSpeech(), countTokens, interning: true };
  const { stt, llm, tts } = castVendors(cast);
  const hosted: HostedVendor[] = [];
  try {
    for (const [index, vendor] of [stt, llm, tts].entries()) {
      hosted.push(
        await hostVendor(vendor, {
          port: options.port === undefined ? 0 : options.port + index,
          instant: (run) => clock.instant(run),
        }),
      );
    }
  } catch (error) {
    await Promise.all(hosted.map((host) => host.close()));
    return refuse(portError(error, options.port));
  }
  process.stdout.write(lines(hosted));
  await stopped();
  await Promise.all(hosted.map((host) => host.close()));
  clock.close();
  return 0;
}

function portError(error: unknown, port: number | undefined): UserError {
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  const reason = error instanceof Error ? error.message : String(error);
  return {
    what: taken ? 'another program listens there already' : `no port can be had: ${reason}`,
    where: port === undefined ? '--port' : `--port ${port} (and the two after it)`,
    todo: 'choose another port, or leave --port out',
    exit: 3,
  };
}

function lines([stt, llm, tts]: readonly HostedVendor[]): string {
  return [
    'Emulators are listening; put these into .env to point the agent at them (any key will do):',
    '',
    'CARTESIA_API_KEY=emulated',
    `CARTESIA_BASE_URL=ws://127.0.0.1:${stt?.port}`,
    'CEREBRAS_API_KEY=emulated',
    `LLM_BASE_URL=http://127.0.0.1:${llm?.port}/v1`,
    'ELEVENLABS_API_KEY=emulated',
    `ELEVENLABS_BASE_URL=ws://127.0.0.1:${tts?.port}`,
    '',
    'Ctrl-C ends them.',
    '',
  ].join('\n');
}

const stopped = (): Promise<void> =>
  new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });

function refuse(error: UserError): number {
  process.stderr.write(`${formatError(error)}\n`);
  return error.exit;
}
