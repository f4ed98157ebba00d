// Options of the line that are tried beside the comparison, each on the networks on which it matters:
// what is changed, against what, and the figures in which it should show.
import type { ClientKind } from '#sim/caller/client/websocket-client.ts';
import type { Tuning } from '#sim/tuning.ts';
import { networkAt } from './grid.ts';
import type { TransportName } from './request.ts';

export type Setting = { readonly tuning?: Tuning; readonly client?: ClientKind };

export type Trial = {
  /** What is changed, as a reader would name it. */
  readonly title: string;
  /** The option and its value. */
  readonly option: string;
  readonly transport: TransportName;
  readonly before: Setting;
  readonly after: Setting;
  /** KPI ids, the one that it is for first. */
  readonly metrics: readonly string[];
};

const DEFAULT: Setting = {};
const RTC = ['concealed_ms_ratio', 'mos.down', 'bandwidth_kbps.down'];
const TCP = ['voice_to_voice_ms', 'rebuffers'];

const lead = (leadMs: number): Trial => ({
  title: `A fixed playout lead of ${leadMs} ms instead of one that follows the network`,
  option: `leadMs ${leadMs}`,
  transport: 'websocket',
  before: DEFAULT,
  after: { tuning: { leadMs } },
  metrics: ['rebuffers', 'barge_stop_ear_ms'],
});

const congestion = (name: 'reno' | 'bbr', title: string): Trial => ({
  title: `${title} instead of CUBIC`,
  option: `congestion ${name}`,
  transport: 'websocket',
  before: DEFAULT,
  after: { tuning: { congestion: name } },
  metrics: TCP,
});

export const TRIALS: readonly Trial[] = [
  {
    title: 'RED, every frame sent a second time',
    option: 'red 1',
    transport: 'webrtc',
    before: DEFAULT,
    after: { tuning: { red: 1 } },
    metrics: RTC,
  },
  {
    title: 'In-band FEC, which is the default',
    option: 'fec on',
    transport: 'webrtc',
    before: { tuning: { fec: false } },
    after: DEFAULT,
    metrics: RTC,
  },
  {
    title: 'Our own client: Opus on the wire, a lead of its own, sound that can be dropped',
    option: 'client parley',
    transport: 'websocket',
    before: DEFAULT,
    after: { client: 'parley' },
    metrics: ['barge_stop_ear_ms', 'rebuffers', 'voice_to_voice_ms'],
  },
  lead(60),
  lead(100),
  lead(250),
  congestion('reno', 'Reno'),
  congestion('bbr', 'BBR'),
];

/** Of the named networks; the place of the grid that hurts TCP most stands beside them. */
export const TRIED_NETWORKS: readonly string[] = ['congested-wifi', 'intercontinental'];
export const TRIED_PLACE = networkAt({ rttMs: 200, jitterMs: 0, lossPercent: 5 });
