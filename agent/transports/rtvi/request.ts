// What the app on the client's side may ask of a conversation, as `client-message` with an id: its history,
// and, where the settings allow it, another system prompt or a fact to keep. Answers are values; a request
// that is not understood is refused with a sentence that says what was expected.
import { z } from 'zod';
import type { ClientEvent, Said } from '../../core/client.ts';
import { LIMITS } from '../../core/limit.ts';
import type { RequestHandler } from './session.ts';

export type ConversationPort = {
  history(): readonly Said[];
  event(event: ClientEvent): void;
};

/** `t` of the requests. `get-history` answers `{ messages: [{ role, text }] }`, each as said or as heard. */
export const GET_HISTORY = 'get-history';
export const SET_PROMPT = 'set-prompt';
export const PIN_FACT = 'pin-fact';

/** `mayInstruct`: whether this client may change what the agent is told to be. */
export function conversationRequests(
  port: ConversationPort,
  mayInstruct: boolean,
): ReadonlyMap<string, RequestHandler> {
  const history: RequestHandler = (data) => {
    const asked = HISTORY.safeParse(data ?? {});
    if (!asked.success) return { ok: false, reason: `${GET_HISTORY} wants { last?: a whole number from 1 }` };
    const messages = port.history().slice(-(asked.data.last ?? LIMITS.historyMessagesMax));
    return { ok: true, data: { messages } };
  };
  const instruct = (t: string, field: 'prompt' | 'text', kind: 'prompt' | 'pin'): RequestHandler => {
    const shape = z.object({ [field]: z.string().trim().min(1).max(LIMITS.clientTextCharsMax) });
    return (data) => {
      if (!mayInstruct) return { ok: false, reason: `${t} is not allowed: CLIENT_PROMPT is refuse` };
      const text = shape.safeParse(data).data?.[field];
      if (text === undefined) return { ok: false, reason: `${t} wants { ${field}: some text }` };
      port.event({ kind, text });
      return { ok: true };
    };
  };
  return new Map([
    [GET_HISTORY, history],
    [SET_PROMPT, instruct(SET_PROMPT, 'prompt', 'prompt')],
    [PIN_FACT, instruct(PIN_FACT, 'text', 'pin')],
  ]);
}

const HISTORY = z.object({ last: z.int().min(1).optional() });
