//! Which address a product has in a region.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use super::Product;
use crate::secret::show_address;

/// The addresses of the products in one region, or one address for all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    region: String,
    override_base: Option<String>,
    products: BTreeMap<Product, String>,
    is_vpc: bool,
    sts_region: Option<String>,
}

/// What decides addresses besides the region. What comes first here wins.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct EndpointOptions {
    /// A URL for every product's calls, such as that of an emulator.
    pub all: Option<String>,
    /// A URL or a `host[:port]` (then with HTTPS) for one product's calls.
    pub products: BTreeMap<Product, String>,
    /// Whether the addresses inside a VPC are meant.
    pub is_vpc: bool,
    /// The region whose STS is asked, instead of the central one.
    pub sts_region: Option<String>,
}

/// An address or a region that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointError(String);

impl fmt::Display for EndpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for EndpointError {}

impl Endpoints {
    /// For `region`, such as `cn-hangzhou`. With `override_`, a URL such as
    /// `http://127.0.0.1:8080`, every product's calls go there.
    ///
    /// # Errors
    /// A region that cannot be part of a host name, or an override that is not an `http` or `https`
    /// address of a host.
    pub fn new(region: &str, override_: Option<&str>) -> Result<Self, EndpointError> {
        let all = override_.map(str::to_owned);
        Self::with_options(region, &EndpointOptions { all, ..EndpointOptions::default() })
    }

    /// For `region`, and whatever else decides the addresses.
    ///
    /// # Errors
    /// As [`Self::new`], for each region and address in the options.
    pub fn with_options(region: &str, options: &EndpointOptions) -> Result<Self, EndpointError> {
        let mut products = BTreeMap::new();
        for (product, address) in &options.products {
            let base = if address.contains("://") {
                base_of(address)?
            } else {
                base_of(&format!("https://{address}"))?
            };
            products.insert(*product, base);
        }
        Ok(Self {
            region: checked(region)?,
            override_base: options.all.as_deref().map(base_of).transpose()?,
            products,
            is_vpc: options.is_vpc,
            sts_region: options.sts_region.as_deref().map(checked).transpose()?,
        })
    }

    /// The same choices, for another region.
    ///
    /// # Errors
    /// A region that cannot be part of a host name.
    pub fn in_region(&self, region: &str) -> Result<Self, EndpointError> {
        Ok(Self { region: checked(region)?, ..self.clone() })
    }

    /// The region.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The regions that CloudMonitor is known to have an address of its own in; another one follows
    /// the general rule by product name, and may be right all the same.
    #[must_use]
    pub const fn known_regions() -> &'static [&'static str] {
        &CMS_REGIONS
    }

    /// Where a product's calls go, if that is not the service's own address in the region (or in a VPC).
    #[must_use]
    pub fn elsewhere(&self, product: Product) -> Option<String> {
        let own = format!("https://{}", self.host(product));
        Some(self.base(product)).filter(|base| *base != own)
    }

    /// Scheme, host and port without a path: `https://metrics.cn-hangzhou.aliyuncs.com`.
    #[must_use]
    pub fn base(&self, product: Product) -> String {
        match self.override_base.as_ref().or_else(|| self.products.get(&product)) {
            Some(base) => base.clone(),
            None => format!("https://{}", self.host(product)),
        }
    }

    /// The product's host.
    fn host(&self, product: Product) -> String {
        let region = self.region.as_str();
        let network = if self.is_vpc { "-vpc" } else { "" };
        match product {
            // Regions without an entry follow the general rule by product name.
            Product::Cms if !CMS_REGIONS.contains(&region) => format!("cms{network}.{region}.aliyuncs.com"),
            Product::Cms => format!("metrics{network}.{region}.aliyuncs.com"),
            // Inside a VPC the general rule holds; the map below is of public addresses.
            Product::Ecs if self.is_vpc => format!("ecs-vpc.{region}.aliyuncs.com"),
            Product::Ecs if ECS_HANGZHOU.contains(&region) => "ecs-cn-hangzhou.aliyuncs.com".to_owned(),
            Product::Ecs if ECS_CENTRAL.contains(&region) => "ecs.aliyuncs.com".to_owned(),
            Product::Ecs => format!("ecs.{region}.aliyuncs.com"),
            // The central host, as the official credential providers have it; only a region named
            // for STS alone leads elsewhere. It cannot be reached from within a closed VPC.
            Product::Sts => match &self.sts_region {
                Some(region) => format!("sts{network}.{region}.aliyuncs.com"),
                None if self.is_vpc => format!("sts-vpc.{region}.aliyuncs.com"),
                None => "sts.aliyuncs.com".to_owned(),
            },
        }
    }
}

/// A region that can be part of a host name.
fn checked(region: &str) -> Result<String, EndpointError> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if region.is_empty() || !region.bytes().all(plain) {
        return Err(EndpointError(format!(
            "`{region}` is not a region; write its id, such as `cn-hangzhou`"
        )));
    }
    Ok(region.to_owned())
}

/// The part of a base that stands in the `Host` header.
pub(super) fn authority(base: &str) -> &str {
    base.split_once("://").map_or(base, |(_, authority)| authority)
}

/// Checks an override and brings it to `scheme://host[:port]`.
fn base_of(text: &str) -> Result<String, EndpointError> {
    let refuse = |reason: &str| {
        // It may hold a password; only what is needed to recognise it is shown.
        let shown = if text.contains("://") {
            show_address(text)
        } else {
            text.rsplit_once('@')
                .map_or(text, |(_, host)| host)
                .split(['/', '?', '#'])
                .next()
                .unwrap_or_default()
                .to_owned()
        };
        Err(EndpointError(format!(
            "endpoint `{shown}` {reason}; write it as `http://127.0.0.1:8080` or `https://host`"
        )))
    };
    let Some((scheme, _)) = text.split_once("://") else {
        return refuse("has no scheme");
    };
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return refuse("is neither http nor https");
    }
    let Ok(url) = reqwest::Url::parse(text) else {
        return refuse("is not a URL");
    };
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("has a user name or password in it");
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return refuse("has more than a host and a port");
    }
    let Some(host) = url.host_str() else {
        return refuse("has no host");
    };
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    Ok(format!("{}://{host}{port}", url.scheme()))
}

/// Regions with a CloudMonitor host of their own. Source: npm `@alicloud/cms20190101` 4.0.10.
const CMS_REGIONS: [&str; 43] = [
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ap-southeast-8",
    "cn-beijing",
    "cn-beijing-finance-1",
    "cn-chengdu",
    "cn-fuzhou",
    "cn-guangzhou",
    "cn-hangzhou",
    "cn-hangzhou-finance",
    "cn-heyuan",
    "cn-heyuan-acdr-1",
    "cn-hongkong",
    "cn-huhehaote",
    "cn-nanjing",
    "cn-north-2-gov-1",
    "cn-qingdao",
    "cn-shanghai",
    "cn-shanghai-finance-1",
    "cn-shenzhen",
    "cn-shenzhen-finance-1",
    "cn-wuhan-lr",
    "cn-wulanchabu",
    "cn-wulanchabu-gic-1",
    "cn-zhangjiakou",
    "cn-zhengzhou-jva",
    "cn-zhongwei",
    "eu-central-1",
    "eu-west-1",
    "eu-west-2",
    "me-central-1",
    "me-east-1",
    "na-south-1",
    "us-east-1",
    "us-southeast-1",
    "us-west-1",
];

/// Regions that ECS serves from Hangzhou's host. Source: PyPI `alibabacloud-ecs20140526`, without
/// the vendor's internal regions.
const ECS_HANGZHOU: [&str; 3] = ["cn-hangzhou", "cn-shanghai-finance-1", "cn-shenzhen-finance-1"];

/// Regions that ECS serves from its central host. Source: as above.
const ECS_CENTRAL: [&str; 5] =
    ["cn-north-2-gov-1", "cn-beijing-gov-1", "cn-hangzhou-finance", "cn-wuhan", "cn-zhangbei"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_have_their_hosts() {
        for (region, cms, ecs) in [
            ("cn-shanghai", "metrics.cn-shanghai.aliyuncs.com", "ecs.cn-shanghai.aliyuncs.com"),
            ("cn-hangzhou", "metrics.cn-hangzhou.aliyuncs.com", "ecs-cn-hangzhou.aliyuncs.com"),
            (
                "cn-shenzhen-finance-1",
                "metrics.cn-shenzhen-finance-1.aliyuncs.com",
                "ecs-cn-hangzhou.aliyuncs.com",
            ),
            ("cn-north-2-gov-1", "metrics.cn-north-2-gov-1.aliyuncs.com", "ecs.aliyuncs.com"),
            ("xx-new-1", "cms.xx-new-1.aliyuncs.com", "ecs.xx-new-1.aliyuncs.com"),
        ] {
            let endpoints = Endpoints::new(region, None).unwrap();
            assert_eq!(endpoints.region(), region);
            assert_eq!(endpoints.base(Product::Cms), format!("https://{cms}"));
            assert_eq!(endpoints.base(Product::Ecs), format!("https://{ecs}"));
            assert_eq!(endpoints.base(Product::Sts), "https://sts.aliyuncs.com");
        }
    }

    #[test]
    fn an_override_holds_for_all_products() {
        for (given, base) in [
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("HTTP://LocalHost:80/", "http://localhost"),
            ("https://[::1]:8443", "https://[::1]:8443"),
        ] {
            let endpoints = Endpoints::new("cn-hangzhou", Some(given)).unwrap();
            for product in Product::ALL {
                assert_eq!(endpoints.base(product), base);
            }
            assert_eq!(authority(base), base.split_once("//").unwrap().1);
        }
    }

    #[test]
    fn a_vpc_and_a_region_for_sts_have_their_hosts() {
        let bases = |region: &str, is_vpc: bool, sts_region: Option<&str>| {
            let sts_region = sts_region.map(str::to_owned);
            let options = EndpointOptions { is_vpc, sts_region, ..EndpointOptions::default() };
            let endpoints = Endpoints::with_options(region, &options).unwrap();
            Product::ALL.map(|product| endpoints.base(product))
        };
        let vpc = bases("cn-hangzhou", true, None);
        assert_eq!(vpc[0], "https://metrics-vpc.cn-hangzhou.aliyuncs.com");
        assert_eq!(vpc[1], "https://ecs-vpc.cn-hangzhou.aliyuncs.com");
        assert_eq!(vpc[2], "https://sts-vpc.cn-hangzhou.aliyuncs.com");
        assert_eq!(bases("xx-new-1", true, None)[0], "https://cms-vpc.xx-new-1.aliyuncs.com");
        let elsewhere = Some("cn-beijing");
        assert_eq!(bases("cn-hangzhou", true, elsewhere)[2], "https://sts-vpc.cn-beijing.aliyuncs.com");
        let public = bases("cn-hangzhou", false, elsewhere);
        assert_eq!(public[2], "https://sts.cn-beijing.aliyuncs.com");
        assert_eq!(public[0], "https://metrics.cn-hangzhou.aliyuncs.com");
    }

    #[test]
    fn one_product_can_have_an_address_of_its_own_unless_all_have() {
        let mut options = EndpointOptions::default();
        options.products.insert(Product::Cms, "metrics.example.com:8443".to_owned());
        options.products.insert(Product::Sts, "http://127.0.0.1:1/".to_owned());
        let endpoints = Endpoints::with_options("cn-hangzhou", &options).unwrap();
        assert_eq!(endpoints.base(Product::Cms), "https://metrics.example.com:8443");
        assert_eq!(endpoints.base(Product::Sts), "http://127.0.0.1:1");
        assert_eq!(endpoints.base(Product::Ecs), "https://ecs-cn-hangzhou.aliyuncs.com");
        options.all = Some("http://127.0.0.1:2".to_owned());
        let endpoints = Endpoints::with_options("cn-hangzhou", &options).unwrap();
        assert!(Product::ALL.iter().all(|product| endpoints.base(*product) == "http://127.0.0.1:2"));
        options.products.insert(Product::Ecs, "host/path".to_owned());
        assert!(Endpoints::with_options("cn-hangzhou", &options).is_err());
    }

    #[test]
    fn what_is_no_address_is_refused_with_the_reason() {
        for (given, reason) in [
            ("127.0.0.1:8080", "has no scheme"),
            ("localhost:8080", "has no scheme"),
            ("", "has no scheme"),
            ("ftp://host", "is neither http nor https"),
            ("http://", "is not a URL"),
            ("http://host:99999", "is not a URL"),
            ("http://user:c4n4ry@host", "has a user name or password in it"),
            ("http://host/path", "has more than a host and a port"),
            ("http://host?access_token=c4n4ry", "has more than a host and a port"),
        ] {
            let error = Endpoints::new("cn-hangzhou", Some(given)).unwrap_err().to_string();
            assert!(error.contains(reason), "{given}: {error}");
            assert!(!error.contains("c4n4ry"), "{error}");
        }
        for region in ["", "cn hangzhou", "cn-hangzhou.example.com/", "CN-HANGZHOU"] {
            let error = Endpoints::new(region, None).unwrap_err().to_string();
            assert!(error.contains("is not a region"), "{error}");
        }
    }
}
