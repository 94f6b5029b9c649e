// Families whose routes can be wrong inside though they are framed as they should.
import { strengthIn } from "../compiled.ts";
import type { Rule } from "../verdict/rule.ts";
import type { FamilyRow } from "./row.ts";

/** The two questions of a row, asked of one route after the other. */
export function judgedBy(
  next: FamilyRow["next"],
  fault: NonNullable<FamilyRow["fault"]>,
): Pick<FamilyRow, "fault" | "worstFault"> {
  return {
    fault,
    worstFault: (buffer, start, end, addPath, place) => {
      let worst: Rule | null = null;
      for (let at = start; at < end;) {
        const nlri = addPath ? at + 4 : at;
        at = next(buffer, nlri);
        const rule = fault(buffer, nlri, at, place);
        if (rule === null) continue;
        if (worst === null || strengthIn(place.context, rule) > strengthIn(place.context, worst)) worst = rule;
      }
      return worst;
    },
  };
}
