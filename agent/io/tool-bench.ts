// Runs the tools of one session: the functions of the app, on the host's own time. Each call is answered
// once, unless it is cancelled; what a function throws, or what its promise is rejected with, is an answer.
import type { ToolEvent, ToolRequest } from '../core/tool/spec.ts';
import type { Tool } from '../tool/define.ts';
import { failureOfTool, outcomeOf } from '../tool/outcome.ts';

export class ToolBench {
  readonly #tools: ReadonlyMap<string, Tool>;
  readonly #deliver: (event: ToolEvent) => void;
  readonly #running = new Map<number, AbortController>();

  constructor(tools: readonly Tool[], deliver: (event: ToolEvent) => void) {
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]));
    this.#deliver = deliver;
  }

  request(request: ToolRequest): void {
    if (request.kind === 'cancel') return this.#cancel(request.id);
    const { id, name, input } = request;
    const tool = this.#tools.get(name);
    const control = new AbortController();
    this.#running.set(id, control);
    // Never in the same breath: the session is still giving out its wishes.
    Promise.resolve()
      .then(() => {
        if (tool === undefined) throw new Error(`the host has no tool ${name}`);
        return tool.run(input, { signal: control.signal });
      })
      .then(outcomeOf, failureOfTool)
      .then((outcome) => {
        if (this.#running.delete(id)) this.#deliver({ id, outcome });
      });
  }

  /** The session is over: nobody hears of what is still under way, which may finish all the same. */
  destroy(): void {
    this.#running.clear();
  }

  #cancel(id: number): void {
    const control = this.#running.get(id);
    this.#running.delete(id);
    control?.abort();
  }
}
