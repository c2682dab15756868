//! Reads of instances.

use super::{Instance, State, instance::invalid_parameter};
use crate::{
    api::ecs::{
        DescribeInstanceStatus, DescribeInstanceStatusResponse, DescribeInstances, DescribeInstancesResponse,
        Instance as ReadInstance, InstanceList, InstanceStatus, InstanceStatusList, IpAddresses, ReadTag,
        Tags, VpcAttributes,
    },
    emulator::gateway::{Call, Refusal, Serve, required},
};

/// Entries a page without PageSize; documented.
const PAGE_SIZE: u32 = 10;
/// Largest page of DescribeInstances; documented.
const LARGEST_PAGE: u32 = 100;
/// Largest page of DescribeInstanceStatus; documented.
const LARGEST_STATUS_PAGE: u32 = 50;
/// Ids in one call; documented.
const MOST_IDS: usize = 100;

/// A part of a list: how much is skipped, and how much is taken.
struct Window {
    number: u32,
    size: u32,
}

impl Window {
    fn of(number: Option<u32>, size: Option<u32>, largest: u32) -> Result<Self, Refusal> {
        let window = Self { number: number.unwrap_or(1), size: size.unwrap_or(PAGE_SIZE) };
        if window.number == 0 || window.size == 0 || window.size > largest {
            return Err(invalid_parameter(format!("PageNumber is from 1, PageSize 1 to {largest}")));
        }
        Ok(window)
    }

    fn skipped(&self) -> usize {
        usize::try_from(u64::from(self.number - 1) * u64::from(self.size)).unwrap_or(usize::MAX)
    }
}

impl Serve for DescribeInstances {
    fn serve(self, call: &mut Call<'_>) -> Result<DescribeInstancesResponse, Refusal> {
        required("RegionId", &self.region_id)?;
        let ids = match &self.instance_ids {
            Some(text) if !text.is_empty() => Some(read_ids(text)?),
            _ => None,
        };
        let by_token = self.max_results.is_some() || self.next_token.is_some();
        let window = Window::of(
            self.page_number,
            if by_token { self.max_results } else { self.page_size },
            LARGEST_PAGE,
        )?;
        let skipped = match self.next_token.as_deref() {
            Some(token) if !token.is_empty() => token
                .strip_prefix(TOKEN_PREFIX)
                .and_then(|rest| rest.parse::<usize>().ok())
                .ok_or_else(|| invalid_parameter("NextToken is not one that DescribeInstances gave"))?,
            _ if by_token => 0,
            _ => window.skipped(),
        };
        let account = call.account();
        let found: Vec<&Instance> = account
            .instances
            .values()
            .filter(|instance| instance.region == self.region_id)
            .filter(|instance| ids.as_ref().is_none_or(|ids| ids.contains(&instance.id)))
            .filter(|instance| self.fits(instance))
            .collect();
        let total = found.len();
        let end = skipped.saturating_add(window.size as usize);
        let next_token = if by_token && end < total { format!("{TOKEN_PREFIX}{end}") } else { String::new() };
        let instance = found.into_iter().skip(skipped).take(window.size as usize).map(read).collect();
        Ok(DescribeInstancesResponse {
            total_count: Some(total as u64),
            page_number: window.number,
            page_size: window.size,
            next_token,
            instances: InstanceList { instance },
            ..DescribeInstancesResponse::default()
        })
    }
}

/// A token says where the next page begins.
const TOKEN_PREFIX: &str = "bellcheck-";

impl DescribeInstances {
    fn fits(&self, instance: &Instance) -> bool {
        let some = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let state = some(&self.status).is_none_or(|status| State::parse(&status) == Some(instance.state));
        let name = some(&self.instance_name).is_none_or(|pattern| wildcard(&pattern, &instance.name));
        let tags = self.tag.iter().all(|wanted| {
            instance.tags.iter().any(|(key, value)| {
                *key == wanted.key && wanted.value.as_ref().is_none_or(|wanted| wanted == value)
            })
        });
        state && name && tags
    }
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

fn read_ids(text: &str) -> Result<Vec<String>, Refusal> {
    let ids: Vec<String> = serde_json::from_str(text)
        .map_err(|_| invalid_parameter("InstanceIds is a JSON array of strings, in a string"))?;
    if ids.len() > MOST_IDS {
        return Err(invalid_parameter(format!("at most {MOST_IDS} InstanceIds")));
    }
    Ok(ids)
}

fn read(instance: &Instance) -> ReadInstance {
    ReadInstance {
        instance_id: instance.id.clone(),
        instance_name: instance.name.clone(),
        status: instance.state.as_str().to_owned(),
        region_id: instance.region.clone(),
        instance_type: instance.instance_type.clone(),
        creation_time: instance.created.strftime("%Y-%m-%dT%H:%MZ").to_string(),
        deletion_protection: instance.deletion_protection,
        vpc_attributes: VpcAttributes {
            private_ip_address: IpAddresses { ip_address: vec![instance.private_ip.clone()] },
        },
        tags: Tags {
            tag: instance
                .tags
                .iter()
                .map(|(key, value)| ReadTag { tag_key: key.clone(), tag_value: value.clone() })
                .collect(),
        },
    }
}

impl Serve for DescribeInstanceStatus {
    fn serve(self, call: &mut Call<'_>) -> Result<DescribeInstanceStatusResponse, Refusal> {
        required("RegionId", &self.region_id)?;
        if self.instance_id.len() > MOST_IDS {
            return Err(invalid_parameter(format!("at most {MOST_IDS} InstanceId")));
        }
        let window = Window::of(self.page_number, self.page_size, LARGEST_STATUS_PAGE)?;
        let found: Vec<InstanceStatus> = call
            .account()
            .instances
            .values()
            .filter(|instance| instance.region == self.region_id)
            .filter(|instance| self.instance_id.is_empty() || self.instance_id.contains(&instance.id))
            .map(|instance| InstanceStatus {
                instance_id: instance.id.clone(),
                status: instance.state.as_str().to_owned(),
            })
            .collect();
        Ok(DescribeInstanceStatusResponse {
            total_count: Some(found.len() as u64),
            page_number: window.number,
            page_size: window.size,
            instance_statuses: InstanceStatusList {
                instance_status: found
                    .into_iter()
                    .skip(window.skipped())
                    .take(window.size as usize)
                    .collect(),
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
