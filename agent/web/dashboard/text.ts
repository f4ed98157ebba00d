// Figures as words, the same everywhere on the dashboard.

export const msOf = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : String(Math.round(value));

/** US dollars: cents for what is more than one, else what it takes to see something. */
export const usdOf = (value: number): string => {
  if (value === 0) return '$0';
  return value >= 1 ? `$${value.toFixed(2)}` : `$${value.toFixed(4)}`;
};

/** `4:05`, or `1:02:09`. */
export function durationOf(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes, rest] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** `14:05:09`, as clocks at the reader's place show it. */
export const clockOf = (epochMs: number): string =>
  new Date(epochMs).toLocaleTimeString([], { hour12: false });

export const countOf = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
