//! Parameters from another time.

use crate::openapi::{Claim, Product};

/// Common parameters that the SDKs of ECS have with every operation (`aliyun-python-sdk-ecs`
/// 4.24, `alibabacloud-ecs20140526` 7.11.8). They name the caller's own account a second time, or
/// one that it acts for; the emulator takes them and goes by the key alone.
const OF_ECS: [&str; 4] = ["OwnerId", "OwnerAccount", "ResourceOwnerId", "ResourceOwnerAccount"];

/// Leaves them out of the operation's own parameters.
pub(super) fn leave_out(claim: &mut Claim) {
    if Product::of_version(&claim.version) == Some(Product::Ecs) {
        claim.params.retain(|name, _| !OF_ECS.contains(&name.as_str()));
    }
}
