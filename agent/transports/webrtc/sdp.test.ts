// Offers of browsers, what is answered to them, and everything else that may be sent in their place.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CHROMIUM_OFFER, FIREFOX_OFFER } from './offer.test-support.ts';
import { canonicalOffer, type LocalDescription, writeAnswer } from './sdp-answer.ts';
import { parseOffer, type RemoteOffer, SDP_CHARS_MAX } from './sdp-offer.ts';

const LOCAL: LocalDescription = {
  ufrag: 'KSeN',
  pwd: '+EknWDXVp35KmsKMTsn9aX',
  fingerprint: `sha-256 ${'AF:'.repeat(31)}6E`,
  setup: 'active',
  candidates: ['candidate:1 1 UDP 2114977791 192.0.2.2 34463 typ host'],
};
const VOICE = { ssrc: 12_345, name: 'parley' };

function offerOf(sdp: string): RemoteOffer {
  const parsed = parseOffer(sdp);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.offer;
}

const mLines = (sdp: string): string[] => sdp.split('\r\n').filter((line) => line.startsWith('m='));

describe('an offer', () => {
  test('of Chromium is reduced to what a call needs', () => {
    expect(offerOf(CHROMIUM_OFFER)).toMatchObject({
      ufrag: 'SHdD',
      pwd: 's/WY974vYN9pDuyPEzdfLgnh',
      setup: 'actpass',
      voice: { mid: '0', payloadType: 111, direction: 'sendrecv' },
      channel: { mid: '3', port: 5_000 },
      // Neither the name of mDNS nor TCP.
      candidates: ['candidate:1467250027 1 UDP 2122260223 192.0.2.7 46243 typ host'],
    });
  });

  test('of Firefox says its fingerprint once for all', () => {
    const offer = offerOf(FIREFOX_OFFER);
    expect(offer).toMatchObject({ ufrag: '5d3e1f2a', voice: { payloadType: 109, direction: 'recvonly' } });
    expect(offer.fingerprint).toMatch(/^sha-256 D4:57/);
  });

  test.each([
    ['nothing', '', 'not SDP'],
    ['another text', 'hello', 'not SDP'],
    ['no media', 'v=0\r\n', 'without any media'],
    ['no Opus', CHROMIUM_OFFER.replaceAll('opus/48000/2', 'speex/8000'), 'without audio in Opus'],
    [
      'no data channel',
      CHROMIUM_OFFER.slice(0, CHROMIUM_OFFER.indexOf('m=application')),
      'without a data channel',
    ],
    ['no bundle', CHROMIUM_OFFER.replace('BUNDLE 0 1 2 3', 'BUNDLE 0 1'), 'does not bundle'],
    ['no rtcp-mux', CHROMIUM_OFFER.replaceAll('a=rtcp-mux\r\n', ''), 'without rtcp-mux'],
    [
      'a short password',
      CHROMIUM_OFFER.replaceAll('s/WY974vYN9pDuyPEzdfLgnh', 'short'),
      'ice-ufrag and ice-pwd',
    ],
    ['a weak fingerprint', CHROMIUM_OFFER.replaceAll('sha-256', 'md5'), 'without a fingerprint of sha-256'],
    ['no role', CHROMIUM_OFFER.replaceAll('a=setup:actpass', 'a=setup:holdconn'), 'valid a=setup'],
    ['the same mid twice', CHROMIUM_OFFER.replace('a=mid:1', 'a=mid:0'), 'have no mid, or the same'],
    ['too much', CHROMIUM_OFFER.padEnd(SDP_CHARS_MAX + 1), `longer than ${SDP_CHARS_MAX}`],
    ['too many media', `v=0\r\n${'m=audio 9 RTP/AVP 0\r\n'.repeat(17)}`, 'more than 16 media'],
  ])('with %s is refused in words', (_name, sdp, reason) => {
    expect(parseOffer(sdp)).toEqual({ ok: false, reason: expect.stringContaining(reason) });
  });

  test('that names a hundred addresses has sixty-four', () => {
    const lines = Array.from(
      { length: 100 },
      (_, index) => `a=candidate:1 1 udp 1 192.0.2.${index} ${1_000 + index} typ host\r\n`,
    );
    expect(offerOf(CHROMIUM_OFFER + lines.join('')).candidates).toHaveLength(64);
  });
});

describe('the answer', () => {
  test('speaks of every medium in its order, takes voice and channel, and refuses pictures', () => {
    const sdp = writeAnswer(offerOf(CHROMIUM_OFFER), LOCAL, VOICE);
    expect(mLines(sdp)).toEqual([
      'm=audio 9 UDP/TLS/RTP/SAVPF 111',
      'm=video 0 UDP/TLS/RTP/SAVPF 96',
      'm=video 0 UDP/TLS/RTP/SAVPF 96',
      'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    ]);
    expect(sdp).toContain('a=group:BUNDLE 0 3\r\n');
    expect(sdp).toContain('a=fmtp:111 minptime=10;useinbandfec=1;');
    expect(sdp).toContain('a=candidate:1 1 UDP 2114977791 192.0.2.2 34463 typ host\r\n');
    expect(sdp.endsWith('\r\n')).toBe(true);
  });

  test('to a client that only listens is that we only speak', () => {
    const sdp = writeAnswer(offerOf(FIREFOX_OFFER), LOCAL, VOICE);
    expect(sdp).toContain('a=sendonly\r\n');
    expect(sdp).not.toContain('a=sendrecv\r\n');
  });
});

/** An offer with pieces left out, doubled, swapped or replaced by anything. */
const mutated = fc
  .tuple(
    fc.constantFrom(CHROMIUM_OFFER, FIREFOX_OFFER),
    fc.array(
      fc.tuple(fc.nat(10_000), fc.nat(40), fc.oneof(fc.string({ unit: 'binary', maxLength: 30 }), fc.json())),
      { maxLength: 4 },
    ),
  )
  .map(([offer, cuts]) =>
    cuts.reduce((text, [at, length, into]) => {
      const from = at % (text.length + 1);
      return text.slice(0, from) + into + text.slice(from + length);
    }, offer),
  );

/** What the library underneath may be told; every line of it. */
const CANONICAL = [
  /^(?:v=0|o=- 1 1 IN IP4 0\.0\.0\.0|s=-|t=0 0|c=IN IP4 0\.0\.0\.0|)$/,
  /^m=audio 9 UDP\/TLS\/RTP\/SAVPF \d{1,3}$/,
  /^m=application 9 UDP\/DTLS\/SCTP webrtc-datachannel$/,
  /^a=(?:ice-options:trickle|rtcp-mux|sendrecv|sendonly|recvonly|inactive)$/,
  /^a=group:BUNDLE [\w.+-]{1,32} [\w.+-]{1,32}$/,
  /^a=mid:[\w.+-]{1,32}$/,
  /^a=rtpmap:\d{1,3} opus\/48000\/2$/,
  /^a=ice-ufrag:[A-Za-z0-9+/]{4,256}$/,
  /^a=ice-pwd:[A-Za-z0-9+/]{22,256}$/,
  /^a=fingerprint:sha-256 [0-9A-Fa-f:]{95}$/,
  /^a=setup:(?:actpass|active|passive)$/,
  /^a=(?:sctp-port|max-message-size):\d{1,7}$/,
];

test('whatever is sent, it is refused in words or reaches the library as our own words only', () => {
  const anything = fc.oneof({ weight: 4, arbitrary: mutated }, fc.string({ unit: 'binary' }));
  let taken = 0;
  fc.assert(
    fc.property(anything, (sdp) => {
      const parsed = parseOffer(sdp);
      if (!parsed.ok) {
        expect(parsed.reason).toMatch(/^the offer is /);
        return;
      }
      taken += 1;
      for (const line of canonicalOffer(parsed.offer).split('\r\n')) {
        expect([line, CANONICAL.some((known) => known.test(line))]).toEqual([line, true]);
      }
      for (const candidate of parsed.offer.candidates) {
        expect(candidate).toMatch(
          /^candidate:[\w+/]+ 1 UDP \d+ [\da-fA-F.:]+ \d+ typ (host|srflx|prflx|relay)$/,
        );
      }
      const answer = writeAnswer(parsed.offer, LOCAL, VOICE);
      expect(mLines(answer)).toHaveLength(parsed.offer.sections.length);
      expect(answer).not.toMatch(/[^\r]\n|\r[^\n]/);
    }),
    { numRuns: 400 },
  );
  expect(taken).toBeGreaterThan(20);
});
