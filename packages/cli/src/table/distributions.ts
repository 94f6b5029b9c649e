// What the real Internet's table looks like, as numbers: histograms measured on public dumps on 2026-11-21. Only counts
// and shares are kept here, no routes. The generator draws from these tables and from nothing else.
//
// Sources:
//   PREFIXES  the prefixes of one full table, 901,899 IPv4 and 160,147 IPv6 (test data of the project gaissmai/bart)
//   TRANSFER  a full-table transfer on one session, 577,706 routes in 89,480 attribute sets, 2015-10-23 (test data of
//             the project RIPE-NCC/bgpdump, updates.et-header.2015)
//   RIB       a RouteViews table, route-views.jinx, 503,590 routes, 2014-05-30 (test data of CAIDA/libbgpstream)
//   UPDATES   a quarter of an hour of RouteViews updates, 46,818 announcing UPDATEs of 20 peers, 2026-02-22 15:30 UTC
//             (test data of the project morrowc/mrtparser)
// What was not measured: IPv6 routes take their paths and attributes from the IPv4 tables, and a quarter of an hour of
// UPDATES shows more of the prefixes that change often than a table would.
import type { Weighted } from "./random.ts";

/** PREFIXES: share of IPv6 among all routes. */
export const IPV6_SHARE: number = 160_147 / 1_062_046;

/** PREFIXES: number of IPv4 prefixes by length. */
export const IPV4_LENGTHS: Weighted<number> = [
  [8, 16],
  [9, 13],
  [10, 38],
  [11, 103],
  [12, 299],
  [13, 581],
  [14, 1203],
  [15, 2100],
  [16, 13490],
  [17, 8235],
  [18, 13798],
  [19, 24870],
  [20, 42611],
  [21, 50750],
  [22, 108623],
  [23, 96510],
  [24, 537698],
  [25, 20],
  [26, 3],
  [27, 11],
  [28, 18],
  [29, 17],
  [30, 3],
  [31, 3],
  [32, 886],
];

/** PREFIXES: number of IPv6 prefixes by length. */
export const IPV6_LENGTHS: Weighted<number> = [
  [16, 1],
  [19, 1],
  [20, 16],
  [21, 3],
  [22, 7],
  [23, 8],
  [24, 30],
  [25, 8],
  [26, 15],
  [27, 20],
  [28, 193],
  [29, 4371],
  [30, 650],
  [31, 284],
  [32, 22548],
  [33, 2926],
  [34, 2603],
  [35, 1043],
  [36, 5996],
  [37, 880],
  [38, 1617],
  [39, 1377],
  [40, 13418],
  [41, 903],
  [42, 2301],
  [43, 1001],
  [44, 14365],
  [45, 1553],
  [46, 3039],
  [47, 3153],
  [48, 75488],
  [49, 11],
  [50, 3],
  [52, 1],
  [55, 1],
  [56, 24],
  [58, 20],
  [60, 2],
  [64, 184],
  [112, 2],
  [122, 1],
  [124, 4],
  [125, 9],
  [126, 19],
  [127, 42],
  [128, 6],
];

/** PREFIXES: first octets of IPv6 prefixes, in ten-thousandths. 0x2001 stands for the one /16, the others for /8s. */
export const IPV6_BLOCKS: Weighted<number> = [
  [0x2400, 3264],
  [0x2a00, 2189],
  [0x2800, 1772],
  [0x2600, 1423],
  [0x2001, 1258],
  [0x2c00, 92],
];

/** TRANSFER: number of routes that share one attribute set, as ranges [from, to], in hundred-thousandths of the sets. */
export const ROUTES_PER_SET: Weighted<readonly [number, number]> = [
  [[1, 1], 49574],
  [[2, 2], 15798],
  [[3, 3], 7821],
  [[4, 4], 5431],
  [[5, 5], 3440],
  [[6, 6], 2427],
  [[7, 7], 1817],
  [[8, 8], 1722],
  [[9, 9], 1209],
  [[10, 10], 938],
  [[11, 14], 2672],
  [[15, 19], 2031],
  [[20, 29], 1848],
  [[30, 49], 1484],
  [[50, 99], 1027],
  [[100, 199], 453],
  [[200, 499], 215],
  [[500, 999], 73],
  [[1000, 2616], 20],
];

/** TRANSFER: 51,818 origin AS for 89,480 attribute sets; the rest of the sets belongs to an origin seen before. */
export const NEW_ORIGIN_SHARE: number = 51_818 / 89_480;

/** RIB: different AS on a path, the neighbour's included, in ten-thousandths of the routes. */
export const PATH_LENGTHS: Weighted<number> = [
  [1, 14],
  [2, 505],
  [3, 3311],
  [4, 4300],
  [5, 1486],
  [6, 320],
  [7, 50],
  [8, 13],
  [9, 1],
];

/** RIB: share of paths in which an AS stands more than once in a row. */
export const PREPENDED_SHARE = 0.1291;

/** RIB: of the prepended paths, those that the origin prepended itself. The others are prepended on the way. */
export const PREPENDED_BY_ORIGIN: number = 44_035 / 65_040;

/** RIB: how many repetitions a prepended path has, in ten-thousandths. */
export const PREPENDS: Weighted<number> = [
  [1, 3710],
  [2, 1951],
  [3, 1780],
  [4, 891],
  [5, 688],
  [6, 340],
  [7, 79],
  [8, 105],
  [9, 260],
  [10, 108],
  [11, 22],
  [12, 9],
  [13, 5],
  [14, 8],
  [15, 10],
  [16, 3],
  [18, 3],
  [28, 23],
];

/** RIB: share of paths that end in an AS_SET. */
export const AS_SET_SHARE = 0.000254;

/** UPDATES: share of AS numbers above 65535 among origins, and among the other AS of a path. */
export const FOUR_OCTET_ORIGINS = 0.289;
export const FOUR_OCTET_TRANSITS = 0.064;

/** RIB: ORIGIN values, in ten-thousandths. */
export const ORIGINS: Weighted<"igp" | "egp" | "incomplete"> = [
  ["igp", 9575],
  ["incomplete", 415],
  ["egp", 10],
];

/** UPDATES: shares of UPDATEs with these attributes. */
export const MED_SHARE = 0.3639;
export const AGGREGATOR_SHARE = 0.0972;
export const ATOMIC_AGGREGATE_SHARE = 0.0393;

/** UPDATES: decimal digits of MULTI_EXIT_DISC, in thousandths; 0 digits stand for the value 0. */
export const MED_DIGITS: Weighted<number> = [
  [0, 438],
  [2, 265],
  [3, 32],
  [4, 115],
  [5, 150],
];

/** UPDATES: communities per UPDATE, in ten-thousandths. */
export const COMMUNITY_COUNTS: Weighted<number> = [
  [0, 1921],
  [1, 1837],
  [2, 1124],
  [3, 426],
  [4, 982],
  [5, 1031],
  [6, 219],
  [7, 564],
  [8, 329],
  [9, 249],
  [10, 165],
  [11, 362],
  [12, 157],
  [13, 233],
  [14, 100],
  [15, 68],
  [16, 56],
  [17, 48],
  [18, 31],
  [19, 21],
  [20, 18],
  [21, 17],
  [22, 11],
  [23, 3],
  [28, 3],
  [30, 19],
];

/** UPDATES: whose community it is, by place of the AS on the path; -1: of an AS that is not on it. In thousandths. */
export const COMMUNITY_OWNERS: Weighted<number> = [
  [0, 357],
  [1, 449],
  [2, 77],
  [3, 7],
  [-1, 108],
];

/** UPDATES: decimal digits of the second half of a community. */
export const COMMUNITY_DIGITS: Weighted<number> = [
  [1, 4714],
  [2, 6082],
  [3, 14843],
  [4, 25779],
  [5, 27529],
];

/** UPDATES: large communities per UPDATE. */
export const LARGE_COMMUNITY_COUNTS: Weighted<number> = [
  [0, 42416],
  [1, 427],
  [2, 28],
  [3, 35],
  [4, 3547],
  [5, 135],
  [6, 25],
  [7, 40],
  [8, 7],
  [9, 104],
  [10, 16],
  [12, 12],
  [16, 16],
  [17, 8],
];
