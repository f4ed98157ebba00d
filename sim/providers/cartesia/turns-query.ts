// What a client asks for in the address of Cartesia's turn detecting recogniser, or changes on the way: how
// likely a turn must be to begin, to be suspected over and to be over. The order of the three is strict.
import { isObject, type JsonObject } from '../answer.ts';

export type TurnsSettings = {
  readonly start: number;
  readonly eager: number;
  readonly end: number;
  readonly timeoutMs: number;
};

export type TurnsQuery =
  | { readonly ok: true; readonly settings: TurnsSettings }
  | { readonly ok: false; readonly message: string };

export const USUAL_TURNS: TurnsSettings = { start: 0.8, eager: 0.4, end: 0.2, timeoutMs: 5_600 };

export const readTurns = (query: URLSearchParams): TurnsQuery =>
  read(USUAL_TURNS, (name) => query.get(`turn_${name}`) ?? undefined);

/** `settings` with what a `config` message asks for. */
export function configured(settings: TurnsSettings, message: JsonObject): TurnsQuery {
  const turn = isObject(message['turn']) ? message['turn'] : {};
  return read(settings, (name) => turn[name]);
}

function read(usual: TurnsSettings, asked: (name: string) => unknown): TurnsQuery {
  const number = (name: string, otherwise: number) =>
    asked(name) === undefined ? otherwise : Number(asked(name));
  const start = number('start_threshold', usual.start);
  const eager = number('eager_end_threshold', usual.eager);
  const end = number('end_threshold', usual.end);
  const timeoutMs = number('end_timeout_ms', usual.timeoutMs);
  if (!(start >= 0.5 && start <= 0.9)) return no('turn_start_threshold: 0.5 to 0.9');
  if (!(eager >= 0.3 && eager <= 0.6)) return no('turn_eager_end_threshold: 0.3 to 0.6');
  if (!(end >= 0.05 && end <= 0.5)) return no('turn_end_threshold: 0.05 to 0.5');
  if (!(start > eager && eager > end)) return no('thresholds must fall: start, eager end, end');
  if (!(timeoutMs >= 640 && timeoutMs <= 11_200)) return no('turn_end_timeout_ms: 640 to 11200');
  return { ok: true, settings: { start, eager, end, timeoutMs } };
}

const no = (message: string): TurnsQuery => ({ ok: false, message });
