// Environment → typed settings. Every problem names the variable, what it must be and how to mend
// it; all problems are reported at once. Values of secrets appear in no message.
import type { z } from 'zod';
import type { TransportName } from './call.ts';
import { DEFAULT_PRESENCE } from './core/presence/setting.ts';
import { CALLER_RATE } from './core/session.ts';
import type { CoreSettings, TurnSettings } from './core/setting.ts';
import { POLICIES } from './core/turn/policy.ts';
import type { StageName } from './providers/entry.ts';
import { unitPrices } from './providers/price.ts';
import { countTokens } from './providers/tokens.ts';
import { type DailySettings, dailyProblem, dailySettings } from './setting/daily-table.ts';
import { type Providers, withFallback } from './setting/fallback.ts';
import { type ObserveSettings, observeOf } from './setting/observe-table.ts';
import { policyText, SCORE_ONE } from './setting/policy-text.ts';
import { exposureOf, passwordsIn, type SecuritySettings, securityOf } from './setting/security-table.ts';
import {
  type Choice,
  type ChoiceResult,
  type Env,
  firstOf,
  type Read,
  secondOf,
  vendorsInUse,
} from './setting/stage.ts';
import { VARIABLES } from './setting/table.ts';
import { type Problem, readVariable, type Variable } from './setting/variable.ts';
import { VENDOR_VARIABLES, vendorVariables } from './setting/vendor-table.ts';
import { type WebRtcSettings, webrtcSettings } from './setting/webrtc-table.ts';

export type AgentSettings = {
  readonly core: CoreSettings;
  readonly providers: Providers;
  /** Who takes each stage first, and with which model. */
  readonly vendors: Readonly<Record<StageName, { readonly provider: string; readonly model: string }>>;
  /** Rate of the audio sent to callers, Hz. */
  readonly outputRate: number;
  readonly server: {
    readonly host: string;
    readonly port: number;
    /** Web origins that may call, besides this host's own and localhost. */
    readonly allowedOrigins: ReadonlySet<string>;
    /** For callers who do not say how they connect. */
    readonly transport: TransportName;
  };
  /** Where `transport` is Daily's; nothing is offered there otherwise. */
  readonly daily?: DailySettings;
  readonly webrtc: WebRtcSettings;
  /** Who may call, how much of it, and what is kept of it. */
  readonly security: SecuritySettings;
  readonly logLevel: string;
  /** Who may look, what a day may cost, how it goes down, where traces go. */
  readonly observe: ObserveSettings;
  /** A client may change the system prompt and pin facts. */
  readonly clientMayInstruct: boolean;
  /** Module of tools; '' when there are none. */
  readonly toolsFile: string;
};

export type SettingsResult =
  | { readonly ok: true; readonly settings: AgentSettings }
  | { readonly ok: false; readonly problems: readonly Problem[] };

type Values = { [K in keyof typeof VARIABLES]: z.output<(typeof VARIABLES)[K]['schema']> };

type Presets = Readonly<Record<string, string | undefined>>;

/** Reads all variables of `env`; unset ones take their defaults. */
export function readSettings(env: Env): SettingsResult {
  const problems: Problem[] = [];
  const values: Record<string, unknown> = {};
  const policy = readVariable<keyof typeof POLICIES>(VARIABLES.turnPolicy, env);
  // A policy that is none is a problem of its own below; the rest is then held against the usual one.
  const presets: Presets = policyText(POLICIES[policy.ok ? policy.value : 'parley']);
  for (const [name, variable] of Object.entries<Variable<unknown>>(VARIABLES)) {
    const preset = presets[name];
    const read = readVariable(preset === undefined ? variable : { ...variable, preset }, env);
    if (read.ok) values[name] = read.value;
    else problems.push(read.problem);
  }
  const exposure = exposureOf(values as Partial<Values>);
  if (exposure !== undefined) problems.push(exposure);
  const vendors = new Map<string, unknown>();
  const theirs: Problem[] = [];
  for (const variable of vendorVariables(vendorsInUse(values))) {
    const read = readVariable(variable, env);
    if (read.ok) vendors.set(variable.name, read.value);
    else theirs.push(read.problem);
  }
  if (theirs.length + problems.length > 0) return { ok: false, problems: [...theirs, ...problems] };
  return settingsOf(values as Values, { values, vendors, env });
}

function settingsOf(values: Values, read: Read): SettingsResult {
  const cast = castOf(read);
  if (!cast.ok) return cast;
  const settings = assembled(values, cast);
  const conflict =
    conflictOf(settings.core) ??
    capConflict(values, cast.first) ??
    hedgeConflict(values, cast) ??
    (settings.daily && dailyProblem(settings.daily));
  return conflict === undefined ? { ok: true, settings } : { ok: false, problems: [conflict] };
}

type First = { readonly [S in StageName]: Choice<S> };
type Second = { readonly [S in StageName]?: Choice<S> };
type Cast = { readonly ok: true; readonly first: First; readonly second: Second };

/** Who takes each stage, or all that stands in the way. One variable that is wrong for two is told once. */
function castOf(read: Read): Cast | { readonly ok: false; readonly problems: readonly Problem[] } {
  const problems = new Map<string, Problem>();
  const taken = <S extends StageName>(result: ChoiceResult<S> | undefined): Choice<S> | undefined => {
    if (result?.ok !== false) return result?.choice;
    for (const one of result.problems) if (!problems.has(one.variable)) problems.set(one.variable, one);
    return undefined;
  };
  const [stt, llm, tts] = [
    taken(firstOf('stt', read)),
    taken(firstOf('llm', read)),
    taken(firstOf('tts', read)),
  ];
  const second = {
    stt: taken(secondOf('stt', read)),
    llm: taken(secondOf('llm', read)),
    tts: taken(secondOf('tts', read)),
  };
  if (stt === undefined || llm === undefined || tts === undefined || problems.size > 0) {
    return { ok: false, problems: [...problems.values()] };
  }
  const { stt: ear, llm: mind, tts: voice } = second;
  return {
    ok: true,
    first: { stt, llm, tts },
    second: {
      ...(ear === undefined ? {} : { stt: ear }),
      ...(mind === undefined ? {} : { llm: mind }),
      ...(voice === undefined ? {} : { tts: voice }),
    },
  };
}

/** Values of the secrets that are set in `env`: what must never appear in anything written. */
export function secretsOf(env: Env): readonly string[] {
  const all = [...VENDOR_VARIABLES, ...Object.values<Variable<unknown>>(VARIABLES)];
  const secrets = all.filter((variable) => variable.secret);
  const written = secrets.flatMap(({ name }) => env[name]?.trim() || []);
  return [...written, ...passwordsIn(env['STORE']?.trim() ?? '')];
}

/** Whether a key of any vendor is set. */
export const hasKeys = (env: Env): boolean =>
  VENDOR_VARIABLES.some(({ name, secret }) => secret === true && (env[name] ?? '').trim() !== '');

function conflictOf(core: CoreSettings): Problem | undefined {
  if (core.vad.exitThreshold > core.vad.threshold) {
    return {
      variable: 'VAD_EXIT_THRESHOLD',
      kind: 'wrong',
      expected: `must not be above VAD_THRESHOLD (${core.vad.threshold})`,
      todo: 'lower VAD_EXIT_THRESHOLD or raise VAD_THRESHOLD',
    };
  }
  const tokens = promptTokens(core.context);
  if (2 * tokens <= core.context.windowTokens) return undefined;
  return {
    variable: 'CONTEXT_WINDOW_TOKENS',
    kind: 'wrong',
    expected: `must be at least ${2 * tokens}, twice what SYSTEM_PROMPT takes, to leave room for the call`,
    todo: 'raise CONTEXT_WINDOW_TOKENS or shorten SYSTEM_PROMPT',
  };
}

/** A cap on a sum of which a part is unknown would be none. */
function capConflict(values: Values, first: First): Problem | undefined {
  if (values.costCapUsd === 0 && values.budgetUsdPerDay === 0) return undefined;
  const variable = values.costCapUsd === 0 ? 'BUDGET_USD_PER_DAY' : 'COST_CAP_USD';
  const prices = unitPrices(first);
  const unknown = PRICED.find(({ price }) => price.some((name) => prices[name] === null));
  if (unknown === undefined) return undefined;
  return {
    variable,
    kind: 'wrong',
    expected: `needs known prices, and none is known for the model of ${unknown.variable}`,
    todo: `use a model of agent/providers/prices.json in ${unknown.variable}, or set ${variable} to 0`,
  };
}

const PRICED = [
  { variable: 'STT_MODEL', price: ['sttUsdPerHour'] },
  { variable: 'LLM_MODEL', price: ['llmUsdPerMillionInput', 'llmUsdPerMillionOutput'] },
  { variable: 'TTS_MODEL', price: ['ttsUsdPerThousandCharacters'] },
] as const;

/** Without a cap nobody asks for a price. */
function costOf({ costCapUsd: capUsd }: Values, first: First): CoreSettings['presence']['cost'] {
  if (capUsd === 0) return DEFAULT_PRESENCE.cost;
  const prices = unitPrices(first);
  return {
    capUsd,
    sttUsdPerHour: prices.sttUsdPerHour ?? 0,
    llmUsdPerMillionInput: prices.llmUsdPerMillionInput ?? 0,
    llmUsdPerMillionOutput: prices.llmUsdPerMillionOutput ?? 0,
    ttsUsdPerThousandCharacters: prices.ttsUsdPerThousandCharacters ?? 0,
  };
}

function presenceOf(values: Values, first: First): CoreSettings['presence'] {
  return {
    reconnectWindowMs: values.reconnectWindowS * 1_000,
    nudge: {
      afterMs: values.nudgeAfterMs,
      max: values.nudgeMax,
      line: values.nudgeLine,
      thenEnd: values.nudgeThenEnd,
    },
    cost: costOf(values, first),
    farewell: values.farewell,
  };
}

/** Who asks for a hedge wants one, and it takes two. */
function hedgeConflict({ hedge }: Values, { second }: Cast): Problem | undefined {
  if (hedge !== 'hedge' || Object.keys(second).length > 0) return undefined;
  return {
    variable: 'HEDGE',
    kind: 'wrong',
    expected: 'hedge needs a second provider, and none is configured',
    todo: 'set STT_, LLM_ or TTS_FALLBACK_PROVIDER or _BASE_URL, or leave HEDGE out',
  };
}

/** Counted only where it may matter (a character is at most three tokens): the vocabulary loads slowly. */
function promptTokens({ systemPrompt, windowTokens }: CoreSettings['context']): number {
  return 6 * systemPrompt.length <= windowTokens ? 0 : countTokens(systemPrompt);
}

function assembled(values: Values, { first, second }: Cast): AgentSettings {
  const rates = { callerRate: CALLER_RATE, outputRate: values.audioOutSampleRate };
  const { stt, llm, tts } = first;
  const named = ({ provider, model }: Choice<StageName>) => ({ provider, model });
  return {
    core: coreOf(values, first),
    providers: withFallback(factoriesOf(first), factoriesOf(second), { ...values, ...rates }),
    vendors: { stt: named(stt), llm: named(llm), tts: named(tts) },
    outputRate: values.audioOutSampleRate,
    server: {
      host: values.wsHost,
      port: values.wsPort,
      allowedOrigins: new Set(values.allowedOrigins),
      transport: values.transportType,
    },
    ...(values.transportType === 'daily' ? { daily: dailySettings(values) } : {}),
    webrtc: webrtcSettings(values),
    security: securityOf(values),
    logLevel: values.logLevel,
    observe: observeOf(values),
    clientMayInstruct: values.clientPrompt === 'allow',
    toolsFile: values.toolsFile,
  };
}

function factoriesOf(cast: First): Providers;
function factoriesOf(cast: Second): Partial<Providers>;
function factoriesOf({ stt, llm, tts }: Second): Partial<Providers> {
  return {
    ...(stt === undefined ? {} : { stt: stt.factory }),
    ...(llm === undefined ? {} : { llm: llm.factory }),
    ...(tts === undefined ? {} : { tts: tts.factory }),
  };
}

const coreOf = (values: Values, first: First): CoreSettings => ({
  vad: {
    threshold: values.vadThreshold,
    exitThreshold: values.vadExitThreshold,
    minSpeechMs: values.vadMinSpeechMs,
    minSilenceMs: values.vadMinSilenceMs,
    prePaddingMs: values.vadPrePaddingMs,
  },
  turn: turnOf(values),
  context: { systemPrompt: values.systemPrompt, windowTokens: values.contextWindowTokens },
  playout: { leadMs: values.playoutLeadMs, lead: values.playoutLead },
  voice: { ...POLICIES[values.turnPolicy].voice, first: values.firstText },
  reply: { tokensMax: values.llmMaxTokens, apology: values.apology },
  presence: presenceOf(values, first),
});

/** What the policy says, but for what has a variable of its own. */
function turnOf(values: Values): TurnSettings {
  const { turn } = POLICIES[values.turnPolicy];
  const { speculation, speculationScore, speculationDraftsMax: draftsMax } = values;
  const { bargeIn: answer, bargeInPauseMs: duckMs, bargeInConfirmMs: confirmMs } = values;
  return {
    ...turn,
    endpoint: { demand: values.endpointCurve },
    speculation: {
      ...turn.speculation,
      upTo: speculation,
      score: Math.round(speculationScore * SCORE_ONE),
      draftsMax,
    },
    overlap: { ...turn.overlap, answer, duckMs, confirmMs },
    transcriptTimeoutMs: values.transcriptTimeoutMs,
  };
}
