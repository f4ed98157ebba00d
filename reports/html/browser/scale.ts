// Colours of maps: cividis for values, even to the eye and to the colour-blind, and a diverging scale
// between the transports' own colours for differences. Text on a cell is black or white, whichever reads.

type Rgb = readonly [number, number, number];

/** Cividis (Nuñez, Anderton, Renslow 2018) at ten even steps. */
const CIVIDIS: readonly Rgb[] = [
  '#00224e',
  '#123570',
  '#3b496c',
  '#575d6d',
  '#707173',
  '#8a8678',
  '#a59c74',
  '#c3b369',
  '#e1cc55',
  '#fee838',
].map(rgbOf);

/** `share` 0…1 along the scale. */
export function cividis(share: number): string {
  const at = Math.min(1, Math.max(0, share)) * (CIVIDIS.length - 1);
  const index = Math.min(CIVIDIS.length - 2, Math.floor(at));
  return mix(CIVIDIS[index] ?? [0, 0, 0], CIVIDIS[index + 1] ?? [0, 0, 0], at - index);
}

/** `share` −1…1: from `low` over `neutral` to `high`, all `#rrggbb`. */
export const diverging = (share: number, low: string, neutral: string, high: string): string =>
  mix(rgbOf(neutral), rgbOf(share < 0 ? low : high), Math.min(1, Math.abs(share)) * 0.92);

/** Black or white, whichever has the better contrast on `colour`. */
export function textOn(colour: string): string {
  const luminance = luminanceOf(rgbOf(colour));
  return (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) ? '#000000' : '#ffffff';
}

function luminanceOf(rgb: Rgb): number {
  const [red = 0, green = 0, blue = 0] = rgb.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const mix = (one: Rgb, other: Rgb, share: number): string =>
  `#${one
    .map((part, at) => Math.round(part + ((other[at] ?? 0) - part) * share))
    .map((part) => part.toString(16).padStart(2, '0'))
    .join('')}`;

function rgbOf(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1, 7), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
