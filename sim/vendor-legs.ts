// The modelled connections between an agent and one set of vendors: the first choice of every stage, or
// the ones in reserve. Each set has connections, links and places in the trace of its own.
import type { SessionInput } from '#agent/core/session.ts';
import {
  BACKGROUND_EXCHANGES_FROM,
  type HttpEvent,
  type HttpRequest,
  type Lane,
  laneOf,
  type SocketRequest,
} from '#agent/core/wire.ts';
import type { Cast } from './cast.ts';
import type { Clock } from './kernel/clock.ts';
import { HttpLeg } from './network/http-leg.ts';
import { SocketLeg, type WireTap } from './network/socket-leg.ts';
import type { Connect, NetworkProfile } from './network/stream.ts';

export type VendorLegs = {
  stt(request: SocketRequest): void;
  tts(request: SocketRequest): void;
  llm(request: HttpRequest): void;
};

export type VendorLegsOptions = {
  readonly lane: Lane;
  readonly vendors: Cast;
  readonly clock: Clock;
  readonly profile: NetworkProfile;
  readonly tap: WireTap;
  /** `name` tells the connections of a run apart. */
  connectTo(name: string): Connect;
  input(event: SessionInput): void;
};

/** Places on the wire, for the trace: even from the agent outwards, odd back. The caller's are 0 and 1. */
const PLACE = { stt: 2, tts: 4, llm: 6 } as const;
const PLACES = 6;

export function vendorLegs(options: VendorLegsOptions): VendorLegs {
  const { lane, vendors, clock, profile, tap, connectTo, input } = options;
  const legOf = (stage: keyof typeof PLACE, apart = '') => ({
    clock,
    profile,
    tap,
    connect: connectTo(`${stage}${lane === 0 ? '' : '-second'}${apart}`),
    vendor: vendors[stage],
    place: PLACE[stage] + lane * PLACES,
  });
  const on = laneOf(lane);
  const stt = new SocketLeg({ ...legOf('stt'), deliver: (event) => input({ kind: 'stt', event, ...on }) });
  const tts = new SocketLeg({ ...legOf('tts'), deliver: (event) => input({ kind: 'tts', event, ...on }) });
  const heard = (event: HttpEvent) => input({ kind: 'llm', event, ...on });
  const llm = new HttpLeg({ ...legOf('llm'), deliver: heard });
  const background = new HttpLeg({ ...legOf('llm', '-background'), deliver: heard });
  return {
    stt: (request) => stt.request(request),
    tts: (request) => tts.request(request),
    llm: (request) => (request.id < BACKGROUND_EXCHANGES_FROM ? llm : background).request(request),
  };
}
