// Every setting of the agent that the environment can change, with its default. Grouped as in
// `.env.example`, which is made from this table.
import { z } from 'zod';
import type { HedgeMode } from '../core/resilience/policy.ts';
import { DEFAULT_CORE_SETTINGS } from '../core/setting.ts';
import { POLICIES, POLICY_NAMES } from '../core/turn/policy.ts';
import { policyText } from './policy-text.ts';
import { PRESENCE_VARIABLES } from './presence-table.ts';
import {
  address,
  addressOrNone,
  curve,
  key,
  keyOrNone,
  number,
  oneOf,
  origins,
  text,
  type Variable,
  whole,
} from './variable.ts';

const { context, reply } = DEFAULT_CORE_SETTINGS;
/** Defaults unless TURN_POLICY names another way of taking turns. */
const usual = policyText(POLICIES.parley);
/** Longer than any speech or silence of a call. */
const HOUR_MS = 3_600_000;

const anyOrEmpty = z.string();

export const VARIABLES = {
  cartesiaApiKey: {
    name: 'CARTESIA_API_KEY',
    about: 'key of the speech recogniser, Cartesia',
    schema: key,
    source: 'https://play.cartesia.ai/keys',
    secret: true,
  },
  cartesiaBaseUrl: {
    name: 'CARTESIA_BASE_URL',
    about: 'address of the recogniser',
    schema: address('wss', 'ws'),
    preset: 'wss://api.cartesia.ai',
  },
  sttModel: { name: 'STT_MODEL', about: 'model of the recogniser', schema: text, preset: 'ink-whisper' },
  sttLanguage: {
    name: 'STT_LANGUAGE',
    about: 'language spoken by the caller, ISO 639-1',
    schema: z.string().regex(/^[a-z]{2}$/, 'must be two lower-case letters such as en'),
    preset: 'en',
  },
  cerebrasApiKey: {
    name: 'CEREBRAS_API_KEY',
    about: 'key of the language model, Cerebras or another OpenAI-compatible service',
    schema: key,
    source: 'https://cloud.cerebras.ai',
    secret: true,
  },
  llmBaseUrl: {
    name: 'LLM_BASE_URL',
    about: 'address of an OpenAI-compatible chat completions API',
    schema: address('https', 'http'),
    preset: 'https://api.cerebras.ai/v1',
  },
  llmModel: { name: 'LLM_MODEL', about: 'model that answers', schema: text, preset: 'gpt-oss-120b' },
  llmTemperature: {
    name: 'LLM_TEMPERATURE',
    about: 'randomness of the answers, 0 to 2',
    schema: number(0, 2),
    preset: '0.7',
  },
  llmTopP: { name: 'LLM_TOP_P', about: 'nucleus sampling', schema: number(0.01, 1), preset: '0.9' },
  llmMaxTokens: {
    name: 'LLM_MAX_TOKENS',
    about: 'longest spoken answer in tokens',
    schema: whole(1, 4_096),
    preset: String(reply.tokensMax),
  },
  elevenLabsApiKey: {
    name: 'ELEVENLABS_API_KEY',
    about: 'key of the voice, ElevenLabs',
    schema: key,
    source: 'https://elevenlabs.io/app/settings/api-keys',
    secret: true,
  },
  elevenLabsBaseUrl: {
    name: 'ELEVENLABS_BASE_URL',
    about: 'address of the voice service',
    schema: address('wss', 'ws'),
    preset: 'wss://api.elevenlabs.io',
  },
  ttsModel: { name: 'TTS_MODEL', about: 'model of the voice', schema: text, preset: 'eleven_flash_v2_5' },
  ttsVoiceId: {
    name: 'TTS_VOICE_ID',
    about: 'voice that speaks',
    schema: text,
    preset: '21m00Tcm4TlvDq8ikWAM',
  },
  ttsSpeed: { name: 'TTS_SPEED', about: 'pace of the voice', schema: number(0.7, 1.2), preset: '1' },
  hedge: {
    name: 'HEDGE',
    about: 'what a second provider is for: off, failover (when the first fails) or hedge (when it is slow)',
    schema: oneOf<'off' | HedgeMode>('off', 'failover', 'hedge'),
    preset: 'failover',
  },
  sttFallbackBaseUrl: {
    name: 'STT_FALLBACK_BASE_URL',
    about: 'address of a second recogniser of the same protocol; none when empty',
    schema: addressOrNone('wss', 'ws'),
    preset: '',
  },
  sttFallbackApiKey: {
    name: 'STT_FALLBACK_API_KEY',
    about: 'its key',
    schema: keyOrNone,
    preset: '',
    secret: true,
  },
  sttFallbackModel: { name: 'STT_FALLBACK_MODEL', about: 'its model', schema: text, preset: 'ink-whisper' },
  llmFallbackBaseUrl: {
    name: 'LLM_FALLBACK_BASE_URL',
    about: 'address of a second OpenAI-compatible chat completions API; none when empty',
    schema: addressOrNone('https', 'http'),
    preset: '',
  },
  llmFallbackApiKey: {
    name: 'LLM_FALLBACK_API_KEY',
    about: 'its key',
    schema: keyOrNone,
    preset: '',
    secret: true,
  },
  llmFallbackModel: { name: 'LLM_FALLBACK_MODEL', about: 'its model', schema: text, preset: 'gpt-oss-120b' },
  ttsFallbackBaseUrl: {
    name: 'TTS_FALLBACK_BASE_URL',
    about: 'address of a second voice of the same protocol; none when empty',
    schema: addressOrNone('wss', 'ws'),
    preset: '',
  },
  ttsFallbackApiKey: {
    name: 'TTS_FALLBACK_API_KEY',
    about: 'its key',
    schema: keyOrNone,
    preset: '',
    secret: true,
  },
  ttsFallbackModel: {
    name: 'TTS_FALLBACK_MODEL',
    about: 'its model',
    schema: text,
    preset: 'eleven_flash_v2_5',
  },
  ttsFallbackVoiceId: {
    name: 'TTS_FALLBACK_VOICE_ID',
    about: 'the voice that speaks there; best the same one',
    schema: text,
    preset: '21m00Tcm4TlvDq8ikWAM',
  },
  sttHedge: {
    name: 'STT_HEDGE',
    about: 'a second recogniser hears kept audio when it is needed (replay), or everything (warm)',
    schema: oneOf('replay', 'warm'),
    preset: 'replay',
  },
  sttDeadlineMs: {
    name: 'STT_DEADLINE_MS',
    about: 'hedge: longest wait for a final transcript before the second recogniser is asked, ms',
    schema: whole(20, 10_000),
    preset: '150',
  },
  llmDeadlineMs: {
    name: 'LLM_DEADLINE_MS',
    about: 'hedge: longest wait for a first word of the model before the next attempt, ms',
    schema: whole(20, 10_000),
    preset: '200',
  },
  ttsDeadlineMs: {
    name: 'TTS_DEADLINE_MS',
    about: 'hedge: longest wait for a first sound of the voice before the next attempt, ms',
    schema: whole(20, 10_000),
    preset: '200',
  },
  failoverMs: {
    name: 'FAILOVER_MS',
    about: 'failover: silence of any provider after which the second is asked, ms',
    schema: whole(100, 10_000),
    preset: '1500',
  },
  hedgeAttempts: {
    name: 'HEDGE_ATTEMPTS',
    about: 'hedge: attempts of one answer at most; beyond two they go to the same providers again',
    schema: whole(2, 4),
    preset: '4',
  },
  transportType: {
    name: 'TRANSPORT_TYPE',
    about: 'how callers connect; this version has websocket only',
    schema: z
      .string()
      .transform((value) => value.toLowerCase())
      .pipe(
        z.literal('websocket', 'must be websocket, the only transport of this version (daily is not in it)'),
      ),
    preset: 'websocket',
  },
  wsHost: {
    name: 'WS_HOST',
    about: 'address to listen on; localhost keeps the agent on this machine',
    schema: text,
    preset: 'localhost',
  },
  wsPort: { name: 'WS_PORT', about: 'port to listen on', schema: whole(0, 65_535), preset: '8765' },
  allowedOrigins: {
    name: 'ALLOWED_ORIGINS',
    about: 'web pages that may call, besides those of this host and of localhost: origins, between commas',
    schema: origins,
    preset: '',
  },
  audioOutSampleRate: {
    name: 'AUDIO_OUT_SAMPLE_RATE',
    about: 'rate of the audio sent to callers, Hz; the stock web client plays 24000',
    schema: oneOf('8000', '16000', '22050', '24000', '44100').transform(
      (value) => Number(value) as 8_000 | 16_000 | 22_050 | 24_000 | 44_100,
    ),
    preset: '24000',
  },
  turnPolicy: {
    name: 'TURN_POLICY',
    about: `whose way of taking turns, and so the defaults of this group: ${POLICY_NAMES.join(', ')}`,
    schema: oneOf(...POLICY_NAMES),
    preset: 'parley',
  },
  vadThreshold: {
    name: 'VAD_THRESHOLD',
    about: 'voice activity score that begins speech',
    schema: number(0.05, 0.99),
    preset: usual.vadThreshold,
  },
  vadExitThreshold: {
    name: 'VAD_EXIT_THRESHOLD',
    about: 'score below which speech is silence; not above VAD_THRESHOLD',
    schema: number(0.01, 0.99),
    preset: usual.vadExitThreshold,
  },
  vadMinSpeechMs: {
    name: 'VAD_MIN_SPEECH_MS',
    about: 'speech this long counts, ms',
    schema: whole(32, 2_000),
    preset: usual.vadMinSpeechMs,
  },
  vadMinSilenceMs: {
    name: 'VAD_MIN_SILENCE_MS',
    about: 'silence this long ends speech, ms',
    schema: whole(32, 5_000),
    preset: usual.vadMinSilenceMs,
  },
  vadPrePaddingMs: {
    name: 'VAD_PRE_PADDING_MS',
    about: 'audio before speech that the recogniser gets as well, ms',
    schema: whole(0, 2_000),
    preset: usual.vadPrePaddingMs,
  },
  endpointCurve: {
    name: 'ENDPOINT_CURVE',
    about:
      'when a pause ends a turn: silence in ms : sureness demanded of 1, silence rising, sureness falling',
    schema: curve,
    preset: usual.endpointCurve,
  },
  speculation: {
    name: 'SPECULATION',
    about: 'what of an answer is begun before the turn is over: none, text or voice',
    schema: oneOf('none', 'text', 'voice'),
    preset: usual.speculation,
  },
  speculationScore: {
    name: 'SPECULATION_SCORE',
    about: 'sureness from which a pause is worth beginning one, 0 to 1',
    schema: number(0, 1),
    preset: usual.speculationScore,
  },
  speculationDraftsMax: {
    name: 'SPECULATION_DRAFTS_MAX',
    about: 'answers begun in one turn',
    schema: whole(0, 20),
    preset: usual.speculationDraftsMax,
  },
  bargeIn: {
    name: 'BARGE_IN',
    about: 'a caller heard over the agent: stop it, or judge (it pauses until it is clear why)',
    schema: oneOf('stop', 'judge'),
    preset: usual.bargeIn,
  },
  bargeInPauseMs: {
    name: 'BARGE_IN_PAUSE_MS',
    about: 'speech this long makes the agent pause, ms; 0 as soon as it is noticed',
    schema: whole(0, 10_000),
    preset: usual.bargeInPauseMs,
  },
  bargeInConfirmMs: {
    name: 'BARGE_IN_CONFIRM_MS',
    about: 'speech this long is an interruption whatever the words, ms',
    schema: whole(0, HOUR_MS),
    preset: usual.bargeInConfirmMs,
  },
  transcriptTimeoutMs: {
    name: 'TRANSCRIPT_TIMEOUT_MS',
    about: 'longest wait for a final transcript, ms',
    schema: whole(200, 30_000),
    preset: usual.transcriptTimeoutMs,
  },
  firstText: {
    name: 'FIRST_TEXT',
    about: 'what of an answer goes to the voice first: a clause or a sentence',
    schema: oneOf('clause', 'sentence'),
    preset: usual.firstText,
  },
  playoutLead: {
    name: 'PLAYOUT_LEAD',
    about: 'audio sent ahead of real time: adaptive (follows the network where it is known) or fixed',
    schema: oneOf('adaptive', 'fixed'),
    preset: usual.playoutLead,
  },
  playoutLeadMs: {
    name: 'PLAYOUT_LEAD_MS',
    about: 'how much of it, ms',
    schema: whole(20, 1_000),
    preset: usual.playoutLeadMs,
  },
  systemPrompt: {
    name: 'SYSTEM_PROMPT',
    about: 'what the agent is and how it speaks',
    schema: text,
    preset: context.systemPrompt,
  },
  clientPrompt: {
    name: 'CLIENT_PROMPT',
    about: 'whether a client may change the system prompt and pin facts: allow or refuse',
    schema: oneOf('allow', 'refuse'),
    preset: 'refuse',
  },
  toolsFile: {
    name: 'TOOLS_FILE',
    about: 'module whose exports made by defineTool are what the model may call; none when empty',
    schema: anyOrEmpty,
    preset: '',
  },
  contextWindowTokens: {
    name: 'CONTEXT_WINDOW_TOKENS',
    about: 'tokens of conversation sent to the model',
    schema: whole(200, 120_000),
    preset: String(context.windowTokens),
  },
  apology: {
    name: 'APOLOGY',
    about: 'spoken when no answer can be had',
    schema: text,
    preset: reply.apology,
  },
  ...PRESENCE_VARIABLES,
  logLevel: {
    name: 'LOG_LEVEL',
    about: 'how much is logged',
    schema: oneOf('trace', 'debug', 'info', 'warn', 'error', 'silent'),
    preset: 'info',
  },
  dailyApiKey: {
    name: 'DAILY_API_KEY',
    about: 'key of Daily; only for TRANSPORT_TYPE=daily, which this version does not have',
    schema: anyOrEmpty,
    preset: '',
    secret: true,
  },
  dailyRoomUrl: {
    name: 'DAILY_ROOM_URL',
    about: 'room of Daily; as above',
    schema: anyOrEmpty,
    preset: '',
  },
  dailyToken: {
    name: 'DAILY_TOKEN',
    about: 'meeting token of Daily; as above',
    schema: anyOrEmpty,
    preset: '',
    secret: true,
  },
} as const satisfies Record<string, Variable<unknown>>;
