//! From options and environment to a client.

use std::sync::Arc;

use super::{
    Context, block_on,
    exit::{Exit, Failure},
    interrupt, recording,
};
use crate::{
    api::sts::GetCallerIdentity,
    clock::SystemClock,
    credentials::{self, Blame, Inputs, METADATA, PairInput, Resolved, RoleOf},
    diagnostic::Diagnostic,
    fleet::Identity,
    openapi::{Client, EndpointOptions, Endpoints, Product, RandomNonce, ReqwestTransport},
    secret::Secret,
};

/// The variables that name a region, first things first.
const REGIONS: [&str; 2] = ["ALIBABA_CLOUD_REGION_ID", "ALIBABA_CLOUD_REGION"];

const VPC: &str = "ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED";

/// The variables that give one product an address of its own.
const ENDPOINTS: [(&str, Product); 3] = [
    ("ALIBABA_CLOUD_ENDPOINT_CMS", Product::Cms),
    ("ALIBABA_CLOUD_ENDPOINT_ECS", Product::Ecs),
    ("ALIBABA_CLOUD_ENDPOINT_STS", Product::Sts),
];

/// Whose account a client calls.
///
/// # Errors
/// The call's.
pub(super) fn account(client: &Client) -> Result<String, Failure> {
    interrupt::reading(async { Ok(client.call(&GetCallerIdentity {}).await?.account_id) })
}

/// A client for credentials that are found already. The region is that of `--region`, of the spec,
/// of the profile or of the environment: the first that is there. With `--record` its exchanges are
/// written down.
///
/// # Errors
/// Exit code 2 for a wrong endpoint, where there is no region, and for a cassette that cannot be
/// written.
pub(super) fn client_of(
    context: &Context,
    inputs: &Inputs,
    resolved: &Resolved,
    spec_region: Option<&str>,
) -> Result<Client, Failure> {
    let region = context
        .global
        .region
        .clone()
        .or_else(|| spec_region.map(str::to_owned))
        .or_else(|| resolved.region.clone())
        .or_else(|| context.environment.first(&REGIONS));
    let region = region.ok_or_else(|| {
        Failure::new(
            Exit::Input,
            "cli::region",
            "it is not known which region to call",
            format!("give --region, or set {}", REGIONS[0]),
        )
    })?;
    let endpoints = Endpoints::with_options(&region, &inputs.endpoints).map_err(|error| {
        Failure::new(
            Exit::Input,
            "cli::endpoint",
            error.to_string(),
            "write a scheme, a host and a port, such as http://127.0.0.1:8899",
        )
    })?;
    let (mut transport, mut provider) = (Arc::clone(&inputs.transport), Arc::clone(&resolved.provider));
    if let Some(recorder) = recording::of_client(context, &endpoints)? {
        (transport, provider) = (recorder.transport(transport), recorder.provider(provider));
    }
    let (clock, nonce) = (Arc::clone(&inputs.clock), Arc::clone(&inputs.nonce));
    let client = Client::new(transport, endpoints, provider, clock, nonce);
    Ok(client.with_retry(context.global.retry()))
}

/// As whom an account of a fleet is worked on, found once for all its regions.
pub(super) struct Account {
    /// What is doubtful about its credentials.
    pub(super) warnings: Vec<Diagnostic>,
    inputs: Inputs,
    resolved: Resolved,
}

impl Account {
    /// With the account's profile, or what the standard chain gives, and its role.
    ///
    /// # Errors
    /// As [`inputs`] and [`resolve`].
    pub(super) fn open(context: &Context, region: &str, identity: &Identity) -> Result<Self, Failure> {
        let mut inputs = inputs(context, Some(region))?;
        if identity.profile.is_some() {
            inputs.profile.clone_from(&identity.profile);
        }
        let mut resolved = found(&inputs)?;
        if let Some(arn) = &identity.role_arn {
            let external_id = identity.external_id.as_ref().map(Secret::expose);
            let role = RoleOf { arn, session: identity.session_name.as_deref(), external_id };
            resolved.provider = credentials::assumed(&inputs, &resolved, &role).map_err(no_credentials)?;
        }
        Ok(Self { warnings: std::mem::take(&mut resolved.warnings), inputs, resolved })
    }

    /// A client for one of its regions.
    ///
    /// # Errors
    /// As [`client_of`].
    pub(super) fn client(&self, context: &Context, region: &str) -> Result<Client, Failure> {
        client_of(context, &self.inputs, &self.resolved, Some(region))
    }
}

/// The credentials that options, environment, files and services give. Warnings are printed.
///
/// # Errors
/// Exit code 2 for credentials that are missing or broken, 3 for a source that does not answer or
/// refuses.
pub(super) fn resolve(context: &Context, inputs: &Inputs) -> Result<Resolved, Failure> {
    let resolved = found(inputs)?;
    context.console.findings(&resolved.warnings);
    Ok(resolved)
}

fn found(inputs: &Inputs) -> Result<Resolved, Failure> {
    block_on(async { Ok(credentials::chain(inputs).await) })?.map_err(no_credentials)
}

fn no_credentials(error: credentials::Error) -> Failure {
    let exit = match error.blame {
        Blame::Input => Exit::Input,
        Blame::Refused => Exit::Refused,
    };
    Failure::new(exit, "cli::credentials", error.message, error.remedy)
}

/// What the search for credentials may look at.
///
/// # Errors
/// Exit code 2 for a variable that is neither yes nor no, 3 when HTTPS cannot be set up.
pub(super) fn inputs(context: &Context, spec_region: Option<&str>) -> Result<Inputs, Failure> {
    let (global, environment) = (&context.global, &context.environment);
    let transport = ReqwestTransport::new().map_err(|error| {
        Failure::new(Exit::Refused, "cli::transport", error.to_string(), "check the TLS set-up")
    })?;
    let region = global.region.clone().or_else(|| spec_region.map(str::to_owned));
    let is_vpc = environment.first(&[VPC]).unwrap_or_default();
    let is_vpc = credentials::yes_or_no(&is_vpc).ok_or_else(|| {
        Failure::new(
            Exit::Input,
            "cli::variable",
            format!("`{VPC}` says neither yes nor no"),
            format!("set `{VPC}` to `true` or `false`"),
        )
    })?;
    let product = |(name, product): (&str, Product)| Some((product, environment.first(&[name])?));
    let endpoints = EndpointOptions {
        all: global.endpoint.clone(),
        products: ENDPOINTS.into_iter().filter_map(product).collect(),
        is_vpc: global.vpc || is_vpc,
        sts_region: environment.first(&["ALIBABA_CLOUD_STS_REGION"]),
    };
    Ok(Inputs {
        flags: PairInput {
            access_key_id: global.access_key_id.clone(),
            access_key_secret: global.access_key_secret.clone().map(Secret::new),
            security_token: global.security_token.clone().map(Secret::new),
        },
        profile: global.profile.clone(),
        variables: environment.variables(),
        home: environment.home(),
        region: region.or_else(|| environment.first(&REGIONS)),
        endpoints,
        metadata: global.metadata_endpoint.clone().unwrap_or_else(|| METADATA.to_owned()),
        direct: Arc::new(transport.direct()),
        transport: Arc::new(transport),
        retry: global.retry(),
        clock: Arc::new(SystemClock),
        nonce: Arc::new(RandomNonce),
    })
}
