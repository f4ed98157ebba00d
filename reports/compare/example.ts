// A made-up comparison for tests of reports: plausible in shape (WebSocket pays for loss with stalls
// that grow with round-trip time, WebRTC with concealment), the same on every call, and measured by
// nobody.
import type { Breakdown, Cell, CompareResult, Figure, GridCell, Spread } from './compare-result.ts';
import { exampleAudio } from './example-audio.ts';
import { STAGES } from './stage.ts';

const RUNS = 20;
const ANSWERS_PER_RUN = 7;

type Path = { readonly rttMs: number; readonly jitterMs: number; readonly lossPercent: number };

const NETWORKS: readonly (Path & { readonly name: string; readonly summary: string })[] = [
  {
    name: 'fibre',
    rttMs: 20,
    jitterMs: 1,
    lossPercent: 0.01,
    summary: '10 ms one way, gamma 1 ms, 0.01 % loss',
  },
  {
    name: 'good-wifi',
    rttMs: 30,
    jitterMs: 3,
    lossPercent: 0.12,
    summary: '15 ms, gamma 3 ms, bursts of 40 ms every 10 s',
  },
  {
    name: 'congested-wifi',
    rttMs: 40,
    jitterMs: 15,
    lossPercent: 1.6,
    summary: '20 ms, drift 15 ms, bursts of 100 ms every 3 s, spikes of 120 ms',
  },
  {
    name: 'lte-moving',
    rttMs: 70,
    jitterMs: 15,
    lossPercent: 0.2,
    summary: '35 ms, drift 15 ms, 0.2 % loss, holds of 30 to 100 ms',
  },
  {
    name: '5g-moving',
    rttMs: 40,
    jitterMs: 10,
    lossPercent: 0.1,
    summary: '20 ms, drift 10 ms, 0.1 % loss, hand-overs every 20 s',
  },
  {
    name: 'leo-satellite',
    rttMs: 50,
    jitterMs: 8,
    lossPercent: 0.4,
    summary: '25 ms, drift 8 ms, a reconfiguration every 15 s',
  },
  {
    name: 'intercontinental',
    rttMs: 240,
    jitterMs: 4,
    lossPercent: 0.3,
    summary: '120 ms, gamma 4 ms, 0.3 % loss',
  },
  {
    name: 'bufferbloat',
    rttMs: 40,
    jitterMs: 40,
    lossPercent: 0,
    summary: '20 ms, 1 Mbit/s uplink behind 128 kB',
  },
];

export const GRID_AXES = {
  lossPercent: [0, 0.1, 0.5, 1, 2, 3, 5, 10],
  jitterMs: [0, 2, 5, 10, 15, 20, 30, 40],
  rttMs: [40, 100, 200],
};

/** `transports`: one alone gives a page without contests; `grid` false one without maps. */
export function exampleCompare(
  options: {
    readonly transports?: readonly string[];
    readonly grid?: boolean;
    readonly audio?: boolean;
    readonly networks?: number;
  } = {},
): CompareResult {
  const { transports = ['websocket', 'webrtc'], grid = true, audio = true } = options;
  const networks = NETWORKS.slice(0, options.networks ?? NETWORKS.length);
  const cells = networks.flatMap((network) =>
    transports.map((transport) => cellOn(network.name, transport, network)),
  );
  return {
    schema: 'parley-compare/1',
    command: 'npm run compare -- --grid full --runs 20 --seed 1',
    world: 'sim',
    policy: 'parley',
    providers: 'prd',
    scenarios: [
      { name: 'short-call', about: 'Seven exchanges, one of them an interruption.', seconds: 61.4 },
    ],
    seeds: { first: 1, count: RUNS },
    transports: [...transports],
    metrics: [...METRICS],
    sources: ['stt', 'llm', 'tts'].map((stage) => ({
      what: `${stage} latency`,
      source: 'requirements document, section 6',
      date: '2025-10-14',
      status: 'prd' as const,
    })),
    networks: networks.map(({ name, summary }) => ({
      name,
      summary,
      source: 'made up for a test',
      status: 'inferred' as const,
    })),
    cells,
    pairs: transports.length < 2 ? [] : networks.map(({ name }) => pairOn(name, cells)),
    grid: grid
      ? {
          ...GRID_AXES,
          about: 'delay = RTT / 2, normal jitter, independent loss, both directions',
          cells: gridCells(transports),
        }
      : null,
    variants: [
      {
        title: 'In-band FEC',
        option: '--fec on',
        transport: 'webrtc',
        network: 'congested-wifi',
        metric: 'mos.down',
        before: { n: RUNS, value: 3.84, interval: { low: 3.79, high: 3.89 } },
        after: { n: RUNS, value: 4.06, interval: { low: 4.02, high: 4.1 } },
        difference: { n: RUNS, value: 0.22, interval: { low: 0.19, high: 0.25 } },
      },
    ],
    ...(audio ? { audio: [exampleAudio()] } : {}),
  };
}

const METRICS: CompareResult['metrics'] = [
  metric(
    'voice_to_voice_ms',
    'voice to voice',
    'last caller sample at the mouth → first audible agent sample at the ear',
    'ms',
    'p95',
    { webrtc: 800, websocket: 1000 },
  ),
  metric(
    'barge_stop_ear_ms',
    'barge-in stop',
    'onset of a true interruption at the mouth → last agent sample heard',
    'ms',
    'p95',
    {},
  ),
  {
    ...metric('mos.down', 'MOS down', 'E-model, agent → caller, narrowband scale', 'MOS', 'value', {
      webrtc: 4,
      websocket: 4,
    }),
    better: 'higher',
  },
  metric(
    'wer',
    'word errors',
    'word errors of the final transcripts, of the words spoken',
    'share',
    'value',
    { webrtc: 0.1, websocket: 0.1 },
  ),
  {
    ...metric(
      'context_retention',
      'retention',
      'probes answered with the fact from earlier turns',
      'share',
      'value',
      { webrtc: 0.95, websocket: 0.95 },
    ),
    better: 'higher',
  },
  metric(
    'rebuffers',
    'stalls',
    'times the client’s player ran dry in mid-reply, per call',
    'count',
    'value',
    {},
  ),
  metric('bandwidth_kbps.up', 'bandwidth up', 'on the wire with all headers', 'kbps', 'value', {
    webrtc: 100,
  }),
];

function metric(
  id: string,
  label: string,
  about: string,
  unit: string,
  statistic: 'p50' | 'p95' | 'value',
  bounds: Readonly<Record<string, number>>,
): CompareResult['metrics'][number] {
  return { id, label, about, unit, better: 'lower', statistic, bounds, provisional: false };
}

/** Uniform 0…1 from a seed, one after the other. */
function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const seedOf = (text: string): number =>
  [...text].reduce((hash, letter) => Math.imul(hash, 31) + letter.charCodeAt(0), 7);

type Answer = Readonly<Record<string, number>>;

function answersOn(transport: string, path: Path, key: string): readonly Answer[] {
  const vendor = dice(7);
  const network = dice(seedOf(key));
  return Array.from({ length: RUNS * ANSWERS_PER_RUN }, () => {
    const stall = (): number => {
      if (transport !== 'websocket') return 0;
      const struck = network() < 1 - (1 - path.lossPercent / 100) ** 16;
      return struck
        ? path.rttMs * (0.9 + 1.6 * network()) +
            40 +
            path.lossPercent ** 1.5 * path.rttMs * 0.5 * network() ** 3
        : 0;
    };
    const wobble = (): number => path.jitterMs * 1.1 * network();
    const buffer = transport === 'webrtc' ? 26 + 1.3 * path.jitterMs : 24 + 0.4 * path.jitterMs * network();
    return {
      uplink: path.rttMs / 2 + 12 + wobble() + stall(),
      endpoint: 62 + 8 * vendor(),
      stt: 96 + 90 * vendor() ** 3,
      llm: 190 + 160 * vendor() ** 4,
      clause: 22 + 10 * vendor(),
      tts: 92 + 130 * vendor() ** 3,
      downlink: path.rttMs / 2 + 4 + wobble() + stall(),
      playout: buffer,
    };
  });
}

const totalOf = (answer: Answer): number => Object.values(answer).reduce((sum, ms) => sum + ms, 0);
const ascending = (values: readonly number[]): number[] => [...values].sort((one, other) => one - other);
const tenth = (value: number): number => Math.round(value * 10) / 10;

function spread(values: readonly number[]): Spread {
  const sorted = ascending(values);
  const at = (share: number): number =>
    tenth(sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? 0);
  const around = (share: number) => ({
    low: at(Math.max(0, share - 0.09 * Math.sqrt(share * (1 - share)) * 2)),
    high: at(Math.min(1, share + 0.09 * Math.sqrt(share * (1 - share)) * 2)),
  });
  return { n: values.length, p50: at(0.5), p95: at(0.95), interval: { p50: around(0.5), p95: around(0.95) } };
}

const single = (value: number, half: number, n = RUNS): Figure => ({
  n,
  value: Math.round(value * 10_000) / 10_000,
  interval: {
    low: Math.round((value - half) * 10_000) / 10_000,
    high: Math.round((value + half) * 10_000) / 10_000,
  },
});

function figuresOf(transport: string, path: Path, answers: readonly Answer[]): Record<string, Figure> {
  const socket = transport === 'websocket';
  const harm = socket
    ? path.lossPercent * path.rttMs * 0.0006
    : path.lossPercent * 0.11 + path.jitterMs * 0.002;
  const stops = answers
    .filter((_, index) => index % 7 === 3)
    .map((answer) => 90 + path.rttMs + (answer['downlink'] ?? 0));
  return {
    voice_to_voice_ms: spread(answers.map(totalOf)),
    barge_stop_ear_ms: spread(stops),
    'mos.down': single(Math.max(1.2, 4.41 - harm), 0.04),
    wer: single(socket ? 0.004 : Math.min(0.4, 0.004 + path.lossPercent * 0.009), 0.006, 840),
    context_retention: single(socket ? 1 : Math.max(0.7, 1 - path.lossPercent * 0.012), 0.03, 60),
    rebuffers: single(socket ? Math.min(14, path.lossPercent * path.rttMs * 0.012) : 0, 0.2),
    'bandwidth_kbps.up': single(socket ? 262 : 46, 1),
  };
}

function measuredOf(transport: string, path: Path, key: string) {
  const answers = answersOn(transport, path, key);
  const hash = (seedOf(key) >>> 0).toString(16).padStart(8, '0');
  return {
    answers,
    measured: {
      transport,
      runs: RUNS,
      unfinished: socketCollapses(transport, path) ? 2 : 0,
      traceHash: `${hash}${hash}`,
      figures: figuresOf(transport, path, answers),
    },
  };
}

const socketCollapses = (transport: string, path: Path): boolean =>
  transport === 'websocket' && path.lossPercent >= 10 && path.rttMs >= 200;

function cellOn(network: string, transport: string, path: Path): Cell {
  const { answers, measured } = measuredOf(transport, path, `${transport} ${network}`);
  const sorted = [...answers].sort((one, other) => totalOf(one) - totalOf(other));
  const part = (from: number, to: number): Breakdown =>
    breakdown(sorted.slice(Math.floor(from * sorted.length), Math.ceil(to * sorted.length)));
  const stages = STAGES.map(
    ({ name }) => [name, spread(answers.map((answer) => answer[name] ?? 0))] as const,
  );
  return {
    ...measured,
    network,
    stages: Object.fromEntries(stages),
    typical: part(0.4, 0.6),
    slow: part(0.9, 1),
    samples: ascending(answers.map(totalOf)).map(tenth),
  };
}

function breakdown(answers: readonly Answer[]): Breakdown {
  const mean = (name: string): number =>
    tenth(answers.reduce((sum, answer) => sum + (answer[name] ?? 0), 0) / answers.length);
  const stages = Object.fromEntries(STAGES.map(({ name }) => [name, mean(name)]));
  return { n: answers.length, total: tenth(totalOf(stages)), stages };
}

function pairOn(network: string, cells: readonly Cell[]): CompareResult['pairs'][number] {
  const p50 = (transport: string): number => {
    const figure = cells.find((cell) => cell.network === network && cell.transport === transport)?.figures[
      'voice_to_voice_ms'
    ];
    return figure !== undefined && 'p50' in figure ? (figure.p50 ?? 0) : 0;
  };
  const median = tenth(p50('websocket') - p50('webrtc'));
  return {
    network,
    metric: 'voice_to_voice_ms',
    n: RUNS * ANSWERS_PER_RUN,
    median,
    interval: { low: tenth(median - 6), high: tenth(median + 6) },
  };
}

function gridCells(transports: readonly string[]): GridCell[] {
  const { rttMs, jitterMs, lossPercent } = GRID_AXES;
  return transports.flatMap((transport) =>
    rttMs.flatMap((rtt) =>
      jitterMs.flatMap((jitter) =>
        lossPercent.map((loss) => {
          const path = { rttMs: rtt, jitterMs: jitter, lossPercent: loss };
          const { measured } = measuredOf(transport, path, `${transport} ${rtt} ${jitter} ${loss}`);
          return { ...measured, ...path };
        }),
      ),
    ),
  );
}
