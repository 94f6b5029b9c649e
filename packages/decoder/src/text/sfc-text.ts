// The text of SFC routes, in the order of their types.
import type { SfcNlri } from "../nlri/sfc.ts";
import type { NlriText } from "./nlri-text.ts";
import { routeText } from "./route-text.ts";
import { numberText, ROUTE_DISTINGUISHER_TEXT } from "./value-text.ts";

const RD = ["routeDistinguisher", ROUTE_DISTINGUISHER_TEXT] as const;

export const SFC_TEXT: NlriText<SfcNlri> = /* @__PURE__ */ routeText<SfcNlri>([
  {
    routeType: 1,
    name: "serviceFunctionInstance",
    fields: [RD, ["serviceFunctionType", /* @__PURE__ */ numberText(0xffff)]],
  },
  {
    routeType: 2,
    name: "serviceFunctionPath",
    fields: [RD, ["servicePathIdentifier", /* @__PURE__ */ numberText(0xff_ffff)]],
  },
]);
