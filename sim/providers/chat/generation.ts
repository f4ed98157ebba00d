// What the emulated model will say to one request, decided before the first byte: pieces of a few
// tokens, where the limit cuts them, and the usage that is billed. Pure; the words come from the brain.
import { type Brain, think } from '../brain.ts';
import type { Forgets } from '../summary.ts';
import type { ChatRequest } from './chat-request.ts';

export type Piece = { readonly text: string; readonly tokens: number };

export type Generation = {
  readonly reasoning: string;
  readonly reasoningTokens: number;
  readonly pieces: readonly Piece[];
  /** What it wants of its tools, after the text. */
  readonly calls: readonly Call[];
  readonly finish: 'stop' | 'length' | 'tool_calls';
  readonly usage: Usage;
};

export type Call = { readonly name: string; readonly arguments: string; readonly tokens: number };

export type Usage = {
  readonly prompt: number;
  readonly cached: number;
  readonly completion: number;
};

export type CountTokens = (text: string) => number;

/** Tokens per event: the vendor sends bursts of several. */
const PIECE_TOKENS = 4;
/** Tokens around every message and before the answer, as chat templates add them. */
const MESSAGE_TOKENS = 4;
/** Of the description of a tool, roughly. */
const TOOL_TOKENS = 40;
const REASONING = 'The caller wants a short spoken answer.';

export function generate(
  brain: Brain,
  request: ChatRequest,
  counting: {
    count: CountTokens;
    cachedTokens: (request: ChatRequest) => number;
    thinks: boolean;
    forgets: Forgets;
  },
): Generation {
  const { count } = counting;
  const reasoning = counting.thinks && request.reasoning ? REASONING : '';
  const reasoningTokens = reasoning === '' ? 0 : Math.min(count(reasoning), request.maxTokens);
  const thought = think(brain, request.messages, counting.forgets);
  const all = piecesOf(thought.text, count);
  const pieces: Piece[] = [];
  let completion = reasoningTokens;
  for (const piece of all) {
    if (completion + piece.tokens > request.maxTokens) break;
    completion += piece.tokens;
    pieces.push(piece);
  }
  const whole = pieces.length === all.length;
  const calls = whole ? thought.calls.map((call) => ({ ...call, tokens: tokensOfCall(call, count) })) : [];
  for (const call of calls) completion += call.tokens;
  let prompt = 3;
  for (const { content, calls: made = [] } of request.messages) {
    prompt += MESSAGE_TOKENS + count(content);
    for (const call of made) prompt += tokensOfCall(call, count);
  }
  for (const name of request.tools) prompt += TOOL_TOKENS + count(name);
  const cached = Math.min(counting.cachedTokens(request), prompt);
  const finish = calls.length > 0 ? 'tool_calls' : whole ? 'stop' : 'length';
  return { reasoning, reasoningTokens, pieces, calls, finish, usage: { prompt, cached, completion } };
}

const tokensOfCall = (call: { readonly name: string; readonly arguments: string }, count: CountTokens) =>
  MESSAGE_TOKENS + count(call.name) + count(call.arguments);

/** Words with the blanks before them; the first alone, later ones joined to bursts. */
function piecesOf(text: string, count: CountTokens): Piece[] {
  const words = text.match(/\s*\S+/g) ?? [];
  const pieces: Piece[] = [];
  let burst = '';
  let tokens = 0;
  for (const [index, word] of words.entries()) {
    burst += word;
    tokens += Math.max(1, count(word));
    if (tokens < PIECE_TOKENS && index > 0 && index < words.length - 1) continue;
    pieces.push({ text: burst, tokens });
    [burst, tokens] = ['', 0];
  }
  return pieces;
}
