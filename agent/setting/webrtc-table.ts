// The settings of the agent's own WebRTC: a part of the table of all variables, in the same form and with
// the same promises. The defaults do for one machine, and for a server with an address of its own.
import { z } from 'zod';
import type { Variable } from './variable.ts';

/** A STUN or TURN server, as a browser's `RTCPeerConnection` takes it. */
export type IceServerSetting = {
  readonly urls: string;
  readonly username?: string;
  readonly credential?: string;
};

export type WebRtcSettings = {
  /** Of this machine: the only one that packets go through; all but loopback when absent. */
  readonly address: string | undefined;
  /** Ports of UDP, from and to; any when absent. */
  readonly ports: readonly [number, number] | undefined;
  readonly iceServers: readonly IceServerSetting[];
};

const ADDRESS = /^[0-9a-fA-F.:]{2,45}$/;
const PORT_MAX = 65_535;

/** `from-to`, at least one port per caller. */
const ports = z.string().transform((written, context): readonly [number, number] | undefined => {
  if (written === '') return undefined;
  const [from = 0, to = 0] = (/^(\d{1,5})-(\d{1,5})$/.exec(written) ?? []).slice(1).map(Number);
  if (from >= 1 && to <= PORT_MAX && from <= to) return [from, to];
  context.addIssue({ code: 'custom', message: 'must be two ports from and to, such as 50000-50200' });
  return z.NEVER;
});

/** `stun:host:port` and `turn:user:password@host:port`, several of them with commas between. */
const servers = z.string().transform((written, context): readonly IceServerSetting[] => {
  const parts = written.split(',').flatMap((part) => part.trim() || []);
  const found = parts.map(serverOf);
  if (found.every((server) => server !== undefined)) return found;
  context.addIssue({
    code: 'custom',
    message: 'must be stun:host:port or turn:user:password@host:port, with commas between several',
  });
  return z.NEVER;
});

const SERVER = /^(stuns?|turns?):(?:([^:@,\s]+):([^@,\s]+)@)?([A-Za-z0-9.-]+(?::\d{1,5})?)$/;

function serverOf(written: string): IceServerSetting | undefined {
  const [, scheme, username, credential, place] = SERVER.exec(written) ?? [];
  if (scheme === undefined || place === undefined) return undefined;
  const urls = `${scheme}:${place}`;
  if (username === undefined || credential === undefined)
    return scheme.startsWith('turn') ? undefined : { urls };
  return { urls, username, credential };
}

export const WEBRTC_VARIABLES = {
  webrtcAddress: {
    name: 'WEBRTC_ADDRESS',
    about: 'address of this machine that packets of WebRTC go through; all but loopback when empty',
    schema: z.string().refine((written) => written === '' || ADDRESS.test(written), 'must be an IP address'),
    preset: '',
  },
  webrtcUdpPorts: {
    name: 'WEBRTC_UDP_PORTS',
    about: 'ports of UDP for WebRTC, from-to, two for each caller; any when empty',
    schema: ports,
    preset: '',
  },
  webrtcIceServers: {
    name: 'WEBRTC_ICE_SERVERS',
    about: 'STUN and TURN servers: stun:host:port, turn:user:password@host:port; told to clients as well',
    schema: servers,
    preset: '',
    secret: true,
  },
} as const satisfies Record<string, Variable<unknown>>;

type Values = {
  [K in keyof typeof WEBRTC_VARIABLES]: z.output<(typeof WEBRTC_VARIABLES)[K]['schema']>;
};

export const webrtcSettings = (values: Values): WebRtcSettings => ({
  address: values.webrtcAddress === '' ? undefined : values.webrtcAddress,
  ports: values.webrtcUdpPorts,
  iceServers: values.webrtcIceServers,
});
