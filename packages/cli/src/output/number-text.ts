// Numbers for people.

/** A number with thousands apart, rounded to so many decimals at the most. */
export function numberText(value: number, decimals: number = 0): string {
  return value.toLocaleString("en-GB", { maximumFractionDigits: decimals });
}
