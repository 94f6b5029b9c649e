// The numbers, held against the registries' own spelling: a number here is typed a second time on purpose.
import { expect, test } from "vitest";
import { Afi, afiName } from "./afi.ts";
import { AttributeCode, attributeName } from "./attribute-code.ts";
import { BgpRole, bgpRoleName } from "./bgp-role.ts";
import { CapabilityCode, capabilityName } from "./capability-code.ts";
import { MessageType, messageTypeName } from "./message-type.ts";
import {
  Cease,
  FsmError,
  MessageHeaderError,
  NotificationCode,
  notificationCodeName,
  notificationSubcodeName,
  OpenMessageError,
  RouteRefreshError,
  UpdateMessageError,
} from "./notification-code.ts";
import { Safi, safiName } from "./safi.ts";

/** "1-3,7" as numbers. */
function numbers(text: string): number[] {
  return text.split(",").flatMap((part) => {
    const [from, to = from] = part.split("-").map(Number) as [number, number?];
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
}

test.each([
  ["Message Types, with the unassigned one of draft-ietf-idr-dynamic-cap", MessageType, "1-6"],
  ["Address Family Numbers", Afi, "1-31,16384-16399"],
  ["SAFI Values", Safi, "1-2,4-9,64-80,83-85,128-129,132-134,140"],
  ["Path Attributes", AttributeCode, "1-29,32-42,128,255"],
  ["Capability Codes", CapabilityCode, "1-9,64-77,128-131,184-185"],
  ["Error Codes", NotificationCode, "1-9"],
  ["Message Header Error subcodes", MessageHeaderError, "0-3"],
  ["OPEN Message Error subcodes", OpenMessageError, "0-4,6-7,11"],
  ["UPDATE Message Error subcodes", UpdateMessageError, "0-6,8-11"],
  ["FSM Error subcodes", FsmError, "0-3"],
  ["Cease subcodes", Cease, "1-10"],
  ["ROUTE-REFRESH Error subcodes", RouteRefreshError, "1"],
  ["BGP Role Value", BgpRole, "0-4"],
])("%s: each assigned number once, in order", (_name, table, expected) => {
  expect(Object.values(table)).toEqual(numbers(expected));
});

test.each([
  [Afi.IPv4, 1],
  [Afi.IPv6, 2],
  [Afi.L2VPN, 25],
  [Afi.BgpLs, 16388],
  [Safi.Unicast, 1],
  [Safi.LabeledUnicast, 4],
  [Safi.Vpls, 65],
  [Safi.Evpn, 70],
  [Safi.SrPolicy, 73],
  [Safi.Mup, 85],
  [Safi.Vpn, 128],
  [Safi.RouteTargetConstraint, 132],
  [Safi.Flowspec, 133],
  [AttributeCode.MpReachNlri, 14],
  [AttributeCode.As4Path, 17],
  [AttributeCode.PmsiTunnel, 22],
  [AttributeCode.Aigp, 26],
  [AttributeCode.LargeCommunity, 32],
  [AttributeCode.OnlyToCustomer, 35],
  [AttributeCode.PrefixSid, 40],
  [AttributeCode.AttrSet, 128],
  [CapabilityCode.ExtendedNextHop, 5],
  [CapabilityCode.BgpRole, 9],
  [CapabilityCode.FourOctetAs, 65],
  [CapabilityCode.AddPath, 69],
  [CapabilityCode.LongLivedGracefulRestart, 71],
  [CapabilityCode.Fqdn, 73],
  [OpenMessageError.UnacceptableHoldTime, 6],
  [OpenMessageError.RoleMismatch, 11],
  [UpdateMessageError.MalformedAsPath, 11],
  [Cease.HardReset, 9],
  [BgpRole.Customer, 3],
])("%i is %i", (value, expected) => {
  expect(value).toBe(expected);
});

test.each([
  [afiName(1), "IPv4"],
  [afiName(99), "AFI 99"],
  [safiName(128), "Vpn"],
  [safiName(99), "SAFI 99"],
  [attributeName(1), "ORIGIN"],
  [attributeName(2), "AS_PATH"],
  [attributeName(4), "MULTI_EXIT_DISC"],
  [attributeName(14), "MP_REACH_NLRI"],
  [attributeName(17), "AS4_PATH"],
  [attributeName(32), "LARGE_COMMUNITY"],
  [attributeName(99), "attribute 99"],
  [capabilityName(69), "AddPath"],
  [capabilityName(99), "capability 99"],
  [messageTypeName(1), "OPEN"],
  [messageTypeName(5), "ROUTE-REFRESH"],
  [messageTypeName(6), "CAPABILITY"],
  [messageTypeName(7), "message type 7"],
  [bgpRoleName(0), "Provider"],
  [bgpRoleName(9), "role 9"],
])("%s", (name, expected) => {
  expect(name).toBe(expected);
});

test.each([
  [1, 3, "Message Header Error", "Bad Message Type"],
  [2, 0, "OPEN Message Error", ""],
  [2, 5, "OPEN Message Error", "subcode 5"],
  [2, 11, "OPEN Message Error", "Role Mismatch"],
  [3, 6, "UPDATE Message Error", "Invalid ORIGIN Attribute"],
  [3, 7, "UPDATE Message Error", "subcode 7"],
  [3, 11, "UPDATE Message Error", "Malformed AS_PATH"],
  [4, 0, "Hold Timer Expired", ""],
  [5, 2, "Finite State Machine Error", "Receive Unexpected Message in OpenConfirm State"],
  [6, 3, "Cease", "Peer De-configured"],
  [6, 10, "Cease", "BFD Down"],
  [6, 11, "Cease", "subcode 11"],
  [7, 1, "ROUTE-REFRESH Message Error", "Invalid Message Length"],
  [8, 0, "Send Hold Timer Expired", ""],
  [9, 0, "Loss of LSDB Synchronization", ""],
  [0, 1, "code 0", "subcode 1"],
  [200, 1, "code 200", "subcode 1"],
])("NOTIFICATION %i/%i", (code, subcode, codeName, subcodeName) => {
  expect(notificationCodeName(code)).toBe(codeName);
  expect(notificationSubcodeName(code, subcode)).toBe(subcodeName);
});
