// Link-layer types of captures (draft-ietf-opsawg-pcaplinktype, and the descriptions at https://www.tcpdump.org/linktypes.html).

/** Those that BGP is found on. */
export const LinkType = {
  /** BSD loopback: the address family in the byte order of the machine. */
  Null: 0,
  Ethernet: 1,
  Ppp: 9,
  /** What OpenBSD and others have for `Raw` in their files. */
  RawBsd: 12,
  RawOpenBsd: 14,
  /** PPP or Cisco HDLC, by the first octet. */
  PppHdlc: 50,
  PppEther: 51,
  /** IPv4 or IPv6 with nothing before it. */
  Raw: 101,
  CiscoHdlc: 104,
  /** OpenBSD loopback: the address family in network order. */
  Loop: 108,
  /** Linux "cooked" capture, as of the interface "any". */
  LinuxSll: 113,
  JuniperEther: 178,
  IPv4: 228,
  IPv6: 229,
  LinuxSll2: 276,
} as const;
