// The settings of second providers: who they are, where they are, and when they are asked. A part of the
// table of all variables, in the same form and with the same promises.
import { z } from 'zod';
import type { HedgeMode } from '../core/resilience/policy.ts';
import { vendorsOf } from '../providers/registry.ts';
import { addressOrNone, keyOrNone, oneOf, oneOfOrNone, type Variable, whole } from './variable.ts';

const anyOrEmpty = z.string();

export const FALLBACK_VARIABLES = {
  hedge: {
    name: 'HEDGE',
    about: 'what a second provider is for: off, failover (when the first fails) or hedge (when it is slow)',
    schema: oneOf<'off' | HedgeMode>('off', 'failover', 'hedge'),
    preset: 'failover',
  },
  sttFallbackProvider: {
    name: 'STT_FALLBACK_PROVIDER',
    about: 'vendor of a second recogniser; when empty the first one’s, if it has an address of its own',
    schema: oneOfOrNone(...vendorsOf('stt')),
    preset: '',
  },
  sttFallbackBaseUrl: {
    name: 'STT_FALLBACK_BASE_URL',
    about: 'address of the second recogniser; its vendor’s when empty',
    schema: addressOrNone('wss', 'ws', 'https', 'http'),
    preset: '',
  },
  sttFallbackApiKey: {
    name: 'STT_FALLBACK_API_KEY',
    about: 'its key; when empty its vendor’s, unless it has an address of its own',
    schema: keyOrNone,
    preset: '',
    secret: true,
  },
  sttFallbackModel: {
    name: 'STT_FALLBACK_MODEL',
    about: 'its model; its vendor’s usual one when empty',
    schema: anyOrEmpty,
    preset: '',
  },
  llmFallbackProvider: {
    name: 'LLM_FALLBACK_PROVIDER',
    about: 'vendor of a second model; when empty the first one’s, if it has an address of its own',
    schema: oneOfOrNone(...vendorsOf('llm')),
    preset: '',
  },
  llmFallbackBaseUrl: {
    name: 'LLM_FALLBACK_BASE_URL',
    about: 'address of the second model; its vendor’s when empty',
    schema: addressOrNone('https', 'http'),
    preset: '',
  },
  llmFallbackApiKey: {
    name: 'LLM_FALLBACK_API_KEY',
    about: 'its key; when empty its vendor’s, unless it has an address of its own',
    schema: keyOrNone,
    preset: '',
    secret: true,
  },
  llmFallbackModel: {
    name: 'LLM_FALLBACK_MODEL',
    about: 'its model; its vendor’s usual one when empty',
    schema: anyOrEmpty,
    preset: '',
  },
  ttsFallbackProvider: {
    name: 'TTS_FALLBACK_PROVIDER',
    about: 'vendor of a second voice; when empty the first one’s, if it has an address of its own',
    schema: oneOfOrNone(...vendorsOf('tts')),
    preset: '',
  },
  ttsFallbackBaseUrl: {
    name: 'TTS_FALLBACK_BASE_URL',
    about: 'address of the second voice; its vendor’s when empty',
    schema: addressOrNone('wss', 'ws', 'https', 'http'),
    preset: '',
  },
  ttsFallbackApiKey: {
    name: 'TTS_FALLBACK_API_KEY',
    about: 'its key; when empty its vendor’s, unless it has an address of its own',
    schema: keyOrNone,
    preset: '',
    secret: true,
  },
  ttsFallbackModel: {
    name: 'TTS_FALLBACK_MODEL',
    about: 'its model; its vendor’s usual one when empty',
    schema: anyOrEmpty,
    preset: '',
  },
  ttsFallbackVoiceId: {
    name: 'TTS_FALLBACK_VOICE_ID',
    about: 'the voice that speaks there; best one that sounds the same',
    schema: anyOrEmpty,
    preset: '',
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
} as const satisfies Record<string, Variable<unknown>>;
