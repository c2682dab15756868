//! Tags. Codes and messages are those of TagResources in `AlibabaCloudDocs/ecs`.

use std::collections::BTreeSet;

use super::fault::{given, some_given};
use crate::{
    api::ecs::{Accepted, Tag, TagResources},
    emulator::gateway::{Call, Refusal, Serve},
};

/// Tags in one call, and on one resource; documented.
const MOST_TAGS: usize = 20;
/// Resources in one TagResources; documented.
const MOST_RESOURCES: usize = 50;
/// Characters of a key, and of a value; documented.
const LONGEST: usize = 128;
/// What a resource can be; the emulator has instances only.
const TYPES: [&str; 10] = [
    "instance",
    "disk",
    "snapshot",
    "image",
    "securitygroup",
    "volume",
    "eni",
    "ddh",
    "keypair",
    "launchtemplate",
];

/// Keys and values, if they may be used.
pub(super) fn checked(tags: &[Tag]) -> Result<Vec<(String, String)>, Refusal> {
    if tags.len() > MOST_TAGS {
        return Err(Refusal::new(
            400,
            "NumberExceed.Tags",
            "The Tags parameter's number is exceed , Valid : 20",
        ));
    }
    let is_link = |text: &str| text.contains("http://") || text.contains("https://");
    tags.iter()
        .map(|tag| {
            let reserved = tag.key.starts_with("aliyun") || tag.key.starts_with("acs:");
            if tag.key.is_empty() || reserved || is_link(&tag.key) || tag.key.chars().count() > LONGEST {
                return Err(Refusal::new(
                    400,
                    "InvalidTagKey.Malformed",
                    format!(
                        "The specified Tag.n.Key is not valid. (`{}` is empty, longer than {LONGEST} characters, a link, or begins with `aliyun` or `acs:`)",
                        tag.key
                    ),
                ));
            }
            let value = tag.value.clone().unwrap_or_default();
            if is_link(&value) || value.chars().count() > LONGEST {
                return Err(Refusal::new(
                    400,
                    "InvalidTagValue.Malformed",
                    format!(
                        "The specified Tag.n.Value is not valid. (that of `{}` is longer than {LONGEST} characters or a link)",
                        tag.key
                    ),
                ));
            }
            Ok((tag.key.clone(), value))
        })
        .collect()
}

/// Refuses a key that is there twice.
pub(super) fn one_of_each(tags: &[(String, String)]) -> Result<(), Refusal> {
    let distinct: BTreeSet<&String> = tags.iter().map(|(key, _)| key).collect();
    if distinct.len() < tags.len() {
        return Err(Refusal::new(400, "Duplicate.TagKey", "The Tag.N.Key contain duplicate key."));
    }
    Ok(())
}

impl Serve for TagResources {
    fn serve(self, call: &mut Call<'_>) -> Result<Accepted, Refusal> {
        given(&self, "RegionId", &self.region_id)?;
        given(&self, "ResourceType", &self.resource_type)?;
        some_given(&self, "ResourceId", &self.resource_id)?;
        some_given(&self, "Tag", &self.tag)?;
        if !TYPES.contains(&self.resource_type.as_str()) {
            return Err(Refusal::new(
                404,
                "InvalidResourceType.NotFound",
                format!(
                    "The ResourceType provided does not exist in our records. (`{}`)",
                    self.resource_type
                ),
            ));
        }
        if self.resource_id.len() > MOST_RESOURCES {
            return Err(Refusal::new(
                400,
                "NumberExceed.ResourceIds",
                "The ResourceIds parameter's number is exceed , Valid : 50",
            ));
        }
        let tags = checked(&self.tag)?;
        one_of_each(&tags)?;
        let instances = &mut call.account().instances;
        for id in &self.resource_id {
            let found = instances.get(id).filter(|found| found.region == self.region_id);
            let Some(found) = found.filter(|_| self.resource_type == "instance") else {
                return Err(Refusal::new(
                    404,
                    "InvalidResourceId.NotFound",
                    format!(
                        "The specified ResourceIds are not found in our records. (no {} `{id}`; the emulator has instances only)",
                        self.resource_type
                    ),
                ));
            };
            let keys: BTreeSet<&String> = found.tags.iter().chain(&tags).map(|(key, _)| key).collect();
            if keys.len() > MOST_TAGS {
                return Err(Refusal::new(
                    400,
                    "OperationDenied.QuotaExceed",
                    "The quota of tags on resource is beyond permitted range.",
                ));
            }
        }
        for id in &self.resource_id {
            if let Some(instance) = instances.get_mut(id) {
                for (key, value) in &tags {
                    instance.tags.retain(|(old, _)| old != key);
                    instance.tags.push((key.clone(), value.clone()));
                }
            }
        }
        Ok(Accepted::default())
    }
}
