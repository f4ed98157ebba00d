// Messages on their way: where each ends in the byte stream and whom to tell when its last byte has
// arrived in order. First in, first out; nothing is told twice.

type Message = { end: number; deliver: (argument: never) => void; argument: unknown };

export class Outbox {
  #messages: Message[] = [];
  #head = 0;

  get length(): number {
    return this.#messages.length - this.#head;
  }

  push<A>(end: number, deliver: (argument: A) => void, argument: A): void {
    this.#messages.push({ end, deliver, argument });
  }

  /** Delivers every message that ends at or before `next`. */
  deliverUpTo(next: number): void {
    for (;;) {
      const message = this.#messages[this.#head];
      if (message === undefined || message.end > next) return;
      this.#head += 1;
      this.#compact();
      message.deliver(message.argument as never);
    }
  }

  #compact(): void {
    if (this.#head < 64 || this.#head * 2 < this.#messages.length) return;
    this.#messages = this.#messages.slice(this.#head);
    this.#head = 0;
  }
}
