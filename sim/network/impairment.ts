// What a network does to packets, as data: one direction, and a profile of both. The pipeline that
// carries it out is loss → bottleneck → hold → delay and jitter → order (see `link.ts`).

/** Extra delay of each packet, ms. `normal`, `pareto` and `gamma` are drawn per packet, `ou` over time. */
export type Jitter = {
  readonly distribution: 'normal' | 'uniform' | 'pareto' | 'gamma' | 'ou';
  readonly ms: number;
  /** Correlation from packet to packet, 0…1 (per-packet distributions). */
  readonly correlation?: number;
  /** Time constant of `ou`, ms. */
  readonly tauMs?: number;
};

export type Loss =
  | { readonly kind: 'iid'; readonly share: number }
  /** Gilbert-Elliott per packet: probabilities of good→bad and bad→good, loss in each state. */
  | {
      readonly kind: 'ge_packet';
      readonly toBad: number;
      readonly toGood: number;
      readonly lossBad: number;
      readonly lossGood: number;
    }
  /** Gilbert-Elliott in time: exponential sojourns, loss while bad. */
  | {
      readonly kind: 'ge_time';
      readonly goodMs: number;
      readonly badMs: number;
      readonly lossBad: number;
    };

/** Somebody else's transfer through the same bottleneck: packets of 1,500 bytes at `kbps` while on. */
export type UploadTraffic = { readonly kbps: number; readonly onMs: number; readonly offMs: number };

export type Bottleneck =
  | {
      readonly kind: 'rate';
      readonly kbps: number;
      readonly queueBytes: number;
      /** Competes for the queue, on and off for exponential times of these means. */
      readonly upload?: UploadTraffic;
    }
  /** Delivery opportunities of 1,500 bytes at these ms, looping after the last (mahimahi format). */
  | { readonly kind: 'trace'; readonly opportunitiesMs: readonly number[]; readonly queueBytes: number };

export type Spike = { readonly perSecond: number; readonly meanMs: number };

export type Outage = {
  /** Every `periodMs` (first after half a period), or at random with that mean interval. */
  readonly periodMs: number;
  readonly random?: boolean;
  readonly minMs: number;
  readonly maxMs: number;
  readonly mode: 'drop' | 'hold';
};

/** The base delay changes by `deltaMs` at `atMs`, for good, or back and forth every `everyMs`. */
export type RouteChange = { readonly atMs: number; readonly deltaMs: number; readonly everyMs?: number };

export type Direction = {
  readonly delayMs: number;
  readonly jitter?: Jitter;
  readonly loss?: Loss;
  readonly bottleneck?: Bottleneck;
  readonly spike?: Spike;
  readonly outage?: Outage;
  readonly routeChange?: RouteChange;
  /** True lets packets overtake each other, as Linux netem does. */
  readonly reorder?: boolean;
};

export type Impairment = {
  readonly name: string;
  readonly up: Direction;
  readonly down: Direction;
  /** Where the figures come from, in words. */
  readonly source: string;
  /** How far to trust them: a preset is ours to tune, a measured one is not. */
  readonly status?: ImpairmentStatus;
};

export type ImpairmentStatus = 'preset' | 'inferred' | 'measured' | 'given';
