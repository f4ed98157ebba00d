// Sound as data: 16-bit PCM out of a WAV file, and its outline as a waveform.

export type Sound = { readonly rate: number; readonly samples: Int16Array };

/** Reads a WAV file (PCM, 16 bit, first channel); undefined when it is none. */
export function readWav(base64: string): Sound | undefined {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  if (bytes.length < 12 || view.getUint32(0) !== 0x52494646 || view.getUint32(8) !== 0x57415645)
    return undefined;
  let rate = 0;
  let channels = 1;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true);
    const body = at + 8;
    const name = view.getUint32(at);
    if (name === 0x666d7420 && size >= 16) {
      if (view.getUint16(body, true) !== 1 || view.getUint16(body + 14, true) !== 16) return undefined;
      channels = Math.max(1, view.getUint16(body + 2, true));
      rate = view.getUint32(body + 4, true);
    }
    if (name === 0x64617461 && rate > 0) {
      const count = Math.floor(Math.min(size, bytes.length - body) / (2 * channels));
      const samples = Int16Array.from({ length: count }, (_, index) =>
        view.getInt16(body + 2 * channels * index, true),
      );
      return { rate, samples };
    }
    at = body + size + (size % 2);
  }
  return undefined;
}

/** Lowest and highest sample (−1…1) under each of `columns` pixels spread over `seconds`. */
export function outline(
  { rate, samples }: Sound,
  columns: number,
  seconds: number,
): readonly (readonly [number, number])[] {
  return Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((column / columns) * seconds * rate);
    const to = Math.min(samples.length, Math.ceil(((column + 1) / columns) * seconds * rate));
    let [low, high] = [0, 0];
    for (let at = from; at < to; at += 1) {
      const value = (samples[at] ?? 0) / 32_768;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    return [low, high] as const;
  });
}
