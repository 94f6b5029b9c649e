// How to point a router at the running demo: configuration to paste, with the real address, port and AS numbers. An
// interop test starts the routers with these very texts.

/** What a router must know. */
export interface DemoAddress {
  readonly address: string;
  readonly port: number;
  readonly as: number;
}

/** The AS number the router in the examples takes; any other works too. RFC 5398: for documentation. */
const ROUTER_AS = 64_511;

/** One router's text. */
export interface RouterSnippet {
  readonly router: "BIRD 2" | "FRR" | "GoBGP";
  /** Where the text goes. */
  readonly file: string;
  readonly lines: readonly string[];
}

/** The texts for an address. */
export function routerSnippets(at: DemoAddress): readonly RouterSnippet[] {
  return [
    {
      router: "BIRD 2",
      file: "bird.conf",
      lines: [
        "router id 192.0.2.11;",
        "protocol device { }",
        "protocol bgp bgpwire {",
        `  local 127.0.0.1 as ${ROUTER_AS};`,
        `  neighbor ${at.address} port ${at.port} as ${at.as};`,
        "  multihop;",
        "  ipv4 { import all; export none; };",
        "  ipv6 { import all; export none; };",
        "}",
      ],
    },
    {
      router: "FRR",
      file: "frr.conf (with bgpd on another port than ours: bgpd -p 0)",
      lines: [
        `router bgp ${ROUTER_AS}`,
        " bgp router-id 192.0.2.12",
        " no bgp ebgp-requires-policy",
        " no bgp network import-check",
        ` neighbor ${at.address} remote-as ${at.as}`,
        ` neighbor ${at.address} port ${at.port}`,
        ` neighbor ${at.address} ebgp-multihop`,
        " address-family ipv6 unicast",
        `  neighbor ${at.address} activate`,
        " exit-address-family",
      ],
    },
    {
      router: "GoBGP",
      file: "gobgpd.toml",
      lines: [
        "[global.config]",
        `  as = ${ROUTER_AS}`,
        '  router-id = "192.0.2.13"',
        "  port = -1",
        "[[neighbors]]",
        "  [neighbors.config]",
        `    neighbor-address = "${at.address}"`,
        `    peer-as = ${at.as}`,
        "  [neighbors.transport.config]",
        `    remote-port = ${at.port}`,
        "  [neighbors.ebgp-multihop.config]",
        "    enabled = true",
        "  [[neighbors.afi-safis]]",
        "    [neighbors.afi-safis.config]",
        '      afi-safi-name = "ipv4-unicast"',
        "  [[neighbors.afi-safis]]",
        "    [neighbors.afi-safis.config]",
        '      afi-safi-name = "ipv6-unicast"',
      ],
    },
  ];
}
