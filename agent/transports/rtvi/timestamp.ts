// ISO 8601 from a number, because the agent may not ask the platform what time it is: the wall clock
// is given once, at the session's start, and everything after is arithmetic. UTC, years 1970 to 9999.

/** `1_750_000_000_000` → `2025-06-15T15:06:40.000Z`. */
export function isoTimestamp(epochMs: number): string {
  const whole = Math.floor(epochMs);
  const inDay = whole % DAY_MS;
  const { year, month, day } = civilDate(Math.floor(whole / DAY_MS));
  const date = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
  const hour = pad(Math.floor(inDay / 3_600_000), 2);
  const minute = pad(Math.floor(inDay / 60_000) % 60, 2);
  const second = pad(Math.floor(inDay / 1_000) % 60, 2);
  return `${date}T${hour}:${minute}:${second}.${pad(inDay % 1_000, 3)}Z`;
}

const DAY_MS = 86_400_000;

const pad = (value: number, width: number): string => String(value).padStart(width, '0');

/**
 * Gregorian date of a day counted from 1970-01-01. Years are taken to begin in March, so that the
 * leap day is the last of its year: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
 */
function civilDate(daysSinceEpoch: number): { year: number; month: number; day: number } {
  const days = daysSinceEpoch + 719_468;
  const era = Math.floor(days / 146_097);
  const dayOfEra = days - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}
