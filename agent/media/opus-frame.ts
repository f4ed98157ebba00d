// How much sound an Opus packet holds, read off its first bytes (RFC 6716, section 3.1): the gap that it
// leaves when it is lost is known only from its neighbours. Bytes that are no packet hold none.

/** Samples of the 48 kHz clock; 0 when `packet` is none, or claims more than the 120 ms that are allowed. */
export function opusSamples(packet: Uint8Array): number {
  const [toc, second = 0] = packet;
  if (toc === undefined) return 0;
  const code = toc & 0x03;
  if (code === 3 && packet.length < 2) return 0;
  const frames = code === 0 ? 1 : code === 3 ? second & 0x3f : 2;
  const samples = frames * frameSamples(toc >> 3);
  return samples <= SAMPLES_MAX ? samples : 0;
}

const SAMPLES_MAX = 5_760;
/** Of SILK 10, 20, 40, 60 ms; of the hybrid 10, 20; of CELT 2.5, 5, 10, 20. */
const SILK = [480, 960, 1_920, 2_880];
const HYBRID = [480, 960];
const CELT = [120, 240, 480, 960];

function frameSamples(configuration: number): number {
  if (configuration < 12) return SILK[configuration % 4] ?? 0;
  if (configuration < 16) return HYBRID[configuration % 2] ?? 0;
  return CELT[configuration % 4] ?? 0;
}

/**
 * Whether the packet, one frame of mono speech, carries a copy of the one before it (section 4.2.3: after a
 * bit of voice activity for each 20 ms follows the one that says so).
 */
export function carriesCopy(packet: Uint8Array): boolean {
  const [toc = 0, first = 0] = packet;
  const configuration = toc >> 3;
  const isStereo = (toc & 0x04) !== 0;
  if (packet.length < 2 || configuration >= 16 || isStereo || (toc & 0x03) !== 0) return false;
  const frames = Math.max(1, frameSamples(configuration) / 960);
  return ((first >> (7 - frames)) & 1) === 1;
}
