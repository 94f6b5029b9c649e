//! bgpkit-parser: `BgpUpdateMessage`, which owns everything.
use crate::Counts;
use bgpkit_parser::models::{AsPathSegment, AsnLength, AttributeValue};
use bgpkit_parser::parser::bgp::messages::parse_bgp_update_message;
use bytes::Bytes;

pub fn decode(message: &Bytes, counts: &mut Counts) -> bool {
    let Ok(update) = parse_bgp_update_message(message.slice(19..), false, &AsnLength::Bits32)
    else {
        return false;
    };
    counts.prefixes += (update.withdrawn_prefixes.len() + update.announced_prefixes.len()) as u64;
    for attribute in &update.attributes {
        match attribute {
            AttributeValue::AsPath(path) => {
                for segment in path.segments.iter() {
                    let (AsPathSegment::AsSequence(list)
                    | AsPathSegment::AsSet(list)
                    | AsPathSegment::ConfedSequence(list)
                    | AsPathSegment::ConfedSet(list)) = segment;
                    counts.as_sum += list.iter().map(|asn| u64::from(asn.to_u32())).sum::<u64>();
                }
            }
            AttributeValue::Communities(list) => counts.communities += list.len() as u64,
            AttributeValue::LargeCommunities(list) => counts.communities += list.len() as u64,
            AttributeValue::MpReachNlri(nlri) | AttributeValue::MpUnreachNlri(nlri) => {
                counts.prefixes += nlri.prefixes.len() as u64;
            }
            _ => {}
        }
    }
    true
}
