//! Where calls go, as far as the environment and a profile decide it.

use std::collections::BTreeMap;

use super::{
    config_file::Profile,
    error::{Error, Fault},
    inputs::yes_or_no,
    variables::{self, Names},
};
use crate::{
    openapi::{EndpointOptions, Product},
    secret::Secret,
};

/// The variables that give one product an address of its own.
const PRODUCTS: [(Product, Names); 3] = [
    (Product::Cms, variables::CMS_ENDPOINT),
    (Product::Ecs, variables::ECS_ENDPOINT),
    (Product::Sts, variables::STS_ENDPOINT),
];

/// What `--endpoint` (`all`), `--vpc` and the environment say.
///
/// # Errors
/// Variables that contradict each other, or say nothing that is known.
pub fn endpoints(
    variables: &BTreeMap<String, Secret>,
    all: Option<String>,
    is_vpc: bool,
) -> Result<EndpointOptions, Error> {
    read(variables, all, is_vpc).map_err(Error::variable)
}

fn read(
    variables: &BTreeMap<String, Secret>,
    all: Option<String>,
    is_vpc: bool,
) -> Result<EndpointOptions, Fault> {
    if all.is_none() && variables::given(variables, variables::ANY_ENDPOINT).is_some() {
        return Err(one_for_all(&format!("`{}` is set", variables::ANY_ENDPOINT)));
    }
    let mut products = BTreeMap::new();
    for (product, names) in PRODUCTS {
        if let Some((_, address)) = variables::agreed(variables, names)? {
            products.insert(product, address.trim().to_owned());
        }
    }
    let of_sdk = variables::given(variables, variables::VPC).unwrap_or_default();
    let of_sdk = yes_or_no(of_sdk).ok_or_else(|| {
        Fault::input(
            format!("`{}` says neither yes nor no", variables::VPC),
            format!("set `{}` to `true` or `false`", variables::VPC),
        )
    })?;
    let of_tool = match variables::agreed(variables, variables::ENDPOINT_TYPE)? {
        None => None,
        Some((name, value)) => Some((name, network(&format!("`{name}`"), value)?)),
    };
    if let Some((name, false)) = of_tool
        && of_sdk
    {
        return Err(Fault::input(
            format!("`{name}` says public, and `{}` says VPC", variables::VPC),
            "unset one of them",
        ));
    }
    let sts_region = variables::agreed(variables, variables::STS_REGION)?;
    Ok(EndpointOptions {
        all,
        products,
        is_vpc: is_vpc || of_sdk || of_tool.is_some_and(|(_, is_vpc)| is_vpc),
        sts_region: sts_region.map(|(_, region)| region.to_owned()),
    })
}

/// Whether a type of endpoints means those inside a VPC; `name` says where it is written.
fn network(name: &str, value: &str) -> Result<bool, Fault> {
    match value.trim().to_ascii_lowercase().as_str() {
        "vpc" => Ok(true),
        "" | "public" => Ok(false),
        _ => Err(Fault::input(
            format!("{name} is neither `vpc` nor `public`"),
            "write `vpc` for the addresses inside a VPC, or leave it out",
        )),
    }
}

fn one_for_all(what: &str) -> Fault {
    Fault::input(
        format!("{what}: one address for whatever is called, and bellcheck calls CloudMonitor, ECS and STS"),
        "name CloudMonitor's with ALIBABA_CLOUD_ENDPOINT_CMS (ECS's with …_ECS, STS's with …_STS), or one for all with --endpoint",
    )
}

/// What a profile says of addresses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct OfProfile {
    /// Its `endpoint_type` is `vpc`.
    pub(super) is_vpc: bool,
    /// Its `sts_endpoint`.
    pub(super) sts_endpoint: Option<String>,
    /// Its `sts_region`.
    pub(super) sts_region: Option<String>,
}

impl OfProfile {
    pub(super) fn read(profile: &Profile, given: &EndpointOptions) -> Result<Self, Fault> {
        let text = |field| Ok::<_, Fault>(profile.text(field)?.filter(|text| !text.is_empty()));
        let is_given = given.all.is_some() || given.products.contains_key(&Product::Cms);
        if text("endpoint")?.is_some() && !is_given {
            return Err(one_for_all("the profile has an `endpoint`"));
        }
        let is_vpc = match text("endpoint_type")? {
            None => false,
            Some(value) => network("`endpoint_type`", value)?,
        };
        Ok(Self {
            is_vpc,
            sts_endpoint: text("sts_endpoint")?.map(|address| address.trim().to_owned()),
            sts_region: text("sts_region")?.map(str::to_owned),
        })
    }

    /// The choices with this profile's, which come before those of the environment.
    pub(super) fn apply(&self, options: &mut EndpointOptions) {
        options.is_vpc |= self.is_vpc;
        if let Some(region) = &self.sts_region {
            options.sts_region = Some(region.clone());
        }
        if let Some(endpoint) = &self.sts_endpoint {
            options.products.insert(Product::Sts, endpoint.clone());
        }
    }
}
