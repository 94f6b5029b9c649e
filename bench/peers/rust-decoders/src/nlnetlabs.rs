//! routecore: a message is a view, so its attributes and routes are made into owned values and collected, as the objects of
//! the others are.
use crate::Counts;
use bytes::Bytes;
use routecore::bgp::aspath::Hop;
use routecore::bgp::message::{SessionConfig, UpdateMessage};
use routecore::bgp::path_attributes::PathAttribute;

pub fn decode(message: &Bytes, counts: &mut Counts) -> bool {
    let octets: &[u8] = message;
    let Ok(update) = UpdateMessage::from_octets(octets, &SessionConfig::modern()) else {
        return false;
    };
    let (Ok(withdrawn), Ok(announced)) = (update.withdrawals_vec(), update.announcements_vec())
    else {
        return false;
    };
    let attributes: Vec<PathAttribute> = update
        .path_attributes()
        .expect("attributes")
        // MP_UNREACH_NLRI has no owned value: its routes are among the withdrawals.
        .filter_map(|attribute| attribute.expect("an attribute").to_owned().ok())
        .collect();
    counts.prefixes += (withdrawn.len() + announced.len()) as u64;
    for attribute in &attributes {
        match attribute {
            PathAttribute::AsPath(path) => {
                for hop in path.iter() {
                    counts.as_sum += match hop {
                        Hop::Asn(asn) => u64::from(asn.into_u32()),
                        Hop::Segment(segment) => {
                            segment.asns().map(|asn| u64::from(asn.into_u32())).sum()
                        }
                    };
                }
            }
            PathAttribute::StandardCommunities(list) => {
                counts.communities += list.communities().len() as u64
            }
            PathAttribute::LargeCommunities(list) => {
                counts.communities += list.communities().len() as u64
            }
            _ => {}
        }
    }
    true
}
