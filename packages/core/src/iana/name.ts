// Names from numbers: the const objects of this floor are the only tables, read backwards when a person wants a name.

/** The key of `table` that stands for `value`, or null. */
export function keyOf(table: Readonly<Record<string, number>>, value: number): string | null {
  for (const key in table) if (table[key] === value) return key;
  return null;
}
