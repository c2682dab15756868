//! Reads of instances.

use super::{
    Instance, State,
    fault::{dry_run, given, invalid_parameter},
    page::Page,
};
use crate::{
    api::ecs::{
        DescribeInstanceStatus, DescribeInstanceStatusResponse, DescribeInstances, DescribeInstancesResponse,
        Instance as ReadInstance, InstanceList, InstanceStatus, InstanceStatusList, MetadataOptions,
    },
    emulator::gateway::{Call, Refusal, Serve},
};

/// Largest page of DescribeInstances; documented.
const LARGEST_PAGE: u32 = 100;
/// Largest page of DescribeInstanceStatus; documented.
const LARGEST_STATUS_PAGE: u32 = 50;
/// Ids in one call; documented.
const MOST_IDS: usize = 100;

impl Serve for DescribeInstances {
    fn serve(self, call: &mut Call<'_>) -> Result<DescribeInstancesResponse, Refusal> {
        given(&self, "RegionId", &self.region_id)?;
        let ids = match &self.instance_ids {
            Some(text) if !text.is_empty() => Some(read_ids("InstanceIds", text)?),
            _ => None,
        };
        let page = Page::of(
            self.page_number,
            self.page_size,
            LARGEST_PAGE,
            self.next_token.as_deref(),
            self.max_results,
        )
        .map_err(invalid_parameter)?;
        if self.dry_run == Some(true) {
            return Err(dry_run());
        }
        let found = call
            .account()
            .instances
            .values()
            .filter(|instance| instance.region == self.region_id)
            .filter(|instance| ids.as_ref().is_none_or(|ids| ids.contains(&instance.id)))
            .filter(|instance| fits(&self, instance));
        let part = page.cut(found);
        // It is asked for by name, and of the names in use the emulator knows only this one.
        let with_metadata = self.additional_attributes.iter().any(|name| name == "META_OPTIONS");
        let shown = |instance: &Instance| ReadInstance {
            metadata_options: with_metadata.then(|| MetadataOptions {
                http_endpoint: "enabled".to_owned(),
                http_tokens: "optional".to_owned(),
            }),
            ..instance.shown()
        };
        Ok(DescribeInstancesResponse {
            total_count: Some(part.total),
            page_number: page.number,
            page_size: page.size,
            next_token: part.next_token.unwrap_or_default(),
            instances: InstanceList { instance: part.items.into_iter().map(shown).collect() },
            ..DescribeInstancesResponse::default()
        })
    }
}

fn fits(call: &DescribeInstances, instance: &Instance) -> bool {
    let some = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let state = some(&call.status).is_none_or(|status| State::parse(&status) == Some(instance.state));
    let name = some(&call.instance_name).is_none_or(|pattern| wildcard(&pattern, &instance.name));
    let tags = call.tag.iter().all(|wanted| {
        instance.tags.iter().any(|(key, value)| {
            *key == wanted.key && wanted.value.as_ref().is_none_or(|wanted| wanted == value)
        })
    });
    state && name && tags
}

/// Whether `text` fits a pattern in which `*` stands for anything.
fn wildcard(pattern: &str, text: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut rest) = text.strip_prefix(head) else {
        return false;
    };
    let pieces: Vec<&str> = tail.split('*').collect();
    let Some((last, middle)) = pieces.split_last() else {
        return true;
    };
    for piece in middle {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Ids as a JSON array in a parameter.
pub(super) fn read_ids(name: &str, text: &str) -> Result<Vec<String>, Refusal> {
    let ids: Vec<String> = serde_json::from_str(text)
        .map_err(|_| invalid_parameter(format!("{name} is a JSON array of strings, in a string")))?;
    if ids.len() > MOST_IDS {
        return Err(invalid_parameter(format!("at most {MOST_IDS} {name}")));
    }
    Ok(ids)
}

impl Serve for DescribeInstanceStatus {
    fn serve(self, call: &mut Call<'_>) -> Result<DescribeInstanceStatusResponse, Refusal> {
        given(&self, "RegionId", &self.region_id)?;
        if self.instance_id.len() > MOST_IDS {
            return Err(invalid_parameter(format!("at most {MOST_IDS} InstanceId")));
        }
        let page = Page::by_number(self.page_number, self.page_size, LARGEST_STATUS_PAGE)
            .map_err(invalid_parameter)?;
        let zone = self.zone_id.as_deref().filter(|zone| !zone.is_empty());
        let found = call
            .account()
            .instances
            .values()
            .filter(|instance| instance.region == self.region_id)
            .filter(|instance| zone.is_none_or(|zone| instance.zone() == zone))
            .filter(|instance| self.instance_id.is_empty() || self.instance_id.contains(&instance.id));
        let part = page.cut(found);
        let told = |instance: &Instance| InstanceStatus {
            instance_id: instance.id.clone(),
            status: instance.state.as_str().to_owned(),
        };
        Ok(DescribeInstanceStatusResponse {
            total_count: Some(part.total),
            page_number: page.number,
            page_size: page.size,
            instance_statuses: InstanceStatusList {
                instance_status: part.items.into_iter().map(told).collect(),
            },
            ..DescribeInstanceStatusResponse::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::wildcard;

    #[test]
    fn wildcards_stand_for_anything() {
        for (pattern, text, fits) in [
            ("web-1", "web-1", true),
            ("web", "web-1", false),
            ("web*", "web-1", true),
            ("*1", "web-1", true),
            ("w*b*1", "web-1", true),
            ("*", "", true),
            ("a*b*a", "aba", true),
            ("ab*ba", "aba", false),
            ("a*c*", "ab", false),
        ] {
            assert_eq!(wildcard(pattern, text), fits, "{pattern} {text}");
        }
    }
}
