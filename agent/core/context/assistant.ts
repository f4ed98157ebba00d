// The assistant aggregator: the only way a reply enters the conversation is as the text that the
// caller heard. A reply nobody heard was never said.
import type { Frame } from '../frame.ts';
import type { Outlet } from '../outlet.ts';
import type { Direction, Link, Processor } from '../pipeline.ts';
import type { Micros } from '../time.ts';
import type { Conversation } from './conversation.ts';

export class AssistantContext implements Processor {
  readonly name = 'context.assistant';
  readonly #conversation: Conversation;
  readonly #outlet: Outlet;
  #link: Link | undefined;

  constructor(conversation: Conversation, outlet: Outlet) {
    this.#conversation = conversation;
    this.#outlet = outlet;
  }

  attach(link: Link): void {
    this.#link = link;
  }

  process(now: Micros, frame: Frame, direction: Direction): void {
    if (frame.kind === 'Heard' && frame.instead !== undefined) {
      const { reply, text } = frame;
      if (this.#conversation.amend(frame.instead, text)) {
        this.#outlet.note(now, { what: 'context.amended', reply, text });
      }
    } else if (frame.kind === 'Heard' && frame.text !== '') {
      const role = 'assistant';
      const { merged, trimmed: chars } = this.#conversation.append(role, frame.text);
      this.#outlet.note(now, { what: 'context', role, text: frame.text, merged });
      if (chars > 0) this.#outlet.note(now, { what: 'context.trimmed', role, where: 'conversation', chars });
    }
    this.#link?.pass(now, frame, direction);
  }
}
