// The text of SR Policy routes: distinguisher, color and endpoint, "[1][100][192.0.2.1]".
import { decimal } from "../bytes/integers.ts";
import type { SrPolicyNlri } from "../nlri/sr-policy.ts";
import type { NlriText } from "./nlri-text.ts";
import { ADDRESS_TEXT } from "./value-text.ts";

const PARTS = /^\[(\d+)\]\[(\d+)\]\[([^\]]+)\]$/;

export const SR_POLICY_TEXT: NlriText<SrPolicyNlri> = {
  format: ({ distinguisher, color, endpoint }) => `[${distinguisher}][${color}][${endpoint}]`,
  parse: (text) => {
    const [, first = "", second = "", third = ""] = PARTS.exec(text) ?? [];
    const distinguisher = decimal(first, 0xffff_ffff);
    const color = decimal(second, 0xffff_ffff);
    const endpoint = ADDRESS_TEXT.parse(third);
    return distinguisher < 0 || color < 0 || endpoint === undefined ? null : { distinguisher, color, endpoint };
  },
};
