// Offers as browsers make them, shortened to what differs: Chromium's with its pictures and its data channel,
// Firefox's with what it says once for all. The addresses are those set aside for examples.

const PRINT =
  'sha-256 D4:57:55:73:CF:83:BF:4C:36:8F:DC:58:4C:D3:09:9E:38:A5:4B:91:50:D2:ED:B1:77:59:00:34:E6:DB:0B:F1';

const TRANSPORT = `a=ice-ufrag:SHdD
a=ice-pwd:s/WY974vYN9pDuyPEzdfLgnh
a=ice-options:trickle
a=fingerprint:${PRINT}
a=setup:actpass`;

export const CHROMIUM_OFFER = `v=0
o=- 5480937632366582228 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1 2 3
a=extmap-allow-mixed
a=msid-semantic: WMS
m=audio 9 UDP/TLS/RTP/SAVPF 63 111 9 0 8 13 126
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=candidate:1467250027 1 udp 2122260223 192.0.2.7 46243 typ host generation 0 network-id 1 network-cost 10
a=candidate:1467250028 1 udp 2122194687 3e8a1bd5-75ea-44b3-b02e-5bbf2b64dd41.local 46244 typ host generation 0
a=candidate:1853887674 1 tcp 1518280447 192.0.2.7 9 typ host tcptype active generation 0
${TRANSPORT}
a=mid:0
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=sendrecv
a=msid:- 9c57079e-aa0c-4ddf-812c-b42283b655f9
a=rtcp-mux
a=rtpmap:63 red/48000/2
a=fmtp:63 111/111
a=rtpmap:111 opus/48000/2
a=rtcp-fb:111 transport-cc
a=fmtp:111 minptime=10;useinbandfec=1
a=rtpmap:9 G722/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:13 CN/8000
a=rtpmap:126 telephone-event/8000
a=ssrc:3749416725 cname:tLo+b1UZI62Xu38U
m=video 9 UDP/TLS/RTP/SAVPF 96 97
c=IN IP4 0.0.0.0
${TRANSPORT}
a=mid:1
a=sendrecv
a=rtcp-mux
a=rtpmap:96 VP8/90000
a=rtpmap:97 rtx/90000
m=video 9 UDP/TLS/RTP/SAVPF 96 97
c=IN IP4 0.0.0.0
${TRANSPORT}
a=mid:2
a=sendonly
a=rtcp-mux
a=rtpmap:96 VP8/90000
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
c=IN IP4 0.0.0.0
${TRANSPORT}
a=mid:3
a=sctp-port:5000
a=max-message-size:262144
`.replaceAll('\n', '\r\n');

export const FIREFOX_OFFER = `v=0
o=mozilla...THIS_IS_SDPARTA-99.0 7130451254382354131 0 IN IP4 0.0.0.0
s=-
t=0 0
a=fingerprint:${PRINT}
a=group:BUNDLE 0 1
a=ice-options:trickle
a=msid-semantic:WMS *
m=audio 9 UDP/TLS/RTP/SAVPF 109 9 0 8 101
c=IN IP4 0.0.0.0
a=recvonly
a=fmtp:109 maxplaybackrate=48000;stereo=1;useinbandfec=1
a=ice-pwd:3e0a2d8a6b7d4e0f9c1b2a3d4e5f6071
a=ice-ufrag:5d3e1f2a
a=mid:0
a=rtcp-mux
a=rtpmap:109 opus/48000/2
a=setup:actpass
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
c=IN IP4 0.0.0.0
a=sendrecv
a=ice-pwd:3e0a2d8a6b7d4e0f9c1b2a3d4e5f6071
a=ice-ufrag:5d3e1f2a
a=mid:1
a=setup:actpass
a=sctp-port:5000
a=max-message-size:1073741823
`.replaceAll('\n', '\r\n');
