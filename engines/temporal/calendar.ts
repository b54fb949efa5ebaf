// The ISO calendar as day numbers: 1970-01-01 is day 0. The platform's Date counts; because the Gregorian calendar repeats every
// 400 years, which are whole weeks, a year far outside the range of Date is counted in the same place of a nearer cycle.
//
//   epochDay(2024, 2, 29)   19782        civilDate(19782)   {year: 2024, month: 2, day: 29}

const msPerDay = 86_400_000;
const cycleYears = 400;
const cycleDays = 146_097;
/** 2000-01-01, where the cycle that is counted in begins. */
const cycleStart = 10_957;

/** Years run from -yearMax to yearMax. */
export const yearMax = 999_999_999;

export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** The number of a day. A month or day that does not exist counts on, as Date does; `isCivil` tells whether it exists. */
export function epochDay(year: number, month: number, day: number): number {
  const cycle = Math.floor(year / cycleYears);
  return Date.UTC(2000 + year - cycle * cycleYears, month - 1, day) / msPerDay + (cycle - 5) * cycleDays;
}

/** Year, month and day of a day number. */
export function civilDate(days: number): CivilDate {
  const cycle = Math.floor((days - cycleStart) / cycleDays);
  const date = new Date((days - cycle * cycleDays) * msPerDay);
  return { year: date.getUTCFullYear() + cycle * cycleYears, month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

/** Is there such a day, within the years that Trefoil has? */
export function isCivil(year: number, month: number, day: number): boolean {
  return Math.abs(year) <= yearMax && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

export function daysInMonth(year: number, month: number): number {
  return epochDay(year, month + 1, 1) - epochDay(year, month, 1);
}

/** Is the day within the years that Trefoil has? */
export function inYears(days: number): boolean {
  return days >= firstDay && days <= lastDay;
}

const firstDay = epochDay(-yearMax, 1, 1);
const lastDay = epochDay(yearMax, 12, 31);

/** 1 is Monday, 7 is Sunday. */
export function dayOfWeek(days: number): number {
  return modulo(days + 3, 7) + 1;
}

/** The Monday of the first ISO week of a year: the week that holds January 4. */
export function firstWeek(weekYear: number): number {
  const fourth = epochDay(weekYear, 1, 4);
  return fourth - dayOfWeek(fourth) + 1;
}

/** The ISO week that a day is in, and the year that the week belongs to. */
export function weekOf(days: number): { readonly weekYear: number; readonly week: number } {
  const weekYear = civilDate(days - dayOfWeek(days) + 4).year;
  return { weekYear, week: Math.floor((days - firstWeek(weekYear)) / 7) + 1 };
}

/** The first day of a quarter. */
export function quarterStart(year: number, quarter: number): number {
  return epochDay(year, quarter * 3 - 2, 1);
}

export function quarterOf(month: number): number {
  return Math.ceil(month / 3);
}

/** So many months later; the day is cut to the length of the month. */
export function addMonths(days: number, months: number): number {
  if (months === 0) return days;
  const { year, month, day } = civilDate(days);
  const total = year * 12 + month - 1 + months;
  const toYear = Math.floor(total / 12);
  const toMonth = total - toYear * 12 + 1;
  return epochDay(toYear, toMonth, Math.min(day, daysInMonth(toYear, toMonth)));
}

/** The rest of a division, never negative. */
export function modulo(a: number, b: number): number {
  return ((a % b) + b) % b;
}
