// The spans of a call as data: conversation → turn → stage, opened and closed by facts, under the names of
// OpenTelemetry's conventions for generative AI (version 1.41, status: development). What has no name there
// is under `parley.`. No word of what was said is an attribute unless it was asked for. Every span that is
// opened is closed, at the latest with the call.
import type { Micros } from '../core/time.ts';
import type { Service } from './usage.ts';

export type SpanValue = string | number | boolean | readonly string[];
export type SpanAttributes = Readonly<Record<string, SpanValue>>;

export type SpanStep =
  | {
      readonly kind: 'open';
      /** Unique among the call's open spans. */
      readonly key: string;
      /** Key of an open span; null for the conversation. */
      readonly parent: string | null;
      readonly name: string;
      /** A request to somebody else, or work of our own. */
      readonly by: 'client' | 'internal';
      readonly atUs: Micros;
      readonly attributes: SpanAttributes;
    }
  | {
      readonly kind: 'close';
      readonly key: string;
      readonly atUs: Micros;
      readonly attributes: SpanAttributes;
      /** Why it failed, one word; null when it did not. */
      readonly error: string | null;
    };

/** Who takes each stage, first. */
export type Models = Readonly<Record<Service, { readonly provider: string; readonly model: string }>>;

export type CallAbout = {
  /** Name of the call for operators; not the id with which its client may come back. */
  readonly id: string;
  readonly transport: string;
  readonly models: Models;
};

/** A stage's work for one turn or reply. */
export const OPERATIONS: Readonly<Record<Service, string>> = {
  stt: 'transcribe',
  llm: 'chat',
  tts: 'synthesize_speech',
};

export function conversationAttributes({ id, transport }: CallAbout): SpanAttributes {
  return {
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.agent.name': 'parley',
    'gen_ai.conversation.id': id,
    'parley.transport': transport,
  };
}

export function serviceAttributes({ id, models }: CallAbout, service: Service): SpanAttributes {
  const { provider, model } = models[service];
  return {
    'gen_ai.operation.name': OPERATIONS[service],
    'gen_ai.provider.name': provider,
    'gen_ai.request.model': model,
    'gen_ai.conversation.id': id,
    'gen_ai.output.type': service === 'tts' ? 'speech' : 'text',
  };
}
