// Maps that do not grow without end.

/** Puts an entry into a map of so many, of which the oldest gives way. */
export function remember<K, V>(map: Map<K, V>, key: K, value: V, most: number): void {
  if (map.size >= most && !map.has(key)) map.delete(map.keys().next().value!);
  map.set(key, value);
}
