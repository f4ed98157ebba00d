// Decides, for one emulated vendor, which faults strike: at the door (a connection or a request asks
// to be let in) and in an answer. It counts firings, draws rates by key, and states every firing as a
// fact at the moment it takes effect. What a fault looks like on the wire is the emulator's business.
import { type Micros, ms } from '#agent/core/time.ts';
import type { VendorStage } from '#sim/kernel/fact.ts';
import type { Fault, FaultKind } from './fault.ts';
import type { VendorWorld } from './vendor.ts';

/** The door stays shut. `refused`: no connection; otherwise an HTTP status and what goes with it. */
export type Denial =
  | { readonly kind: 'refused' }
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterS: number | undefined };

/** What goes wrong in one answer. Infinity means for ever. */
export type AnswerPlan = {
  readonly denial: Denial | undefined;
  readonly stallBeforeUs: Micros;
  readonly stallMidUs: Micros;
  readonly broken: 'cut' | 'malformed' | 'error_mid' | undefined;
  /** Times slower; 1 is the profile's own speed. */
  readonly slow: number;
  readonly twice: boolean;
};

const CLEAN: AnswerPlan = {
  denial: undefined,
  stallBeforeUs: 0,
  stallMidUs: 0,
  broken: undefined,
  slow: 1,
  twice: false,
};

export class FaultDesk {
  readonly #world: VendorWorld;
  readonly #who: VendorStage;
  readonly #faults: readonly Fault[];
  readonly #left: number[];

  constructor(world: VendorWorld, who: VendorStage, faults: readonly Fault[]) {
    this.#world = world;
    this.#who = who;
    this.#faults = faults.filter((fault) => fault.vendor === who);
    this.#left = this.#faults.map((fault) => fault.times ?? Number.POSITIVE_INFINITY);
  }

  /** Asked once per connection or HTTP request, whose content is `key`. States the fault, if any. */
  atDoor(key = ''): Denial | undefined {
    for (const [index, fault] of this.#faults.entries()) {
      const denial = denialOf(fault);
      if (denial === undefined || !this.#strikes(index, fault, key)) continue;
      this.fired(fault.kind);
      return denial;
    }
    return undefined;
  }

  /**
   * Asked once per answer. `onOpenSocket`: the request came over a connection that passed the door
   * long ago, so that a refusal can still strike it. Faults that act at once are stated here, the
   * others by `fired` when they take effect. `key`: what is asked.
   */
  inAnswer(onOpenSocket: boolean, key: string): AnswerPlan {
    if (this.#faults.length === 0) return CLEAN;
    let plan = CLEAN;
    for (const [index, fault] of this.#faults.entries()) {
      if (fault.kind === 'connect_refused' || (denialOf(fault) !== undefined && !onOpenSocket)) continue;
      if (!this.#strikes(index, fault, key)) continue;
      plan = { ...plan, ...effectOf(fault) };
      if (fault.kind === 'trickle' || fault.kind === 'stall_before' || plan.denial !== undefined) {
        this.fired(fault.kind);
      }
      if (plan.denial !== undefined) return plan;
    }
    return plan;
  }

  fired(kind: FaultKind): void {
    const { clock } = this.#world;
    const turn = this.#world.turn();
    this.#world.note({ t: clock.now(), who: this.#who, what: 'fault', fault: kind, turn });
  }

  #strikes(index: number, fault: Fault, key: string): boolean {
    const turn = this.#world.turn();
    const left = this.#left[index] ?? 0;
    if (left <= 0 || (fault.turns !== undefined && !fault.turns.includes(turn))) return false;
    if (fault.rate !== undefined) {
      const draw = this.#world.chance.uniform(turn, `fault.${this.#who}.${fault.kind}.${index}`, key);
      if (draw >= fault.rate) return false;
    }
    this.#left[index] = left - 1;
    return true;
  }
}

function denialOf(fault: Fault): Denial | undefined {
  switch (fault.kind) {
    case 'connect_refused':
      return { kind: 'refused' };
    case 'http_401':
      return { kind: 'status', status: 401, retryAfterS: undefined };
    case 'http_402':
      return { kind: 'status', status: 402, retryAfterS: undefined };
    case 'http_429':
      return { kind: 'status', status: 429, retryAfterS: fault.retryAfterS };
    case 'http_5xx':
      return { kind: 'status', status: fault.status, retryAfterS: undefined };
    default:
      return undefined;
  }
}

function effectOf(fault: Fault): Partial<AnswerPlan> {
  switch (fault.kind) {
    case 'stall_before':
      return { stallBeforeUs: stallUs(fault.ms) };
    case 'stall_mid':
      return { stallMidUs: stallUs(fault.ms) };
    case 'cut':
    case 'malformed':
    case 'error_mid':
      return { broken: fault.kind };
    case 'trickle':
      return { slow: fault.factor };
    case 'duplicate_final':
      return { twice: true };
    default:
      return { denial: denialOf(fault) };
  }
}

const stallUs = (span: number | 'forever'): Micros =>
  span === 'forever' ? Number.POSITIVE_INFINITY : ms(span);
