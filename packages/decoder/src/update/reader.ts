// The UPDATEs of one direction of one session, one after the other: what an error disables stays disabled.
import type { Family, Slice } from "@bgpwire/core";
import { DecodeContext } from "../context.ts";
import { decodeUpdate, type DecodedUpdate } from "./decode.ts";

/**
 * Decodes the UPDATEs of a session in their order. It differs from `decodeUpdate` in one thing: after a verdict of
 * `afi-safi-disable`, later routes of that family are discarded, each with the issue `disabled-family` (RFC 4760 section 7: "the
 * speaker then SHOULD ignore all the subsequent routes with that AFI/SAFI received over that session"). The routes that were
 * received before are the caller's to delete; `issue.family` says of which family.
 *
 * @example
 * const reader = new UpdateReader(contextOf(session.negotiated, { overrides: { "mp-reach-nlri": "afi-safi-disable" } }));
 * return (body) => reader.read(body).notification; // an UpdateHandler of the core
 */
export class UpdateReader {
  #context: DecodeContext;

  /** @param context of the direction that is read */
  constructor(context: DecodeContext) {
    this.#context = context;
  }

  /** The context of the next UPDATE, with the families that have been disabled. */
  get context(): DecodeContext {
    return this.#context;
  }

  /** Decodes the body of the next UPDATE. Never throws. */
  read(update: Uint8Array | Slice): DecodedUpdate {
    const decoded = decodeUpdate(update, this.#context);
    if (decoded.action === "afi-safi-disable") {
      for (const { action, family } of decoded.issues) {
        if (action === "afi-safi-disable" && family !== null) this.#disable(family);
      }
    }
    return decoded;
  }

  #disable(family: Family): void {
    const disabledFamilies = [...this.#context.disabledFamilies, family];
    this.#context = new DecodeContext({ ...this.#context, disabledFamilies }, this.#context.compiled.registry);
  }
}
