// Families whose routes are more than a prefix: what their files say, made into a row. Reading a route is also how it is
// checked, so that what passes the walk and what becomes an object cannot differ; where a glance can tell that nothing is
// wrong with it, it is not read twice.
import { copyAt } from "../bytes/integers.ts";
import { FieldReader } from "../bytes/reader.ts";
import type { OctetWriter } from "../bytes/writer.ts";
import { strengthIn } from "../compiled.ts";
import { STRENGTH_DISCARD } from "../verdict/action.ts";
import type { Rule } from "../verdict/rule.ts";
import { judgedBy } from "./faults.ts";
import { framedBy, type Extent } from "./framing.ts";
import { isRawNlri, type NlriKind, type RawNlri, type ReadNlriOfKind } from "./model.ts";
import type { NextHopFormat } from "./next-hop.ts";
import type { FamilyRow, NlriPlace, RowOfKind } from "./row.ts";

/** A route that did not stay bytes. */
type RouteOf<K extends NlriKind> = ReadNlriOfKind[K];

/** What a file says of its family. */
export interface RouteFamilySpec<K extends NlriKind> {
  readonly afi: number;
  readonly safi: number;
  readonly kind: K;
  readonly nextHop: NextHopFormat;
  readonly extent: Extent;
  /** What a route is that does not read as it should. */
  readonly malformed: Rule;
  /**
   * Reads one whole NLRI, its length included; null where its type is not known. A read past the end, octets left over and
   * `reader.fail()` make the route malformed.
   */
  read(reader: FieldReader, place: NlriPlace): RouteOf<K> | null;
  /** Whether it can be seen without reading that nothing is wrong with the route in `[at, end)`. False where it has to be read. */
  isSound?(buffer: Uint8Array, at: number, end: number): boolean;
  /**
   * What is wrong with a route in `[at, end)` that reads as it should. Where it is discarded for that it stays bytes; where
   * there is another consequence, such as treat-as-withdraw, or none, it is an object all the same.
   */
  judge?(buffer: Uint8Array, at: number, end: number, place: NlriPlace, nlri: RouteOf<K>): Rule | null;
  /** What is wrong with a whole message that announces such routes. */
  judgeMessage?: FamilyRow["judgeMessage"];
  /** Writes one whole NLRI. @throws ConfigError where a part does not fit its field */
  write(nlri: RouteOf<K>, writer: OctetWriter, place: NlriPlace): void;
}

/** Makes a row. */
export function routeFamily<K extends NlriKind>(spec: RouteFamilySpec<K>): RowOfKind<K> {
  const framing = framedBy(spec.extent);
  return {
    afi: spec.afi,
    safi: spec.safi,
    kind: spec.kind,
    nextHop: spec.nextHop,
    ...framing,
    read: spec.read,
    ...(spec.judgeMessage !== undefined && { judgeMessage: spec.judgeMessage }),
    ...judgedBy(framing.next, (buffer, at, end, place) => {
      if (spec.isSound?.(buffer, at, end) === true) return null;
      const reader = new FieldReader(buffer, at, end);
      const nlri = spec.read(reader, place);
      const rule = faultOf(nlri !== null, reader, spec.malformed);
      if (nlri === null || rule !== null) return rule;
      return spec.judge?.(buffer, at, end, place, nlri) ?? null;
    }),
    // Without its type TypeScript 6, which Deno has, finds the union too complex.
    decode: (buffer, at, end, place): RouteOf<K> | RawNlri => {
      const reader = new FieldReader(buffer, at, end);
      const nlri = spec.read(reader, place);
      const unread = faultOf(nlri !== null, reader, spec.malformed) !== null;
      const rule = nlri === null || unread ? null : (spec.judge?.(buffer, at, end, place, nlri) ?? null);
      const malformed = unread || (rule !== null && strengthIn(place.context, rule) === STRENGTH_DISCARD);
      if (nlri !== null && !malformed) return nlri;
      return { name: "raw", value: copyAt(buffer, at, end), ...(malformed && { malformed }) };
    },
    encode: (nlri, writer, place) => {
      if (isRawNlri(nlri)) writer.bytes(nlri.value);
      else spec.write(nlri, writer, place);
    },
  };
}

/** What is wrong with a route that has been read. */
function faultOf(known: boolean, reader: FieldReader, malformed: Rule): Rule | null {
  const good = known ? reader.complete : !reader.failed;
  return good ? null : (reader.fault ?? malformed);
}
