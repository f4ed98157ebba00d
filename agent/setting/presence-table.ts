// The settings of silence, money and connections that break: a part of the table of all variables, in the
// same form and with the same promises.
import { DEFAULT_PRESENCE as presence } from '../core/presence/setting.ts';
import { number, oneOf, text, type Variable, whole } from './variable.ts';

export const PRESENCE_VARIABLES = {
  reconnectWindowS: {
    name: 'RECONNECT_WINDOW_S',
    about: 'how long a conversation is kept for a client whose connection broke, s; 0 ends it at once',
    schema: whole(0, 600),
    preset: String(presence.reconnectWindowMs / 1_000),
  },
  nudgeAfterMs: {
    name: 'NUDGE_AFTER_MS',
    about: 'silence of the caller after which the agent asks whether they are still there, ms; 0 = never',
    schema: whole(0, 600_000),
    preset: String(presence.nudge.afterMs),
  },
  nudgeMax: {
    name: 'NUDGE_MAX',
    about: 'how often in a row it asks',
    schema: whole(1, 10),
    preset: String(presence.nudge.max),
  },
  nudgeLine: {
    name: 'NUDGE_LINE',
    about: 'what it asks then',
    schema: text,
    preset: presence.nudge.line,
  },
  nudgeThenEnd: {
    name: 'NUDGE_THEN_END',
    about: 'after the last of these in vain: end the call with the farewell (yes), or wait (no)',
    schema: oneOf('yes', 'no').transform((value) => value === 'yes'),
    preset: presence.nudge.thenEnd ? 'yes' : 'no',
  },
  costCapUsd: {
    name: 'COST_CAP_USD',
    about: 'what a conversation may cost, US dollars: nearing it the agent takes its leave; 0 = no cap',
    schema: number(0, 1_000),
    preset: String(presence.cost.capUsd),
  },
  farewell: {
    name: 'FAREWELL',
    about: 'said before the agent ends a call by itself',
    schema: text,
    preset: presence.farewell,
  },
} as const satisfies Record<string, Variable<unknown>>;
