// What the emulated model will say to one request, decided before the first byte: pieces of a few
// tokens, where the limit cuts them, and the usage that is billed. Pure; the words come from the brain.
import { answer, type Brain } from '../brain.ts';
import type { ChatRequest } from './chat-request.ts';

export type Piece = { readonly text: string; readonly tokens: number };

export type Generation = {
  readonly reasoning: string;
  readonly reasoningTokens: number;
  readonly pieces: readonly Piece[];
  readonly finish: 'stop' | 'length';
  readonly usage: Usage;
};

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
const REASONING = 'The caller wants a short spoken answer.';

export function generate(
  brain: Brain,
  request: ChatRequest,
  counting: { count: CountTokens; cachedTokens: (request: ChatRequest) => number; thinks: boolean },
): Generation {
  const { count } = counting;
  const reasoning = counting.thinks && request.reasoning ? REASONING : '';
  const reasoningTokens = reasoning === '' ? 0 : Math.min(count(reasoning), request.maxTokens);
  const all = piecesOf(answer(brain, request.messages), count);
  const pieces: Piece[] = [];
  let completion = reasoningTokens;
  for (const piece of all) {
    if (completion + piece.tokens > request.maxTokens) break;
    completion += piece.tokens;
    pieces.push(piece);
  }
  let prompt = 3;
  for (const message of request.messages) prompt += MESSAGE_TOKENS + count(message.content);
  const cached = Math.min(counting.cachedTokens(request), prompt);
  const finish = pieces.length === all.length ? 'stop' : 'length';
  return { reasoning, reasoningTokens, pieces, finish, usage: { prompt, cached, completion } };
}

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
