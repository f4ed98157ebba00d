// The way to a vendor, walked without asking it for anything that costs: the name resolved, TCP and TLS set
// up, each timed, and the edge that answered named by its own headers. Every failure is a value that says
// at which step it happened. One connection per call, closed at the end, within a bound of time.
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { LIMITS } from '../core/limit.ts';
import { type Micros, toMs } from '../core/time.ts';
import { monotonicUs } from './clock.ts';
import { scrub } from './scrub.ts';

export type DialStep = 'address' | 'dns' | 'tcp' | 'tls' | 'timeout';

export type Dialled =
  | {
      readonly ok: true;
      readonly address: string;
      /** IP version. */
      readonly family: 4 | 6;
      /** Name, TCP and TLS together. */
      readonly us: Micros;
      /** The vendor's edge, where a header of it says so, such as `FRA`. */
      readonly region?: string;
    }
  | { readonly ok: false; readonly step: DialStep; readonly message: string };

/** `url`: http, https, ws or wss. `asksRegion`: sends one `HEAD /` without any key. */
export function dial(url: string, asksRegion = false): Promise<Dialled> {
  if (!URL.canParse(url)) {
    return Promise.resolve({ ok: false, step: 'address', message: 'not an address' });
  }
  const { protocol, hostname, port, host } = new URL(url);
  const secure = protocol === 'https:' || protocol === 'wss:';
  const name = hostname.replace(/^\[|\]$/g, '');
  const target = { host: name, port: port === '' ? (secure ? 443 : 80) : Number(port) };
  const began = monotonicUs();
  const socket = secure ? connectTls({ ...target, servername: name }) : connect(target);
  return new Promise((resolve) => {
    let step: DialStep = 'dns';
    const end = (dialled: Dialled): void => {
      socket.removeAllListeners();
      socket.on('error', () => {});
      socket.destroy();
      resolve(dialled);
    };
    const fail = (failed: DialStep, message: string) => end({ ok: false, step: failed, message });
    socket.once('lookup', (error: Error | null) => {
      if (error === null) step = 'tcp';
    });
    socket.once('connect', () => {
      step = 'tls';
    });
    socket.once('error', (error) => fail(stepOf(step, error), scrub(error, {})));
    socket.setTimeout(toMs(LIMITS.connectUs), () => fail('timeout', `no answer at the step ${step}`));
    socket.once(secure ? 'secureConnect' : 'connect', () => {
      const way = {
        ok: true as const,
        address: socket.remoteAddress ?? '',
        family: socket.remoteFamily === 'IPv6' ? (6 as const) : (4 as const),
        us: monotonicUs() - began,
      };
      if (!asksRegion) return end(way);
      void regionOf(socket, host).then((region) => end(region === undefined ? way : { ...way, region }));
    });
  });
}

/** A certificate that is not believed comes as an error of the connected socket. */
function stepOf(step: DialStep, error: Error): DialStep {
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'dns';
  if (code === 'ETIMEDOUT') return 'timeout';
  return step === 'dns' ? 'tcp' : step;
}

/** What edges call themselves in a header of any answer: Cloudflare, CloudFront, Fly, Fastly, Google. */
const REGION_HEADERS = [
  /^cf-ray:\s*\S+-([A-Z]{3})\s*$/im,
  /^x-amz-cf-pop:\s*([A-Z]{3})/im,
  /^fly-region:\s*(\w{2,8})\s*$/im,
  /^x-served-by:\s*.*-([A-Z]{3})\s*$/im,
];

/** Undefined when nothing tells, or nothing comes. */
function regionOf(socket: Socket, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let head = '';
    const done = (): void => {
      const found = REGION_HEADERS.map((pattern) => pattern.exec(head)?.[1]);
      resolve(found.find((region) => region !== undefined)?.toUpperCase());
    };
    socket.removeAllListeners('error').once('error', done).once('close', done);
    socket.setTimeout(toMs(LIMITS.connectUs), done);
    socket.on('data', (data: Buffer) => {
      head += data.toString('latin1');
      if (head.includes('\r\n\r\n') || head.length > LIMITS.refusalBytesMax) done();
    });
    socket.write(`HEAD / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  });
}
