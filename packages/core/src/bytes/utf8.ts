// UTF-8 after RFC 3629, strict: the core has no TextDecoder, because that is not part of the language but of its hosts.

/**
 * Text from UTF-8.
 *
 * @returns null when the bytes are not well-formed after RFC 3629 section 4 (overlong forms, surrogates, beyond U+10FFFF
 *   and truncated sequences are not), so that `encodeUtf8` of the text always gives the same bytes back
 */
export function decodeUtf8(bytes: Uint8Array): string | null {
  let text = "";
  for (let i = 0; i < bytes.length;) {
    const lead = bytes[i]!;
    i += 1;
    if (lead < 0x80) {
      text += String.fromCharCode(lead);
      continue;
    }
    // Number of continuation octets, and the least code point that needs that many (less is an overlong form).
    const more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
    const least = more === 3 ? 0x1_0000 : more === 2 ? 0x800 : 0x80;
    if (lead < 0xc2 || lead > 0xf4) return null;
    let point = lead & (0x3f >> more);
    for (let n = 0; n < more; n += 1) {
      const octet = bytes[i] ?? 0;
      if ((octet & 0xc0) !== 0x80) return null;
      point = (point << 6) | (octet & 0x3f);
      i += 1;
    }
    if (point < least || point > 0x10_ffff || (point >= 0xd800 && point <= 0xdfff)) return null;
    text += String.fromCodePoint(point);
  }
  return text;
}

/** Text as UTF-8; a lone surrogate, which has no UTF-8 form, becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const octets: number[] = [];
  for (const character of text) {
    let point = character.codePointAt(0)!;
    if (point >= 0xd800 && point <= 0xdfff) point = 0xfffd;
    if (point < 0x80) octets.push(point);
    else if (point < 0x800) octets.push(0xc0 | (point >> 6), 0x80 | (point & 0x3f));
    else if (point < 0x1_0000) octets.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f));
    else
      octets.push(
        0xf0 | (point >> 18),
        0x80 | ((point >> 12) & 0x3f),
        0x80 | ((point >> 6) & 0x3f),
        0x80 | (point & 0x3f),
      );
  }
  return Uint8Array.from(octets);
}
