// Defects of content: what the recogniser hears, what the model is given, what the voice is told, and how
// often each is asked.
import type { SessionEffect } from '#agent/core/outlet.ts';
import type { SessionInput } from '#agent/core/session.ts';
import type { FaultSpec } from '#sim/providers/fault.ts';
import { withFaults } from '#sim/providers/profile.ts';
import { Quantile } from '#sim/providers/quantile.ts';
import { between, type Mutant } from './mutant.ts';

const faulty = (name: string, about: string, fault: FaultSpec): Mutant => ({
  name,
  about,
  defect: (options) => ({ ...options, profile: withFaults(options.profile, [fault]) }),
});

const misheard: Mutant = {
  name: 'misheard',
  about: '1 % of the words are heard as others',
  defect: (options) => {
    const rate = new Quantile([
      [0, 0.01],
      [1, 0.01],
    ]);
    const quantiles = { ...options.profile.quantiles, 'stt.substitution_rate': rate };
    return { ...options, profile: { ...options.profile, quantiles } };
  },
};

type Message = { readonly role: string; readonly content: string };
type Body = { readonly messages: readonly Message[] };

/** Changes what the model is asked. */
const asked = (name: string, about: string, change: (body: Body) => object): Mutant =>
  between(name, about, () => ({
    effect: (effect) => {
      if (effect.kind !== 'llm' || effect.request.kind !== 'request') return [{ what: effect }];
      if (!effect.request.body.includes('"messages"')) return [{ what: effect }];
      const body = JSON.stringify(change(JSON.parse(effect.request.body) as Body));
      return [{ what: { ...effect, request: { ...effect.request, body } } }];
    },
  }));

/** The oldest question and its answer, once there are later ones. */
function withoutOldest(messages: readonly Message[]): readonly Message[] {
  const [system, ...rest] = messages;
  return system === undefined || rest.length < 3 ? messages : [system, ...rest.slice(2)];
}

const half = (message: Message): Message =>
  message.role === 'system'
    ? { ...message, content: message.content.slice(0, message.content.length / 2) }
    : message;

/** Ids that no real request has. */
const SHADOW = 1_000_000;

const twice = between(
  'asked-twice',
  'every question goes to the model twice, one answer is thrown away',
  () => ({
    effect: (effect) => {
      if (effect.kind !== 'llm' || effect.request.kind !== 'request') return [{ what: effect }];
      const shadow = { ...effect, request: { ...effect.request, id: effect.request.id + SHADOW } };
      return [{ what: effect }, { what: shadow }];
    },
    input: (event) => (event.kind === 'llm' && event.event.id >= SHADOW ? [] : [{ what: event }]),
  }),
);

const abortLost = between('lost-abort', 'the model is never told to stop', () => ({
  effect: (effect) => (effect.kind === 'llm' && effect.request.kind === 'abort' ? [] : [{ what: effect }]),
}));

/** A piece of a sentence waits for the rest of it. */
const wholeSentence = between(
  'whole-sentence',
  'the voice is told nothing before a sentence is complete',
  () => {
    let waiting = '';
    return {
      effect: (effect) => {
        const message = spokenIn(effect);
        if (message === undefined || effect.kind !== 'tts') return [{ what: effect }];
        const send = (data: object): SessionEffect => ({
          ...effect,
          request: { kind: 'send', data: JSON.stringify(data) },
        });
        const { text = '', ...rest } = message;
        const ends = message['close_context'] === true || text.trim() === '';
        if (ends) {
          const left = waiting;
          waiting = '';
          const before = { text: left, context_id: message['context_id'], flush: true };
          return left === '' ? [{ what: effect }] : [{ what: send(before) }, { what: effect }];
        }
        waiting += text;
        if (!/[.!?]["')]?\s*$/.test(waiting)) return [];
        const whole = { ...rest, text: waiting };
        waiting = '';
        return [{ what: send(whole) }];
      },
    };
  },
);

function spokenIn(effect: SessionEffect): (Record<string, unknown> & { readonly text?: string }) | undefined {
  if (effect.kind !== 'tts' || effect.request.kind !== 'send') return undefined;
  const { data } = effect.request;
  return typeof data === 'string' ? (JSON.parse(data) as Record<string, unknown>) : undefined;
}

/** One piece of sound in the middle of every utterance. */
const lostFrame = between(
  'lost-frame',
  'a tenth of a second of every utterance does not reach the recogniser',
  () => {
    let pieces = 0;
    return {
      effect: (effect) => {
        if (effect.kind !== 'stt' || effect.request.kind !== 'send') return [{ what: effect }];
        if (typeof effect.request.data === 'string') pieces = 0;
        else pieces += 1;
        return pieces >= 25 && pieces < 31 ? [] : [{ what: effect }];
      },
    };
  },
);

const LATE_WORD_MS = 400;

const wordsLate = between(
  'words-late',
  'the voice states its words 400 ms later than it speaks them',
  () => ({
    input: (event): readonly { readonly what: SessionInput }[] => {
      if (event.kind !== 'tts' || event.event.kind !== 'message') return [{ what: event }];
      const { data } = event.event;
      if (typeof data !== 'string' || !data.includes('tartTimesMs"')) return [{ what: event }];
      const shifted = data.replaceAll(
        /"(chars?StartTimesMs)":\[([^\]]*)\]/g,
        (_, name: string, list: string) => {
          const times = list.split(',').map((time) => Number(time) + LATE_WORD_MS);
          return `"${name}":[${times.join(',')}]`;
        },
      );
      return [{ what: { ...event, event: { ...event.event, data: shifted } } }];
    },
  }),
);

export const CONTENT: readonly Mutant[] = [
  faulty('retry', '1 % of the questions to the model are refused and asked again', {
    vendor: 'llm',
    kind: 'http_5xx',
    rate: 0.01,
  }),
  faulty('duplicate-final', 'every transcript comes twice', { vendor: 'stt', kind: 'duplicate_final' }),
  misheard,
  lostFrame,
  asked('dropped-turn', 'the model is not given the oldest question and its answer', (body) => ({
    ...body,
    messages: withoutOldest(body.messages),
  })),
  asked('half-prompt', 'the model is given half of the system prompt', (body) => ({
    ...body,
    messages: body.messages.map(half),
  })),
  asked('repeated-turn', 'the model is given the last message twice', (body) => ({
    ...body,
    messages: [...body.messages, ...body.messages.slice(-1)],
  })),
  asked('short-replies', 'the model may say twelve tokens', (body) => ({
    ...body,
    max_completion_tokens: 12,
  })),
  twice,
  abortLost,
  wholeSentence,
  wordsLate,
];
