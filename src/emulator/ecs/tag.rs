//! Tags.

use super::instance::{invalid_parameter, not_found};
use crate::{
    api::ecs::{Accepted, Tag, TagResources},
    emulator::gateway::{Call, Refusal, Serve, required},
};

/// Tags in one call; documented.
pub(super) const MOST_TAGS: usize = 20;
/// Resources in one TagResources; documented.
const MOST_RESOURCES: usize = 50;
/// Characters of a key; documented.
const LONGEST_KEY: usize = 128;

/// Keys and values, if the keys may be used.
pub(super) fn checked(tags: &[Tag]) -> Result<Vec<(String, String)>, Refusal> {
    tags.iter()
        .map(|tag| {
            let reserved = tag.key.starts_with("aliyun") || tag.key.starts_with("acs:");
            if tag.key.is_empty() || reserved || tag.key.chars().count() > LONGEST_KEY {
                return Err(invalid_parameter(format!(
                    "tag key `{}` is empty, longer than {LONGEST_KEY} characters, or begins with `aliyun` or `acs:`",
                    tag.key
                )));
            }
            Ok((tag.key.clone(), tag.value.clone().unwrap_or_default()))
        })
        .collect()
}

impl Serve for TagResources {
    fn serve(self, call: &mut Call<'_>) -> Result<Accepted, Refusal> {
        required("RegionId", &self.region_id)?;
        if self.resource_type != "instance" {
            return Err(invalid_parameter(format!(
                "ResourceType `{}`: the emulator has instances only",
                self.resource_type
            )));
        }
        if self.resource_id.is_empty() {
            return Err(Refusal::missing("ResourceId"));
        }
        if self.tag.is_empty() {
            return Err(Refusal::missing("Tag"));
        }
        if self.resource_id.len() > MOST_RESOURCES || self.tag.len() > MOST_TAGS {
            return Err(invalid_parameter(format!(
                "at most {MOST_RESOURCES} resources and {MOST_TAGS} tags"
            )));
        }
        let tags = checked(&self.tag)?;
        let instances = &mut call.account().instances;
        if !self.resource_id.iter().all(|id| instances.contains_key(id)) {
            return Err(not_found());
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
