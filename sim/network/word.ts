// The words of one direction while they are being read: each is taken once and checked, the first
// fault is kept with the name of its field, and whatever nobody took is unknown. Reading goes on after
// a fault with harmless values, so that the reader needs no way out in the middle.
import { type Quantity, readQuantity, type Unit } from './quantity.ts';
import type { Range } from './range.ts';

export class Words {
  readonly #values: ReadonlyMap<string, string>;
  readonly #label: (key: string) => string;
  readonly #known = new Set<string>();
  #fault: string | undefined;

  /** `label` is what a key is called in complaints. */
  constructor(values: ReadonlyMap<string, string>, label: (key: string) => string) {
    this.#values = values;
    this.#label = label;
  }

  has(key: string): boolean {
    this.#known.add(key);
    return this.#values.has(key);
  }

  /** The text after `key=`, or undefined when the word is not there. */
  text(key: string): string | undefined {
    this.#known.add(key);
    return this.#values.get(key);
  }

  /** The one figure of `key`, or undefined when the word is not there. */
  figure(key: string, unit: Unit, range: Range): number | undefined {
    const text = this.text(key);
    return text === undefined ? undefined : this.quantity(key, text, unit, range);
  }

  /** The parts of `key=a,b,c`, between `min` and `max` of them; `form` shows how it is written. */
  parts(key: string, min: number, max: number, form: string): readonly string[] | undefined {
    const parts = this.text(key)?.split(',');
    if (parts === undefined || (parts.length >= min && parts.length <= max)) return parts;
    this.refuse(key, `write ${form}`);
    return undefined;
  }

  /** One figure of those of `key`; its lower bound when it is wrong. */
  quantity(key: string, text: string | undefined, unit: Unit, range: Range): number {
    const read: Quantity = readQuantity(text ?? '', unit, range);
    if (read.ok) return read.value;
    this.refuse(key, read.reason);
    return range[0];
  }

  refuse(key: string, reason: string): void {
    this.#fault ??= `${this.#label(key)}: ${reason}`;
  }

  /** The first thing wrong, unknown words before all. */
  fault(): string | undefined {
    for (const key of this.#values.keys()) {
      if (this.#known.has(key)) continue;
      return `${this.#label(key)}: is not known; known are ${[...this.#known].join(', ')}`;
    }
    return this.#fault;
  }
}
