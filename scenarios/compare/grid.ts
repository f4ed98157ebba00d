// The grid of a comparison: round-trip time × jitter × loss, written as networks. Half the round trip
// each way; jitter and loss in both directions, independent from packet to packet.

export type GridName = 'small' | 'full' | 'off';

export type Axes = {
  readonly rttMs: readonly number[];
  readonly jitterMs: readonly number[];
  readonly lossPercent: readonly number[];
};

export const GRIDS: Readonly<Record<Exclude<GridName, 'off'>, Axes>> = {
  small: { rttMs: [40, 100, 200], jitterMs: [0, 10, 30], lossPercent: [0, 1, 3, 5] },
  full: {
    rttMs: [40, 100, 200],
    jitterMs: [0, 2, 5, 10, 15, 20, 30, 40],
    lossPercent: [0, 0.1, 0.5, 1, 2, 3, 5, 10],
  },
};

export const GRID_ABOUT =
  'Half the round-trip time each way; jitter and loss in both directions, independent from packet to packet';

export type GridPlace = {
  readonly rttMs: number;
  readonly jitterMs: number;
  readonly lossPercent: number;
};

export const placesOf = ({ rttMs, jitterMs, lossPercent }: Axes): readonly GridPlace[] =>
  rttMs.flatMap((rtt) =>
    jitterMs.flatMap((jitter) =>
      lossPercent.map((loss) => ({ rttMs: rtt, jitterMs: jitter, lossPercent: loss })),
    ),
  );

/** The place as the command line would name it. */
export function networkAt({ rttMs, jitterMs, lossPercent }: GridPlace): string {
  const words = [`delay=${rttMs / 2}ms`];
  if (jitterMs > 0) words.push(`jitter=${jitterMs}ms`);
  if (lossPercent > 0) words.push(`loss=${lossPercent}%`);
  return words.join(' ');
}
