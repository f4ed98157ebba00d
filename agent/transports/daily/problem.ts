// What may keep the agent out of a room beside Daily's own refusals, each with what to do about it.
import { LIMITS } from '../../core/limit.ts';
import { toMs } from '../../core/time.ts';
import type { DailyProblem } from './rest.ts';

export const NO_ROOM_NAME: DailyProblem = {
  what: 'DAILY_ROOM_URL names no room',
  todo: 'set it to an address such as https://your-domain.daily.co/your-room, or leave it empty',
  retryable: false,
};

export const NO_NAME_LEFT: DailyProblem = {
  what: 'Daily has a room of every name asked for',
  todo: 'try again',
  retryable: true,
};

export const TOO_LONG_READY: DailyProblem = {
  what: `no room and no way into it after ${toMs(LIMITS.dailyPageUs + LIMITS.dailyJoinUs) / 1_000} s`,
  todo: 'look in the log for what Daily or Chromium said',
  retryable: true,
};

export const TOO_LONG_IN: DailyProblem = {
  what: `the room did not open within ${toMs(LIMITS.dailyJoinUs) / 1_000} s`,
  todo: 'check that this machine reaches https://c.daily.co and UDP outside',
  retryable: true,
};

/** What the room, or Daily's script on its way into it, said. */
export const roomProblem = (reason: string): DailyProblem => ({
  what: `the room was not to be had: ${reason}`,
  todo: 'check that this machine reaches https://c.daily.co, and DAILY_ROOM_URL and DAILY_TOKEN where set',
  retryable: false,
});
