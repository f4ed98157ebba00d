// The stretch of time that is shown, as a value: zoomed, moved and kept inside the call. Pure, so that it
// can be tested without a browser.

export type View = { readonly fromUs: number; readonly untilUs: number };

/** A packet every 20 ms: closer than this there is nothing to see. */
const WIDTH_MIN_US = 20_000;

/** `view` kept within 0 and `endUs`, neither too narrow nor too wide. */
export function kept({ fromUs, untilUs }: View, endUs: number): View {
  const width = Math.min(Math.max(untilUs - fromUs, WIDTH_MIN_US), Math.max(endUs, WIDTH_MIN_US));
  const from = Math.min(Math.max(0, fromUs), Math.max(0, endUs - width));
  return { fromUs: from, untilUs: from + width };
}

/** `factor` below 1 is closer; what is at `atUs` stays where it is. */
export function zoomed({ fromUs, untilUs }: View, factor: number, atUs: number, endUs: number): View {
  const width = Math.min(Math.max((untilUs - fromUs) * factor, WIDTH_MIN_US), Math.max(endUs, WIDTH_MIN_US));
  const share = (atUs - fromUs) / (untilUs - fromUs);
  return kept({ fromUs: atUs - share * width, untilUs: atUs + (1 - share) * width }, endUs);
}

/** By a share of its width; negative is earlier. */
export function moved({ fromUs, untilUs }: View, share: number, endUs: number): View {
  const by = (untilUs - fromUs) * share;
  return kept({ fromUs: fromUs + by, untilUs: untilUs + by }, endUs);
}

/** The same width, moved as little as needed to show `atUs`. */
export function following(view: View, atUs: number, endUs: number): View {
  const margin = (view.untilUs - view.fromUs) * 0.05;
  const by = Math.min(0, atUs - margin - view.fromUs) + Math.max(0, atUs + margin - view.untilUs);
  return kept({ fromUs: view.fromUs + by, untilUs: view.untilUs + by }, endUs);
}

/** Instants for labels: even steps of 1, 2 or 5, at most `count` of them. */
export function ticksOf({ fromUs, untilUs }: View, count: number): readonly number[] {
  const rough = (untilUs - fromUs) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const first = Math.ceil(fromUs / step);
  const last = Math.floor(untilUs / step);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * step);
}

/** Seconds, with as many decimals as the view has use for. */
export function secondsOf(us: number, { fromUs, untilUs }: View): string {
  const decimals =
    untilUs - fromUs > 10_000_000 ? 0 : untilUs - fromUs > 1_000_000 ? 1 : untilUs - fromUs > 100_000 ? 2 : 3;
  return (us / 1_000_000).toFixed(decimals);
}
