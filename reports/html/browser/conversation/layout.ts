// Where each lane stands on the chart: one above the other, with as many rows as it needs, below an
// overview of the whole call.
import type { Lane } from '../../../conversation/conversation-report.ts';
import type { PageCall } from '../../../conversation/page-data.ts';
import { type Placed, placeSpans, rowCount } from '../../../conversation/row.ts';

export const OVERVIEW_PX = 28;
export const AXIS_PX = 24;
const ROW_PX = 22;
const GAP_PX = 6;
/** Lanes of text only: their marks are written out. */
const TEXT_ROWS = 2;

export type Band = {
  readonly lane: Lane;
  readonly placed: readonly Placed[];
  readonly top: number;
  readonly rowPx: number;
  readonly height: number;
};

export type Layout = { readonly bands: readonly Band[]; readonly height: number };

export function layOut(call: PageCall, detail: boolean): Layout {
  let top = OVERVIEW_PX + AXIS_PX + GAP_PX;
  const bands = call.lanes
    .filter(({ rank }) => detail || rank === 'main')
    .map((lane): Band => {
      const placed = placeSpans(lane.spans);
      const rows = lane.id === 'transcript' ? TEXT_ROWS : rowCount(placed);
      const band = { lane, placed, top, rowPx: ROW_PX, height: rows * ROW_PX };
      top += band.height + GAP_PX;
      return band;
    });
  return { bands, height: top };
}
