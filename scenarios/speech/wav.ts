// Samples out of a RIFF file as the synthesizers write it. It promises 16 kHz, mono, 16 bits, and
// refuses any other file with what it found.

/** The samples of a 16 kHz, mono, 16-bit RIFF file, found by walking its chunks. */
export function samplesOfWav(bytes: Buffer): Int16Array {
  for (
    let at = 12;
    at + 8 <= bytes.length;
    at += 8 + bytes.readUInt32LE(at + 4) + (bytes.readUInt32LE(at + 4) & 1)
  ) {
    const chunk = bytes.toString('latin1', at, at + 4);
    if (chunk === 'fmt ') {
      const rate = bytes.readUInt32LE(at + 12);
      if (bytes.readUInt16LE(at + 10) !== 1 || rate !== 16_000)
        throw new Error(`not 16 kHz mono: ${rate} Hz`);
    }
    if (chunk === 'data') {
      const count = Math.min(bytes.readUInt32LE(at + 4), bytes.length - at - 8) >> 1;
      return Int16Array.from({ length: count }, (_, index) => bytes.readInt16LE(at + 8 + 2 * index));
    }
  }
  throw new Error('no data chunk in the WAV file');
}
