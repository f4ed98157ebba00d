// Every setting of the agent that the environment can change, with its default, but for what is the
// vendors' own. Grouped as in `.env.example`, which is made from this table and theirs.
import { z } from 'zod';
import { DEFAULT_CORE_SETTINGS } from '../core/setting.ts';
import { POLICIES, POLICY_NAMES } from '../core/turn/policy.ts';
import type { StageName } from '../providers/entry.ts';
import { DEFAULT_VENDORS, entryOf, vendorsOf } from '../providers/registry.ts';
import { DAILY_VARIABLES } from './daily-table.ts';
import { FALLBACK_VARIABLES } from './fallback-table.ts';
import { OBSERVE_VARIABLES } from './observe-table.ts';
import { policyText } from './policy-text.ts';
import { PRESENCE_VARIABLES } from './presence-table.ts';
import { SECURITY_VARIABLES } from './security-table.ts';
import { addressOrNone, curve, number, oneOf, origins, text, type Variable, whole } from './variable.ts';
import { WEBRTC_VARIABLES } from './webrtc-table.ts';

const { context, reply } = DEFAULT_CORE_SETTINGS;
/** Defaults unless TURN_POLICY names another way of taking turns. */
const usual = policyText(POLICIES.parley);
/** Longer than any speech or silence of a call. */
const HOUR_MS = 3_600_000;

const anyOrEmpty = z.string();

const named = (stage: StageName): string => vendorsOf(stage).join(', ');

/** What each vendor takes when nothing is said. */
const presets = (stage: StageName, setting: 'model' | 'voice'): string =>
  vendorsOf(stage)
    .flatMap((vendor) => {
      const preset = entryOf(stage, vendor)?.preset[setting];
      return preset === undefined ? [] : `${preset} (${vendor})`;
    })
    .join(', ');

export const VARIABLES = {
  sttProvider: {
    name: 'STT_PROVIDER',
    about: `who hears: ${named('stt')}`,
    schema: oneOf(...vendorsOf('stt')),
    preset: DEFAULT_VENDORS.stt,
  },
  llmProvider: {
    name: 'LLM_PROVIDER',
    about: `who thinks: ${named('llm')}`,
    schema: oneOf(...vendorsOf('llm')),
    preset: DEFAULT_VENDORS.llm,
  },
  ttsProvider: {
    name: 'TTS_PROVIDER',
    about: `who speaks: ${named('tts')}`,
    schema: oneOf(...vendorsOf('tts')),
    preset: DEFAULT_VENDORS.tts,
  },
  sttModel: {
    name: 'STT_MODEL',
    about: `model of the recogniser; when empty ${presets('stt', 'model')}`,
    schema: anyOrEmpty,
    preset: '',
  },
  sttLanguage: {
    name: 'STT_LANGUAGE',
    about: 'language spoken by the caller, ISO 639-1',
    schema: text,
    preset: 'en',
  },
  sttBaseUrl: {
    name: 'STT_BASE_URL',
    about: 'address of the recogniser in place of its vendor’s',
    schema: addressOrNone('wss', 'ws', 'https', 'http'),
    preset: '',
  },
  llmModel: {
    name: 'LLM_MODEL',
    about: `model that answers; when empty ${presets('llm', 'model')}`,
    schema: anyOrEmpty,
    preset: '',
  },
  llmBaseUrl: {
    name: 'LLM_BASE_URL',
    about: 'address of the model in place of its vendor’s: any server that speaks as the vendor does',
    schema: addressOrNone('https', 'http'),
    preset: '',
  },
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
  ttsModel: {
    name: 'TTS_MODEL',
    about: `model of the voice; when empty ${presets('tts', 'model')}`,
    schema: anyOrEmpty,
    preset: '',
  },
  ttsVoiceId: {
    name: 'TTS_VOICE_ID',
    about: `voice that speaks; when empty ${presets('tts', 'voice')}`,
    schema: anyOrEmpty,
    preset: '',
  },
  ttsLanguage: {
    name: 'TTS_LANGUAGE',
    about: 'language of the voice, ISO 639-1; when empty the model’s own',
    schema: anyOrEmpty,
    preset: '',
  },
  ttsSpeed: {
    name: 'TTS_SPEED',
    about: 'pace of the voice, where its vendor has one',
    schema: number(0.7, 1.2),
    preset: '1',
  },
  ttsBaseUrl: {
    name: 'TTS_BASE_URL',
    about: 'address of the voice in place of its vendor’s',
    schema: addressOrNone('wss', 'ws', 'https', 'http'),
    preset: '',
  },
  ...FALLBACK_VARIABLES,
  transportType: {
    name: 'TRANSPORT_TYPE',
    about: 'how callers connect who do not say: websocket, webrtc or daily (its group is below)',
    schema: oneOf('websocket', 'webrtc', 'daily'),
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
  ...SECURITY_VARIABLES,
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
  ...OBSERVE_VARIABLES,
  ...WEBRTC_VARIABLES,
  ...DAILY_VARIABLES,
} as const satisfies Record<string, Variable<unknown>>;
