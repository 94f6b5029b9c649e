// Times as text of ISO 8601 in UTC, and back, without a calendar of the platform.

const SECONDS_OF_DAY = 86_400;
/** Days from 0000-03-01 to 1970-01-01 in the Gregorian calendar; years begin in March here, so that leap days end them. */
const DAYS_TO_1970 = 719_468;
/** Days of 400 years, after which the calendar repeats. */
const DAYS_OF_ERA = 146_097;

/** A time: seconds since 1970-01-01 UTC, 0 to 4294967295, and nanoseconds, 0 to 999999999. */
export interface Time {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/**
 * Text of a time, with as many decimals as it has, in groups of three.
 *
 * @example timeText({ seconds: 1771774200, nanoseconds: 125000000 }) // "2026-02-22T15:30:00.125Z"
 */
export function timeText({ seconds, nanoseconds }: Time): string {
  const second = seconds % SECONDS_OF_DAY;
  const clock = [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60].map(twoDigits).join(":");
  return `${dateText(Math.floor(seconds / SECONDS_OF_DAY))}T${clock}${decimals(nanoseconds)}Z`;
}

/** Text of a day, counted from 1970-01-01. */
function dateText(day: number): string {
  const since = day + DAYS_TO_1970;
  const era = Math.floor(since / DAYS_OF_ERA);
  const dayOfEra = since - era * DAYS_OF_ERA;
  const year = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  // Months of 153 days in five, from March on.
  const month = Math.floor((5 * dayOfYear + 2) / 153);
  const date = dayOfYear - Math.floor((153 * month + 2) / 5) + 1;
  const calendarMonth = month < 10 ? month + 3 : month - 9;
  const calendarYear = year + era * 400 + (calendarMonth <= 2 ? 1 : 0);
  return `${String(calendarYear).padStart(4, "0")}-${twoDigits(calendarMonth)}-${twoDigits(date)}`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}

function decimals(nanoseconds: number): string {
  if (nanoseconds === 0) return "";
  return `.${String(nanoseconds)
    .padStart(9, "0")
    .replace(/(?:000)+$/, "")}`;
}

const TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z$/;

/**
 * The time of a text in UTC.
 *
 * @returns null where it is none, or not one of 1970 to 2106, which is what the formats of captures can say
 * @example parseTime("2026-02-22T15:30:00.125Z") // { seconds: 1771774200, nanoseconds: 125000000 }
 */
export function parseTime(text: string): Time | null {
  const found = TIME.exec(text);
  if (found === null) return null;
  const [year, month, date, hour, minute, second] = found.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) return null;
  const day = dayOf(year, month, date);
  if (dateText(day) !== text.slice(0, 10)) return null;
  const seconds = day * SECONDS_OF_DAY + hour * 3600 + minute * 60 + second;
  if (seconds < 0 || seconds > 0xffff_ffff) return null;
  return { seconds, nanoseconds: Number((found[7] ?? "").padEnd(9, "0")) };
}

/** The day of a date, counted from 1970-01-01. */
function dayOf(calendarYear: number, calendarMonth: number, date: number): number {
  const year = calendarMonth <= 2 ? calendarYear - 1 : calendarYear;
  const month = calendarMonth > 2 ? calendarMonth - 3 : calendarMonth + 9;
  const dayOfYear = Math.floor((153 * month + 2) / 5) + date - 1;
  return 365 * year + Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400) + dayOfYear - DAYS_TO_1970;
}
