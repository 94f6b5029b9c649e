// Numbers that the decoder asks for in every program. The registries of the core are objects of names, which a bundler keeps
// whole: a program that reads unicast alone is 1 KB smaller, compressed, for these. The types say whose names they stand for.
import type { Afi, AttributeCode, NotificationCode, Safi, UpdateMessageError } from "@bgpwire/core";
import type { AttributeFlag } from "./attribute/row.ts";

export const ORIGIN_CODE: typeof AttributeCode.Origin = 1;
export const AS_PATH_CODE: typeof AttributeCode.AsPath = 2;
export const NEXT_HOP_CODE: typeof AttributeCode.NextHop = 3;
export const MP_REACH_CODE: typeof AttributeCode.MpReachNlri = 14;
export const MP_UNREACH_CODE: typeof AttributeCode.MpUnreachNlri = 15;
export const BGPSEC_PATH_CODE: typeof AttributeCode.BgpsecPath = 33;

export const OPTIONAL_FLAG: typeof AttributeFlag.Optional = 0x80;
export const TRANSITIVE_FLAG: typeof AttributeFlag.Transitive = 0x40;
export const EXTENDED_LENGTH_FLAG: typeof AttributeFlag.ExtendedLength = 0x10;

export const IPV4: typeof Afi.IPv4 = 1;
export const IPV6: typeof Afi.IPv6 = 2;
export const UNICAST_SAFI: typeof Safi.Unicast = 1;
export const MULTICAST_SAFI: typeof Safi.Multicast = 2;

export const UPDATE_MESSAGE_ERROR: typeof NotificationCode.UpdateMessageError = 3;

// Subcodes of UPDATE Message Error.
export const UNSPECIFIC: typeof UpdateMessageError.Unspecific = 0;
export const MALFORMED_ATTRIBUTE_LIST: typeof UpdateMessageError.MalformedAttributeList = 1;
export const UNRECOGNIZED_WELL_KNOWN_ATTRIBUTE: typeof UpdateMessageError.UnrecognizedWellKnownAttribute = 2;
export const MISSING_WELL_KNOWN_ATTRIBUTE: typeof UpdateMessageError.MissingWellKnownAttribute = 3;
export const ATTRIBUTE_FLAGS_ERROR: typeof UpdateMessageError.AttributeFlagsError = 4;
export const ATTRIBUTE_LENGTH_ERROR: typeof UpdateMessageError.AttributeLengthError = 5;
export const INVALID_ORIGIN: typeof UpdateMessageError.InvalidOrigin = 6;
export const INVALID_NEXT_HOP: typeof UpdateMessageError.InvalidNextHop = 8;
export const OPTIONAL_ATTRIBUTE_ERROR: typeof UpdateMessageError.OptionalAttributeError = 9;
export const INVALID_NETWORK_FIELD: typeof UpdateMessageError.InvalidNetworkField = 10;
export const MALFORMED_AS_PATH: typeof UpdateMessageError.MalformedAsPath = 11;
