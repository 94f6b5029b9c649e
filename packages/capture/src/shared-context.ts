// Contexts, and views that read with them, for many sessions together: those of a collector are read in a few ways, and making a
// context takes longer than reading a hundred messages.
import type { Slice } from "@bgpwire/core";
import { createContext, UpdateView, type ContextOptions, type DecodeContext, type Issue } from "@bgpwire/decoder";

/** Contexts that are remembered. Of more, the one that was made first is made anew. */
const MOST = 256;

const CONTEXTS: Map<string, DecodeContext> = /* @__PURE__ */ new Map();

/** The context of these options, which whoever has the same ones shares; like all contexts it is frozen. */
export function sharedContext(options: ContextOptions): DecodeContext {
  const key = JSON.stringify(options);
  let context = CONTEXTS.get(key);
  if (context === undefined) {
    context = createContext(options);
    if (CONTEXTS.size === MOST) CONTEXTS.delete(CONTEXTS.keys().next().value!);
    CONTEXTS.set(key, context);
  }
  return context;
}

const VIEWS: WeakMap<DecodeContext, UpdateView> = /* @__PURE__ */ new WeakMap();

const NOTHING: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

/** What is wrong with an UPDATE, of which nothing is made and nothing kept. */
export function issuesOf(context: DecodeContext, update: Uint8Array | Slice): readonly Issue[] {
  let view = VIEWS.get(context);
  if (view === undefined) {
    view = new UpdateView(context);
    VIEWS.set(context, view);
  }
  const { issues } = view.read(update).verdict();
  // A view keeps what it has read, which would be a whole chunk of a capture.
  view.read(NOTHING);
  return issues;
}
