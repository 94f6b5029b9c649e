// What a capture tells of itself is read by people.
import { expect, test } from "vitest";
import { informationText } from "./information-text.ts";

test.each([
  [{ linkType: 1, snapLength: 65535 }, "linkType 1  snapLength 65535"],
  [
    {
      peer: { type: 0, distinguisher: "0:0", address: "192.0.2.1", as: 65001 },
      rib: "adjRibIn",
      statistics: [
        { name: "adjRibInRoutes", type: 7, value: "3" },
        { name: "duplicateWithdraws", type: 2, value: 0 },
      ],
    },
    "192.0.2.1 AS 65001  adjRibIn  adjRibInRoutes 3  duplicateWithdraws 0",
  ],
  [{ peer: { distinguisher: "64499:75", address: "::1", as: 1 } }, "::1 AS 1 of 64499:75"],
  [{ version: 3, tlvs: [{ name: "sysName", type: 2, text: "r1" }] }, "version 3  sysName r1"],
  [
    { statistics: [{ name: "adjRibInRoutes", type: 9, afi: 1, safi: 1, value: "3" }] },
    'adjRibInRoutes 3 {"afi":1,"safi":1}',
  ],
  [
    {
      viewName: "",
      peers: [
        { address: "192.0.2.1", as: 65001 },
        { address: "::1", as: 65002 },
      ],
    },
    'viewName ""  peers 192.0.2.1 AS 65001, ::1 AS 65002',
  ],
  [{ tlvs: [], other: { deep: [1] } }, 'other {"deep":[1]}'],
  [{ text: "a\u001b[31mb" }, String.raw`text a\u001b[31mb`],
])("%j", (values, text) => {
  expect(informationText(values)).toBe(text);
});
