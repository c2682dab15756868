//! DescribeDisks: each instance has its system disk, and no other.

use super::{
    Instance,
    fault::{dry_run, given, invalid_parameter},
    instance_read::read_ids,
    page::Page,
};
use crate::{
    api::ecs::{DescribeDisks, DescribeDisksResponse, Disk, DiskList, OperationLocks, Tags},
    emulator::gateway::{Call, Refusal, Serve},
};

/// Largest page; documented.
const LARGEST_PAGE: u32 = 100;
const TYPES: [&str; 3] = ["all", "system", "data"];

impl Instance {
    /// The disk's id: that of the instance with another beginning.
    fn disk_id(&self) -> String {
        format!("d-{}", self.id.strip_prefix("i-").unwrap_or(&self.id))
    }

    fn system_disk(&self) -> Disk {
        let category = self.hardware.disk_category.clone();
        Disk {
            disk_id: self.disk_id(),
            disk_name: String::new(),
            description: String::new(),
            region_id: self.region.clone(),
            zone_id: self.zone(),
            r#type: "system".to_owned(),
            performance_level: (category == "cloud_essd").then(|| "PL1".to_owned()),
            category,
            size: self.hardware.disk_size,
            status: "In_use".to_owned(),
            image_id: self.hardware.image_id.clone(),
            instance_id: self.id.clone(),
            device: "/dev/xvda".to_owned(),
            disk_charge_type: self.charge_type().to_owned(),
            delete_with_instance: true,
            portable: false,
            encrypted: false,
            creation_time: self.created_at(),
            attached_time: self.created_at(),
            operation_locks: OperationLocks::default(),
            tags: Tags::default(),
        }
    }
}

impl Serve for DescribeDisks {
    fn serve(self, call: &mut Call<'_>) -> Result<DescribeDisksResponse, Refusal> {
        given(&self, "RegionId", &self.region_id)?;
        let ids = match &self.disk_ids {
            Some(text) if !text.is_empty() => Some(read_ids("DiskIds", text)?),
            _ => None,
        };
        if let Some(kind) = set(&self.disk_type)
            && !TYPES.contains(&kind)
        {
            return Err(invalid_parameter(format!("DiskType `{kind}` is none of {}", TYPES.join(", "))));
        }
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
            .map(Instance::system_disk)
            .filter(|disk| ids.as_ref().is_none_or(|ids| ids.contains(&disk.disk_id)))
            .filter(|disk| fits(&self, disk));
        let part = page.cut(found);
        Ok(DescribeDisksResponse {
            total_count: Some(part.total),
            page_number: page.number,
            page_size: page.size,
            next_token: part.next_token.unwrap_or_default(),
            disks: DiskList { disk: part.items },
            ..DescribeDisksResponse::default()
        })
    }
}

/// No disk is in a resource group.
fn fits(call: &DescribeDisks, disk: &Disk) -> bool {
    let is = |wanted: &Option<String>, found: &str, any: &str| {
        set(wanted).is_none_or(|wanted| wanted == found || wanted.eq_ignore_ascii_case(any))
    };
    is(&call.zone_id, &disk.zone_id, "")
        && is(&call.instance_id, &disk.instance_id, "")
        && is(&call.disk_type, &disk.r#type, "all")
        && is(&call.category, &disk.category, "all")
        && is(&call.status, &disk.status, "all")
        && set(&call.resource_group_id).is_none()
}

/// A filter that is sent empty is none.
fn set(filter: &Option<String>) -> Option<&str> {
    filter.as_deref().filter(|text| !text.is_empty())
}
