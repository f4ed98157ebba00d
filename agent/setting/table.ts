// Every setting of the agent that the environment can change, with its default. Grouped as in
// `.env.example`, which is made from this table.
import { z } from 'zod';
import { DEFAULT_CORE_SETTINGS } from '../core/setting.ts';
import { address, key, number, oneOf, origins, text, type Variable, whole } from './variable.ts';

const { vad, turn, context, playout, reply } = DEFAULT_CORE_SETTINGS;

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
  vadThreshold: {
    name: 'VAD_THRESHOLD',
    about: 'voice activity score that begins speech',
    schema: number(0.05, 0.99),
    preset: String(vad.threshold),
  },
  vadExitThreshold: {
    name: 'VAD_EXIT_THRESHOLD',
    about: 'score below which speech is silence; not above VAD_THRESHOLD',
    schema: number(0.01, 0.99),
    preset: String(vad.exitThreshold),
  },
  vadMinSpeechMs: {
    name: 'VAD_MIN_SPEECH_MS',
    about: 'speech this long counts, ms',
    schema: whole(32, 2_000),
    preset: String(vad.minSpeechMs),
  },
  vadMinSilenceMs: {
    name: 'VAD_MIN_SILENCE_MS',
    about: 'silence this long ends speech, ms',
    schema: whole(32, 5_000),
    preset: String(vad.minSilenceMs),
  },
  vadPrePaddingMs: {
    name: 'VAD_PRE_PADDING_MS',
    about: 'audio before speech that the recogniser gets as well, ms',
    schema: whole(0, 2_000),
    preset: String(vad.prePaddingMs),
  },
  transcriptTimeoutMs: {
    name: 'TRANSCRIPT_TIMEOUT_MS',
    about: 'longest wait for a final transcript, ms',
    schema: whole(200, 30_000),
    preset: String(turn.transcriptTimeoutMs),
  },
  systemPrompt: {
    name: 'SYSTEM_PROMPT',
    about: 'what the agent is and how it speaks',
    schema: text,
    preset: context.systemPrompt,
  },
  contextWindowTokens: {
    name: 'CONTEXT_WINDOW_TOKENS',
    about: 'tokens of conversation sent to the model',
    schema: whole(200, 120_000),
    preset: String(context.windowTokens),
  },
  playoutLeadMs: {
    name: 'PLAYOUT_LEAD_MS',
    about: 'audio sent ahead of real time, ms',
    schema: whole(20, 1_000),
    preset: String(playout.leadMs),
  },
  apology: {
    name: 'APOLOGY',
    about: 'spoken when no answer can be had',
    schema: text,
    preset: reply.apology,
  },
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
