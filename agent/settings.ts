// Environment → typed settings. Every problem names the variable, what it must be and how to mend
// it; all problems are reported at once. Values of secrets appear in no message.
import type { z } from 'zod';
import { assert } from './core/assert.ts';
import { DEFAULT_PRESENCE } from './core/presence/setting.ts';
import type { LlmFactory, SttFactory, TtsFactory } from './core/provider.ts';
import { CALLER_RATE } from './core/session.ts';
import type { CoreSettings, TurnSettings } from './core/setting.ts';
import { POLICIES } from './core/turn/policy.ts';
import { type UnitPrices, unitPrices } from './providers/price.ts';
import { type Chosen, llmFactory, sttFactory, ttsFactory } from './providers/registry.ts';
import { countTokens } from './providers/tokens.ts';
import { type Providers, withFallback } from './setting/fallback.ts';
import { policyText, SCORE_ONE } from './setting/policy-text.ts';
import { VARIABLES } from './setting/table.ts';
import { type Problem, readVariable, type Variable } from './setting/variable.ts';

export type AgentSettings = {
  readonly core: CoreSettings;
  readonly providers: Providers;
  /** Rate of the audio sent to callers, Hz. */
  readonly outputRate: number;
  readonly server: {
    readonly host: string;
    readonly port: number;
    /** Web origins that may call, besides this host's own and localhost. */
    readonly allowedOrigins: ReadonlySet<string>;
  };
  readonly logLevel: string;
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
export function readSettings(env: Readonly<Record<string, string | undefined>>): SettingsResult {
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
  if (problems.length > 0) return { ok: false, problems };
  const settings = assembled(values as Values);
  const conflict =
    conflictOf(settings.core) ?? capConflict(values as Values) ?? hedgeConflict(values as Values);
  return conflict === undefined ? { ok: true, settings } : { ok: false, problems: [conflict] };
}

/** Values of the secrets that are set in `env`: what must never appear in anything written. */
export function secretsOf(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const secrets = Object.values<Variable<unknown>>(VARIABLES).filter((variable) => variable.secret);
  return secrets.flatMap(({ name }) => env[name]?.trim() || []);
}

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
function capConflict(values: Values): Problem | undefined {
  if (values.costCapUsd === 0) return undefined;
  const prices = pricesOf(values);
  const unknown = PRICED.find(({ price }) => price.some((name) => prices[name] === null));
  if (unknown === undefined) return undefined;
  return {
    variable: 'COST_CAP_USD',
    kind: 'wrong',
    expected: `needs known prices, and none is known for the model of ${unknown.variable}`,
    todo: `use a model of agent/providers/prices.json in ${unknown.variable}, or set COST_CAP_USD to 0`,
  };
}

const PRICED = [
  { variable: 'STT_MODEL', price: ['sttUsdPerHour'] },
  { variable: 'LLM_MODEL', price: ['llmUsdPerMillionInput', 'llmUsdPerMillionOutput'] },
  { variable: 'TTS_MODEL', price: ['ttsUsdPerThousandCharacters'] },
] as const;

const pricesOf = (values: Values): UnitPrices =>
  unitPrices({
    stt: { provider: 'cartesia', model: values.sttModel },
    llm: { provider: 'cerebras', model: values.llmModel },
    tts: { provider: 'elevenlabs', model: values.ttsModel },
  });

/** Without a cap nobody asks for a price. */
function costOf(values: Values): CoreSettings['presence']['cost'] {
  const { costCapUsd: capUsd } = values;
  if (capUsd === 0) return DEFAULT_PRESENCE.cost;
  const prices = pricesOf(values);
  return {
    capUsd,
    sttUsdPerHour: prices.sttUsdPerHour ?? 0,
    llmUsdPerMillionInput: prices.llmUsdPerMillionInput ?? 0,
    llmUsdPerMillionOutput: prices.llmUsdPerMillionOutput ?? 0,
    ttsUsdPerThousandCharacters: prices.ttsUsdPerThousandCharacters ?? 0,
  };
}

function presenceOf(values: Values): CoreSettings['presence'] {
  return {
    reconnectWindowMs: values.reconnectWindowS * 1_000,
    nudge: {
      afterMs: values.nudgeAfterMs,
      max: values.nudgeMax,
      line: values.nudgeLine,
      thenEnd: values.nudgeThenEnd,
    },
    cost: costOf(values),
    farewell: values.farewell,
  };
}

/** Who asks for a hedge wants one, and it takes two. */
function hedgeConflict(values: Values): Problem | undefined {
  const { hedge, sttFallbackBaseUrl, llmFallbackBaseUrl, ttsFallbackBaseUrl } = values;
  const seconds = [sttFallbackBaseUrl, llmFallbackBaseUrl, ttsFallbackBaseUrl];
  if (hedge !== 'hedge' || seconds.some((address) => address !== '')) return undefined;
  return {
    variable: 'HEDGE',
    kind: 'wrong',
    expected: 'hedge needs a second provider, and none is configured',
    todo: 'set STT_, LLM_ or TTS_FALLBACK_BASE_URL, or leave HEDGE out',
  };
}

/** Counted only where it may matter (a character is at most three tokens): the vocabulary loads slowly. */
function promptTokens({ systemPrompt, windowTokens }: CoreSettings['context']): number {
  return 6 * systemPrompt.length <= windowTokens ? 0 : countTokens(systemPrompt);
}

function assembled(values: Values): AgentSettings {
  return {
    core: coreOf(values),
    providers: withFallback(firstProviders(values), secondProviders(values), {
      ...values,
      callerRate: CALLER_RATE,
      outputRate: values.audioOutSampleRate,
    }),
    outputRate: values.audioOutSampleRate,
    server: { host: values.wsHost, port: values.wsPort, allowedOrigins: new Set(values.allowedOrigins) },
    logLevel: values.logLevel,
    clientMayInstruct: values.clientPrompt === 'allow',
    toolsFile: values.toolsFile,
  };
}

function firstProviders(values: Values): Providers {
  const { cartesiaApiKey, cartesiaBaseUrl, sttModel } = values;
  const { cerebrasApiKey, llmBaseUrl, llmModel } = values;
  const { elevenLabsApiKey, elevenLabsBaseUrl, ttsModel, ttsVoiceId } = values;
  return {
    stt: sttOf(values, { apiKey: cartesiaApiKey, baseUrl: cartesiaBaseUrl, model: sttModel }),
    llm: llmOf(values, { apiKey: cerebrasApiKey, baseUrl: llmBaseUrl, model: llmModel }),
    tts: ttsOf(values, {
      apiKey: elevenLabsApiKey,
      baseUrl: elevenLabsBaseUrl,
      model: ttsModel,
      voice: ttsVoiceId,
    }),
  };
}

/** Those that have an address. */
function secondProviders(values: Values): Partial<Providers> {
  const stt = { apiKey: values.sttFallbackApiKey, baseUrl: values.sttFallbackBaseUrl };
  const llm = { apiKey: values.llmFallbackApiKey, baseUrl: values.llmFallbackBaseUrl };
  const tts = { apiKey: values.ttsFallbackApiKey, baseUrl: values.ttsFallbackBaseUrl };
  const { sttFallbackModel, llmFallbackModel, ttsFallbackModel: model, ttsFallbackVoiceId: voice } = values;
  return {
    ...(stt.baseUrl === '' ? {} : { stt: sttOf(values, { ...stt, model: sttFallbackModel }) }),
    ...(llm.baseUrl === '' ? {} : { llm: llmOf(values, { ...llm, model: llmFallbackModel }) }),
    ...(tts.baseUrl === '' ? {} : { tts: ttsOf(values, { ...tts, model, voice }) }),
  };
}

/** Which of a stage's providers is meant; all else is the same for both. */
type Address = { readonly apiKey: string; readonly baseUrl: string; readonly model: string };

const sttOf = (values: Values, address: Address): SttFactory =>
  chosen(sttFactory({ provider: 'cartesia', ...address, language: values.sttLanguage }));

const llmOf = (values: Values, address: Address): LlmFactory =>
  chosen(
    llmFactory({
      provider: 'cerebras',
      ...address,
      temperature: values.llmTemperature,
      topP: values.llmTopP,
      maxTokens: values.llmMaxTokens,
    }),
  );

const ttsOf = (values: Values, address: Address & { readonly voice: string }): TtsFactory =>
  chosen(
    ttsFactory({
      provider: 'elevenlabs',
      ...address,
      speed: values.ttsSpeed,
      outputRate: values.audioOutSampleRate,
    }),
  );

/** The table's schemas are at least as strict as the providers' own. */
function chosen<Factory>(choice: Chosen<Factory>): Factory {
  assert(choice.ok, choice.ok ? '' : choice.message);
  return choice.factory;
}

const coreOf = (values: Values): CoreSettings => ({
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
  presence: presenceOf(values),
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
