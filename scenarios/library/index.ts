// The scenarios that come with the project, and those people bring: by name, or from a `.ts` or
// `.json` file. What cannot be loaded is explained with file, line and reason.
import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { basename, extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { commandLine, isPackage, quoted } from '#reports/invocation.ts';
import { nearest, type UserError } from '../error.ts';
import type { Scenario } from '../script/scenario.ts';
import { checkScenario } from '../script/schema.ts';
import { readSpeech } from '../speech/pack.ts';
import { angryRepetition } from './angry-repetition.ts';
import { bargeIn } from './barge-in.ts';
import { correctionScenario } from './correction.ts';
import { costCap } from './cost-cap.ts';
import { dictation } from './dictation.ts';
import { failoverAndRecovery } from './failover-and-recovery.ts';
import { falseInterruptionBackchannel } from './false-interruption-backchannel.ts';
import { falseInterruptionEcho } from './false-interruption-echo.ts';
import { falseInterruptionNoise } from './false-interruption-noise.ts';
import { falseInterruptionSideTalk } from './false-interruption-side-talk.ts';
import { followUpPronouns } from './follow-up-pronouns.ts';
import { hangUpMidReply, hangUpMidUtterance } from './hang-up.ts';
import { hesitation } from './hesitation.ts';
import { interruptionDouble } from './interruption-double.ts';
import { interruptionEarly } from './interruption-early.ts';
import { interruptionLate } from './interruption-late.ts';
import { interruptionMid } from './interruption-mid.ts';
import { parseJson } from './json.ts';
import { lineOfPath } from './json-place.ts';
import { longConversation } from './long-conversation.ts';
import { midStreamCutLlm, midStreamCutStt, midStreamCutTts } from './mid-stream-cut.ts';
import { multiTurn } from './multi-turn.ts';
import { noise5, noise10, noise20 } from './noise.ts';
import { overlappingStart } from './overlapping-start.ts';
import { promptChange } from './prompt-change.ts';
import { providerOutageLlm, providerOutageStt, providerOutageTts } from './provider-outage.ts';
import { providerStallLlm, providerStallStt, providerStallTts } from './provider-stall.ts';
import { rateLimit429 } from './rate-limit-429.ts';
import { reconnectMidReply } from './reconnect-mid-reply.ts';
import { reconnectMidUtterance } from './reconnect-mid-utterance.ts';
import { unrecordedLine } from './recording.ts';
import { shortCall } from './short-call.ts';
import { silence } from './silence.ts';
import { silenceAndNudge } from './silence-and-nudge.ts';
import { singleTurn } from './single-turn.ts';
import { telephone } from './telephone.ts';
import { television } from './television.ts';
import { toolBargeIn } from './tool-barge-in.ts';
import { toolCall } from './tool-call.ts';
import { toolTrouble } from './tool-trouble.ts';
import { topicChange } from './topic-change.ts';

const LIBRARY: readonly Scenario[] = [
  singleTurn,
  multiTurn,
  bargeIn,
  shortCall,
  interruptionEarly,
  interruptionMid,
  interruptionLate,
  interruptionDouble,
  overlappingStart,
  falseInterruptionBackchannel,
  falseInterruptionNoise,
  falseInterruptionEcho,
  falseInterruptionSideTalk,
  hesitation,
  correctionScenario,
  dictation,
  noise20,
  noise10,
  noise5,
  television,
  silence,
  hangUpMidReply,
  hangUpMidUtterance,
  angryRepetition,
  telephone,
  reconnectMidReply,
  reconnectMidUtterance,
  silenceAndNudge,
  costCap,
  followUpPronouns,
  topicChange,
  longConversation,
  promptChange,
  toolCall,
  toolBargeIn,
  toolTrouble,
  providerStallStt,
  providerStallLlm,
  providerStallTts,
  providerOutageStt,
  providerOutageLlm,
  providerOutageTts,
  midStreamCutStt,
  midStreamCutLlm,
  midStreamCutTts,
  rateLimit429,
  failoverAndRecovery,
];

export const scenarioNames = (): string[] => LIBRARY.map(({ name }) => name);

export type Loaded =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly error: UserError };

/** `nameOrPath`: a library name, or a path ending in .ts or .json. All that is said in it is recorded. */
export async function loadScenario(nameOrPath: string): Promise<Loaded> {
  const read = await readScenario(nameOrPath);
  if (!read.ok) return read;
  const line = unrecordedLine(read.scenario, readSpeech().clips);
  if (line === undefined) return read;
  const isFile = read.scenario.name !== nameOrPath;
  const record = commandLine('speech', isFile ? [quoted(nameOrPath)] : [], false);
  // The recorder stays in the repository: the package has no place to put recordings.
  const where = isPackage ? ' in a clone of its repository' : '';
  return refuse(
    `no recording of voice ${line.voice} says ${JSON.stringify(line.text)}`,
    `${isFile ? nameOrPath : `scenario ${nameOrPath}`}, caller.acts.${line.act}`,
    `record it${where}: ${record} (wants flite); or let the caller say a recorded line`,
  );
}

/** The same, whether or not there are recordings of it. */
export async function readScenario(nameOrPath: string): Promise<Loaded> {
  const known = LIBRARY.find(({ name }) => name === nameOrPath);
  if (known !== undefined) return { ok: true, scenario: known };
  if (extname(nameOrPath) === '.json') return loadJson(nameOrPath);
  if (MODULE.test(nameOrPath)) return loadModule(nameOrPath);
  const names = scenarioNames();
  const close = nearest(nameOrPath, names);
  return refuse(
    `unknown scenario "${nameOrPath}"`,
    `known scenarios: ${names.join(', ')}`,
    close === undefined
      ? 'give one of these names, or the path of a .ts or .json file'
      : `did you mean "${close}"? Otherwise give one of these names, or the path of a .ts or .json file`,
  );
}

/** Node's words for a module that it took for something older. */
const NOT_A_MODULE = /outside a module|require\(\) of ES Module/;
const MAKE_MODULE =
  'say "type": "module" in the package.json beside it (npm pkg set type=module), or let its name end in .mts';
/** What Node loads as a module. */
const MODULE = /\.m?[jt]s$/;

function loadJson(path: string): Loaded {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return unreadable(path, error);
  }
  const parsed = parseJson(text);
  if (parsed.ok) return checked(path, parsed.data, text);
  return refuse('the scenario file is not JSON', `${path}:${parsed.line}`, `mend it: ${parsed.reason}`);
}

async function loadModule(path: string): Promise<Loaded> {
  let exports: Record<string, unknown>;
  try {
    const text = readFileSync(path, 'utf8');
    if (isMistaken(path, text)) return refuse('the scenario file cannot be loaded', path, MAKE_MODULE);
    exports = (await import(pathToFileURL(resolve(path)).href)) as Record<string, unknown>;
  } catch (error) {
    if (isMissing(error)) return unreadable(path, error);
    const where = error instanceof Error ? (placeIn(error, path) ?? path) : path;
    const todo = NOT_A_MODULE.test(messageOf(error)) ? MAKE_MODULE : `mend it: ${messageOf(error)}`;
    return refuse('the scenario file cannot be loaded', where, todo);
  }
  const candidates = Object.values(exports).filter((value) => typeof value === 'object' && value !== null);
  if (candidates.length !== 1) {
    const what = `the scenario file exports ${candidates.length} scenarios instead of one`;
    return refuse(what, path, "export exactly one: export const mine = conversation('mine', …)");
  }
  return checked(path, candidates[0]);
}

/** Whether Node would take a module for something older: it warns in words of its own before it fails. */
function isMistaken(path: string, text: string): boolean {
  if (!/\.[jt]s$/.test(path) || !/^\s*(import|export)\b/m.test(text)) return false;
  const manifest = findPackageJSON(pathToFileURL(resolve(path)));
  // Where there is none, Node returns the file itself.
  if (manifest === undefined || basename(manifest) !== 'package.json') return false;
  const { type } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly type?: unknown };
  return type === 'commonjs';
}

function checked(path: string, data: unknown, text?: string): Loaded {
  const result = checkScenario(data);
  if (result.ok) return { ok: true, scenario: result.scenario };
  const line = text === undefined ? '' : `:${lineOfPath(text, result.field)}`;
  return refuse('the scenario file is malformed', `${path}${line}, field ${result.field}`, result.reason);
}

const refuse = (what: string, where: string, todo: string): Loaded => ({
  ok: false,
  error: { what, where, todo, exit: 2 },
});

const unreadable = (path: string, error: unknown): Loaded =>
  refuse('the scenario file cannot be read', path, `check the path and its rights (${messageOf(error)})`);

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && ['ENOENT', 'EACCES', 'EISDIR'].includes(String(error.code));

const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? 'unknown reason';

/** Node prints `file:line` as the first line of a syntax error's stack, and in its frames. */
function placeIn(error: Error, path: string): string | undefined {
  const name = resolve(path).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const line = new RegExp(`${name}:(\\d+)`).exec(error.stack ?? '')?.[1];
  return line === undefined ? undefined : `${path}:${line}`;
}
