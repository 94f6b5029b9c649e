// Every BGP message of every corpus: nothing throws, no octet is lost, the tiers agree; and where something is wrong with a
// message that its sender took for good, or something of it stays octets, a table below says why.
import { describe, expect, test } from "vitest";
import { createContext, decodeUpdate, STANDARD, type DecodedUpdate } from "@bgpwire/decoder";
import { absent } from "../support/corpus.ts";
import { asUpdate, CORPORA, corpus, filesIn, hasBzip2, read, uniqueMessages } from "../support/foreign/corpora.ts";
import { bodyOf, typeOf } from "../support/foreign/message.ts";
import { complaintAbout } from "../support/foreign/survival.ts";
import { undecodedIn } from "../support/foreign/undecoded.ts";

/** Fewer messages than this, and a reader has gone wrong. */
const AT_LEAST: Readonly<Record<string, number>> = {
  pcap: 4590,
  bmp: 28_800,
  mrt: 1_378_000,
  exabgp: 410,
  bgpraw: 1900,
  rislive: 1070,
};

const FRR_TABLE = "FRR sends its Loc-RIB and statically redistributed routes without NEXT_HOP";
const FRR_NEXT_HOP = "FRR sends routes of its own with next hop 0.0.0.0";
const RFC_5549 = "an IPv6 next hop without route distinguisher, as RFC 5549 had it and nobody (RFC 8950 section 2)";
const LOC_RIB = "a Loc-RIB has routes of its own, with a next hop of no octets";
const MUTE = "Ryu's test has no attribute but MP_REACH_NLRI";
const WHOLE_ADDRESS = "the whole of an address behind an offset, where RFC 8956 section 3.1 has its pattern alone";
const NO_RECIPIENT = "SR Policies for nobody: neither NO_ADVERTISE nor a Route Target (RFC 9830 section 4.2.1)";
const AS_ZERO = "RFC 7607: AS 0, from before there was such a rule";

/** What is wrong with which file's UPDATEs, and why. */
const ISSUES: Readonly<Record<string, string>> = {
  "bgpraw/opendaylight/bgp-extensions-inet/up1.bin: mp-flags missing-well-known": "MP_REACH_NLRI marked well-known",
  "bgpraw/opendaylight/bgp-parser-impl/up8.bin: origin-length attribute-flags attribute-overrun missing-well-known":
    "an ORIGIN of two octets, which makes nonsense of all that follows",
  "bmp/netgauze/205-BMP-6wind-FRR-peer_down-traffic-00.pcap: missing-well-known": FRR_TABLE,
  "bmp/netgauze/205-BMP-6wind-FRR-peer_down-traffic-00.pcap: next-hop-address": FRR_NEXT_HOP,
  "bmp/netgauze/206-BMP-high-availability-traffic-00.pcap: missing-well-known": FRR_TABLE,
  "bmp/netgauze/206-BMP-high-availability-traffic-00.pcap: next-hop-address": FRR_NEXT_HOP,
  "bmp/netgauze/bmp-multi-sources-route-monitoring.pcap: missing-well-known": FRR_TABLE,
  "bmp/netgauze/bmp-multi-sources-route-monitoring.pcap: mp-reach-next-hop": RFC_5549,
  "bmp/netgauze/bmp-multi-sources-route-monitoring.pcap: next-hop-address": FRR_NEXT_HOP,
  "bmp/netgauze/ipv4_unicast_all.pcap: next-hop-address": FRR_NEXT_HOP,
  "bmp/netgauze/ipv4_unicast_path_marking.pcap: next-hop-address": FRR_NEXT_HOP,
  "bmp/netgauze/upa.pcap: next-hop-address": FRR_NEXT_HOP,
  "bmp/pmacct-test-automation/12f12d501c.pcap: mp-reach-next-hop": LOC_RIB,
  "bmp/traffic-reproducer/bmp-multi-sources-route-monitoring-JUMBO.pcap: missing-well-known": FRR_TABLE,
  "bmp/traffic-reproducer/bmp-multi-sources-route-monitoring-JUMBO.pcap: mp-reach-next-hop": RFC_5549,
  "bmp/traffic-reproducer/bmp-multi-sources-route-monitoring-JUMBO.pcap: next-hop-address": FRR_NEXT_HOP,
  "bmp/traffic-reproducer/bmp-multi-sources.pcap: missing-well-known": FRR_TABLE,
  "bmp/traffic-reproducer/bmp-multi-sources.pcap: mp-reach-next-hop": RFC_5549,
  "bmp/traffic-reproducer/bmp-multi-sources.pcap: next-hop-address": FRR_NEXT_HOP,
  "exabgp/qa/decoding/bgp-sr-policy-1: sr-policy-no-recipient": NO_RECIPIENT,
  "exabgp/qa/decoding/bgp-sr-policy-2: sr-policy-no-recipient": NO_RECIPIENT,
  "exabgp/qa/encoding/conf-attributes.ci: next-hop-address": "NEXT_HOP 255.255.255.255",
  "exabgp/qa/encoding/conf-flow.ci: flowspec-component-type": WHOLE_ADDRESS,
  "exabgp/qa/encoding/conf-generic-attribute.ci: unrecognized-well-known":
    "an attribute 0x99 made up by the configuration, without the Optional bit",
  "exabgp/qa/encoding/conf-sr-policy.ci: sr-policy-no-recipient": NO_RECIPIENT,
  "exabgp/qa/encoding/extended-nexthop.ci: mp-reach-next-hop":
    "an IPv4 next hop of an IPv6 route, which RFC 4798 has written as IPv4-mapped",
  "mrt/bgpkit-parser/bview.20000111.0032.gz: aggregator-zero-as": AS_ZERO,
  "mrt/caida-libbgpstream/routeviews.route-views.jinx.ribs.1401487200.bz2: aggregator-zero-as": AS_ZERO,
  "mrt/mrtparse/openbgpd_rib_table: aggregator-length": "AGGREGATOR with four octets of AS number, AS_PATH with two",
  "mrt/mrtparse/openbgpd_rib_table-mp: aggregator-length": "the same",
  "mrt/ripe-ncc-bgpdump/bview.20020722.2337.gz: aggregator-zero-as": AS_ZERO,
  "mrt/ripe-ncc-bgpdump/updates.et-header.2015.gz: aggregator-zero-as": AS_ZERO,
  "mrt/ripe-ncc-bgpdump/updates.et-header.2015.gz: as-path-zero-as": AS_ZERO,
  "mrt/ripe-ncc-bgpdump/updates.nlri_mask_trailing_bits.gz: nlri": "the last prefix lacks its octets",
  "pcap/hbgp/trace-20200213.pcapng: as-path-empty-segment": "hbgp writes the empty path as a segment of no AS number",
  "pcap/hbgp/trace-20200218.pcapng: as-path-empty-segment": "hbgp writes the empty path as a segment of no AS number",
  "pcap/ryu/evpn_esi_arbitrary.pcap: missing-well-known": MUTE,
  "pcap/ryu/evpn_esi_as_based.pcap: missing-well-known": MUTE,
  "pcap/ryu/evpn_esi_l2_bridge.pcap: missing-well-known": MUTE,
  "pcap/ryu/evpn_esi_lacp.pcap: missing-well-known": MUTE,
  "pcap/ryu/evpn_esi_mac_base.pcap: missing-well-known": MUTE,
  "pcap/ryu/evpn_esi_router_id.pcap: missing-well-known": MUTE,
  "pcap/ryu/evpn_nlri_eth_a-d.pcap: missing-well-known": MUTE,
  "pcap/ryu/evpn_nlri_eth_seg.pcap: missing-well-known": MUTE,
  "pcap/ryu/evpn_nlri_inc_multi_eth_tag.pcap: missing-well-known": MUTE,
  "pcap/ryu/evpn_nlri_mac_ip_ad.pcap: missing-well-known": MUTE,
  "pcap/ryu/flowspec_nlri_ipv6.pcap: flowspec-component-type": WHOLE_ADDRESS,
  "pcap/ryu/flowspec_nlri_vpn6.pcap: flowspec-component-type": WHOLE_ADDRESS,
  "pcap/tcpdump/bgp-addpath.pcap: next-hop-length mp-flags duplicate-mp":
    "tcpdump's test puts all there is into one message: MP_REACH_NLRI twice, marked well-known, a next hop of path identifiers",
  "pcap/tcpdump/bgp_vpn_attrset.pcap: attr-set-malformed":
    "AS_PATH in ATTR_SET with two octets per AS number, from before RFC 6368 section 5 asked for four",
  "pcap/traffic-reproducer/ipfix-bmp.pcap: mp-reach-next-hop": LOC_RIB,
};

/** What stays octets in which file's messages without an issue, and why. No standard says how any of it is laid out. */
const UNDECODED: Readonly<Record<string, string>> = {
  "bgpraw/opendaylight/bgp-parser-impl/bgp-update-nodes.txt: mpReachNlri 27/1":
    "link states of an early draft, in a family that IANA has not given them",
  "bgpraw/opendaylight/bgp-util/bgp_hex.txt: raw 99":
    "the BGP-LS attribute under the number it had before IANA assigned 29",
  "exabgp/qa/decoding/bgp-evpn-1: mpUnreachNlri raw 0x0826":
    "a Leave Synch route of an early draft, one octet shorter than RFC 9251 section 9.3 has it",
  "mrt/mrtparser/updates.20260222.1530.bz2: extendedCommunities raw 0x0043":
    "a sub-type of two-octet AS numbers that IANA has not assigned",
  "mrt/ripe-ncc-bgpdump/updates.et-header.2015.gz: extendedCommunities raw 0x0043":
    "a sub-type of two-octet AS numbers that IANA has not assigned",
  "mrt/ripe-ncc-bgpdump/updates.et-header.2015.gz: extendedCommunities raw 0x193d": "a type that IANA has not assigned",
  "mrt/ripe-ncc-bgpdump/updates.et-header.2015.gz: extendedCommunities raw 0x1aae": "a type that IANA has not assigned",
  "pcap/malformed/tcpdump/bgp-as-path-oobr.pcap: extendedCommunities raw 0x2500": "a fuzzer's octets",
  "pcap/malformed/tcpdump/bgp-as-path-oobr.pcap: mpReachNlri 257/128": "a fuzzer's octets",
};

/** Made to be broken: what is wrong with them is the point. */
const BROKEN = /^(pcap\/malformed|bgpraw\/(bio-rd-corpus|gobgp-testdata))\//;

function namesOf({ issues }: DecodedUpdate): string {
  return [...new Set(issues.map((issue) => issue.name))].join(" ");
}

function rowsOf(table: Readonly<Record<string, string>>, corpusName: string): string[] {
  return Object.keys(table)
    .filter((row) => row.startsWith(`${corpusName}/`))
    .sort();
}

/** Milliseconds: a busy machine may take its time. */
const PATIENCE = 900_000;

/** MRT files are packed in ways of which Node.js does not know one. */
function missing(name: string): boolean {
  return absent(name) || (name === "mrt" && process.env["CI"] === undefined && !hasBzip2());
}

describe.each(Object.keys(CORPORA))("%s (skipped where it, or bzip2 for MRT, is absent)", (name) => {
  test.skipIf(missing(name))(
    "is read without a throw, a lost octet or tiers that disagree",
    () => {
      const complaints: string[] = [];
      const issues = new Set<string>();
      const undecoded = new Set<string>();
      let count = 0;
      for (const message of corpus(name)) {
        count += 1;
        const complaint = complaintAbout(message, name !== "mrt");
        if (complaint !== null) complaints.push(`${message.source}: ${complaint}`);
        const file = message.source.split(" ")[0]!;
        const decoded = typeOf(message) === 2 ? decodeUpdate(bodyOf(message), message.context) : null;
        if (decoded !== null && decoded.issues.length > 0 && !BROKEN.test(file))
          issues.add(`${file}: ${namesOf(decoded)}`);
        for (const part of undecodedIn(message, decoded)) undecoded.add(`${file}: ${part}`);
      }
      expect(complaints).toEqual([]);
      expect([...issues].sort()).toEqual(rowsOf(ISSUES, name));
      expect([...undecoded].sort()).toEqual(rowsOf(UNDECODED, name));
      expect(count).toBeGreaterThanOrEqual(AT_LEAST[name]!);
    },
    PATIENCE,
  );

  test.skipIf(absent(name) || name === "mrt")(
    "survives sessions it was not meant for",
    () => {
      const families = STANDARD.families.map(({ afi, safi }) => ({ afi, safi }));
      const contexts = [true, false].flatMap((fourOctetAs) =>
        [[], families].flatMap((addPath) =>
          (["ebgp", "ibgp", "confed"] as const).map((session) => createContext({ session, fourOctetAs, addPath })),
        ),
      );
      const files = filesIn(name).filter((file) => BROKEN.test(file) && !file.endsWith(".pcap"));
      const bodies = [
        ...uniqueMessages([name]).filter((message) => typeOf(message) === 2),
        // Whole files as bodies, with and without what would be their header.
        ...files.flatMap((file) =>
          [read(file), read(file).subarray(19)].map((body) => ({ source: file, bytes: asUpdate(body) })),
        ),
      ];
      const complaints = bodies.flatMap(({ source, bytes }) =>
        contexts.map((context) => complaintAbout({ source, bytes, context })).filter((complaint) => complaint !== null),
      );
      expect(complaints).toEqual([]);
      expect(bodies.length).toBeGreaterThan(100);
    },
    PATIENCE,
  );
});
