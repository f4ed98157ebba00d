// Environment → typed settings. Every problem names the variable, what it must be and how to mend
// it; all problems are reported at once. Values of secrets appear in no message.
import type { z } from 'zod';
import { assert } from './core/assert.ts';
import type { LlmFactory, SttFactory, TtsFactory } from './core/provider.ts';
import { type CoreSettings, DEFAULT_CORE_SETTINGS } from './core/setting.ts';
import { type Chosen, llmFactory, sttFactory, ttsFactory } from './providers/registry.ts';
import { countTokens } from './providers/tokens.ts';
import { VARIABLES } from './setting/table.ts';
import { type Problem, readVariable, type Variable } from './setting/variable.ts';

export type AgentSettings = {
  readonly core: CoreSettings;
  readonly providers: {
    readonly stt: SttFactory;
    readonly llm: LlmFactory;
    readonly tts: TtsFactory;
  };
  /** Rate of the audio sent to callers, Hz. */
  readonly outputRate: number;
  readonly server: {
    readonly host: string;
    readonly port: number;
    /** Web origins that may call, besides this host's own and localhost. */
    readonly allowedOrigins: ReadonlySet<string>;
  };
  readonly logLevel: string;
};

export type SettingsResult =
  | { readonly ok: true; readonly settings: AgentSettings }
  | { readonly ok: false; readonly problems: readonly Problem[] };

type Values = { [K in keyof typeof VARIABLES]: z.output<(typeof VARIABLES)[K]['schema']> };

/** Reads all variables of `env`; unset ones take their defaults. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): SettingsResult {
  const problems: Problem[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, variable] of Object.entries(VARIABLES)) {
    const read = readVariable(variable as Variable<unknown>, env);
    if (read.ok) values[name] = read.value;
    else problems.push(read.problem);
  }
  if (problems.length > 0) return { ok: false, problems };
  const settings = assembled(values as Values);
  const conflict = conflictOf(settings.core);
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

/** Counted only where it may matter (a character is at most three tokens): the vocabulary loads slowly. */
function promptTokens({ systemPrompt, windowTokens }: CoreSettings['context']): number {
  return 6 * systemPrompt.length <= windowTokens ? 0 : countTokens(systemPrompt);
}

function assembled(values: Values): AgentSettings {
  const stt = sttFactory({
    provider: 'cartesia',
    apiKey: values.cartesiaApiKey,
    baseUrl: values.cartesiaBaseUrl,
    model: values.sttModel,
    language: values.sttLanguage,
  });
  const llm = llmFactory({
    provider: 'cerebras',
    apiKey: values.cerebrasApiKey,
    baseUrl: values.llmBaseUrl,
    model: values.llmModel,
    temperature: values.llmTemperature,
    topP: values.llmTopP,
    maxTokens: values.llmMaxTokens,
  });
  const tts = ttsFactory({
    provider: 'elevenlabs',
    apiKey: values.elevenLabsApiKey,
    baseUrl: values.elevenLabsBaseUrl,
    voice: values.ttsVoiceId,
    model: values.ttsModel,
    speed: values.ttsSpeed,
    outputRate: values.audioOutSampleRate,
  });
  return {
    core: coreOf(values),
    providers: { stt: chosen(stt), llm: chosen(llm), tts: chosen(tts) },
    outputRate: values.audioOutSampleRate,
    server: { host: values.wsHost, port: values.wsPort, allowedOrigins: new Set(values.allowedOrigins) },
    logLevel: values.logLevel,
  };
}

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
  turn: {
    ...DEFAULT_CORE_SETTINGS.turn,
    transcriptTimeoutMs: values.transcriptTimeoutMs,
  },
  context: { systemPrompt: values.systemPrompt, windowTokens: values.contextWindowTokens },
  playout: { leadMs: values.playoutLeadMs },
  reply: { tokensMax: values.llmMaxTokens, apology: values.apology },
});
