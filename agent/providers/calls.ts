// The calls of tools in one streamed answer, put together from their pieces: the name comes with the first
// piece of an index, the arguments in any number of pieces after it. Bounded; what goes beyond is no call.
import { LIMITS } from '../core/limit.ts';
import type { ToolCall } from '../core/provider.ts';

/** A piece of a call of a tool: pieces of one `index` belong together, in order. */
export type CallPiece = {
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
};

type Growing = { id: string; name: string; arguments: string };

export class CallCollector {
  readonly #calls = new Map<number, Growing>();

  /** False when a bound is broken. */
  add(pieces: readonly CallPiece[]): boolean {
    for (const piece of pieces) {
      const call = this.#calls.get(piece.index) ?? { id: '', name: '', arguments: '' };
      this.#calls.set(piece.index, call);
      // Some servers repeat id and name with every piece, others send them once.
      if (call.id === '') call.id = piece.id;
      if (call.name === '') call.name = piece.name;
      call.arguments += piece.arguments;
      if (call.arguments.length > LIMITS.toolArgumentsCharsMax) return false;
    }
    return this.#calls.size <= 4 * LIMITS.toolCallsMax;
  }

  /** All of them, in the order of their indices. */
  all(): readonly ToolCall[] {
    return [...this.#calls].sort(([one], [other]) => one - other).map(([, call]) => ({ ...call }));
  }
}
