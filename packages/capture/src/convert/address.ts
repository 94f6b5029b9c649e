// Addresses of sessions in formats that know neither zones nor ends of two versions.

/** Nothing in a file says on which link an address is. */
export function withoutZone(address: string): string {
  return address.replace(/%.*$/, "");
}

/** Both addresses without zone and of one version: beside one of IPv6, one of IPv4 is mapped (RFC 4291 section 2.5.5.2). */
export function ofOneVersion(one: string, other: string): readonly [string, string] {
  const [first, second] = [withoutZone(one), withoutZone(other)];
  if (first.includes(":") === second.includes(":")) return [first, second];
  return first.includes(":") ? [first, `::ffff:${second}`] : [`::ffff:${first}`, second];
}
