// Daily as the settings want it: the account, the bridge and whoever hears of problems, put together. Without
// a Chromium there is no way into a room: that is told when the agent starts, not to the first caller.
import type { DailySettings } from '../../setting/daily-table.ts';
import type { StartProblem } from '../env.ts';
import type { Log } from '../log.ts';
import { BridgeHouse } from './bridge-house.ts';
import { findChromium } from './chromium.ts';
import type { DailyOptions } from './desk.ts';
import { askDaily } from './rest.ts';

export type OpenedDaily =
  | { readonly ok: true; readonly daily: DailyOptions }
  | { readonly ok: false; readonly problem: StartProblem };

/** `house`: in place of one with the real rooms. */
export function openDaily(
  settings: DailySettings,
  outputRate: number,
  log: Log,
  house?: BridgeHouse,
): OpenedDaily {
  const { apiUrl, key, given, expiryS, geo, chromium } = settings;
  const found = findChromium(chromium, process.env['PATH'] ?? '');
  if (!found.ok) {
    const { reason: what, todo } = found;
    return { ok: false, problem: { what, where: 'TRANSPORT_TYPE=daily, CHROMIUM_PATH', todo } };
  }
  const bridges = house ?? new BridgeHouse({ chromium: found.path });
  return {
    ok: true,
    daily: {
      account: { apiUrl, key },
      ...(given === undefined ? {} : { given }),
      expiryS,
      geo,
      outputRate,
      bridges,
      ask: askDaily,
      warn: ({ what, todo }) => log.error({ do: todo }, what),
    },
  };
}
