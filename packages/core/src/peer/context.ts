// What the functions of this folder share: the settings, the state record, and the peer as its connections see it.
import type { Owner } from "../connection/owner.ts";
import type { PeerSettings } from "../session/check-options.ts";
import type { PeerState } from "./state.ts";

export interface Context {
  readonly settings: PeerSettings;
  readonly state: PeerState;
  readonly owner: Owner;
}
