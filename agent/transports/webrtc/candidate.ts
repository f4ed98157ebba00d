// ICE candidates as a client states them (RFC 8839, section 5.1): taken apart, judged and written anew, so
// that nothing but a well-formed address of a UDP host ever reaches the library that sends packets to it.
// Names are refused, those of mDNS too: a browser that hides its address is found by its own first check.
import { z } from 'zod';

export type ParsedCandidate =
  | { readonly ok: true; readonly candidate: string }
  /** `skip`: a kind that nobody here can use, no mistake of the client's. */
  | { readonly ok: false; readonly skip: boolean; readonly reason: string };

/** `candidate:…` as in a=candidate or in RTCIceCandidate.candidate. An empty one ends the list: skipped. */
export function parseCandidate(line: string): ParsedCandidate {
  const text = line.trim();
  if (text === '') return skipped('the end of the candidates');
  if (text.length > CHARS_MAX) return wrong(`longer than ${CHARS_MAX} characters`);
  const parts = CANDIDATE.exec(text);
  if (parts === null) return wrong('not of the form "candidate:<foundation> <component> udp …"');
  const [, foundation, component, protocol = '', priority, address = '', port, type] = parts;
  if (protocol.toLowerCase() !== 'udp') return skipped('only UDP is used here');
  if (component !== '1') return skipped('RTP and RTCP share one component');
  if (!isIp(address)) {
    return HOST_NAME.test(address) ? skipped('names are not looked up') : wrong('its address is none');
  }
  if (Number(port) > 65_535) return wrong('its port is none');
  if (Number(port) === 0) return skipped('nothing listens on port 0');
  if (Number(priority) > PRIORITY_MAX) return wrong('its priority is too large');
  return {
    ok: true,
    candidate: `candidate:${foundation} 1 UDP ${priority} ${address} ${port} typ ${type}`,
  };
}

const CHARS_MAX = 400;
const PRIORITY_MAX = 2 ** 32 - 1;
/** What follows the type (related address, generation, network) is of no use to the other side. */
const CANDIDATE = new RegExp(
  String.raw`^candidate:([\w+/]{1,32}) (\d{1,3}) (\w{1,10}) (\d{1,10}) ([\w.:-]{1,255}) (\d{1,5}) ` +
    'typ (host|srflx|prflx|relay)(?: |$)',
);
const HOST_NAME = /^[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}$/i;
const IP = z.union([z.ipv4(), z.ipv6()]);
const isIp = (address: string): boolean => IP.safeParse(address).success;

const wrong = (what: string): ParsedCandidate => ({
  ok: false,
  skip: false,
  reason: `a candidate is ${what.startsWith('its') ? `wrong: ${what}` : what}`,
});
const skipped = (reason: string): ParsedCandidate => ({ ok: false, skip: true, reason });
