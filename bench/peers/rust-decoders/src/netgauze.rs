//! NetGauze: `BgpMessage`, which owns everything. As lenient as it can be told to be; it still refuses ONLY_TO_CUSTOMER with
//! the Partial bit, and multicast routes to addresses that are not multicast.
use crate::Counts;
use bytes::Bytes;
use netgauze_bgp_pkt::BgpMessage;
use netgauze_bgp_pkt::path_attribute::{AsPath, MpReach, MpUnreach, PathAttributeValue};
use netgauze_bgp_pkt::wire::deserializer::BgpParsingContext;
use netgauze_parse_utils::reader::SliceReader;
use netgauze_parse_utils::traits::ParseFromWithOneInput;
use std::collections::HashMap;

thread_local! {
    static CONTEXT: std::cell::RefCell<BgpParsingContext> = BgpParsingContext::new(true, HashMap::new(), HashMap::new(), false, false, false, false).into();
}

pub fn decode(message: &Bytes, counts: &mut Counts) -> bool {
    let parsed = CONTEXT
        .with_borrow_mut(|context| BgpMessage::parse(&mut SliceReader::new(message), context));
    let Ok(BgpMessage::Update(update)) = parsed else {
        return false;
    };
    counts.prefixes += (update.withdraw_routes().len() + update.nlri().len()) as u64;
    for attribute in update.path_attributes() {
        match attribute.value() {
            PathAttributeValue::AsPath(path) => {
                let AsPath::As4PathSegments(segments) = path else {
                    continue;
                };
                for segment in segments {
                    counts.as_sum += segment
                        .as_numbers()
                        .iter()
                        .map(|&asn| u64::from(asn))
                        .sum::<u64>();
                }
            }
            PathAttributeValue::Communities(list) => {
                counts.communities += list.communities().len() as u64
            }
            PathAttributeValue::LargeCommunities(list) => {
                counts.communities += list.communities().len() as u64
            }
            PathAttributeValue::MpReach(MpReach::Ipv4Unicast { nlri, .. }) => {
                counts.prefixes += nlri.len() as u64
            }
            PathAttributeValue::MpReach(MpReach::Ipv4Multicast { nlri, .. }) => {
                counts.prefixes += nlri.len() as u64
            }
            PathAttributeValue::MpReach(MpReach::Ipv6Unicast { nlri, .. }) => {
                counts.prefixes += nlri.len() as u64
            }
            PathAttributeValue::MpUnreach(MpUnreach::Ipv4Unicast { nlri }) => {
                counts.prefixes += nlri.len() as u64
            }
            PathAttributeValue::MpUnreach(MpUnreach::Ipv4Multicast { nlri }) => {
                counts.prefixes += nlri.len() as u64
            }
            PathAttributeValue::MpUnreach(MpUnreach::Ipv6Unicast { nlri }) => {
                counts.prefixes += nlri.len() as u64
            }
            _ => {}
        }
    }
    true
}
