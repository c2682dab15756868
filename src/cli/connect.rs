//! From options and environment to a client.

use std::{sync::Arc, time::Duration};

use super::{
    Context, block_on,
    exit::{Exit, Failure},
    interrupt, recording,
};
use crate::{
    api::sts::GetCallerIdentity,
    clock::SystemClock,
    credentials::{self, Ask, Blame, Inputs, METADATA, PairInput, Resolved, RoleOf},
    diagnostic::Diagnostic,
    doctor::{self, State},
    fleet::Identity,
    openapi::{Client, Endpoints, Product, RandomNonce, ReqwestTransport},
    provision::Caller,
    secret::Secret,
    spec::Spec,
};

/// How long the service is asked which account it is, where nothing depends on it.
const NAMING: Duration = Duration::from_secs(20);

/// Whose account a client calls.
///
/// # Errors
/// The call's.
pub(super) fn account(client: &Client) -> Result<String, Failure> {
    interrupt::reading(async { Ok(client.call(&GetCallerIdentity {}).await?.account_id) })
}

/// As whom a client calls, for what a command shows before it asks. Where the service does not say which
/// account it is, that is told, and the command goes on; not so where a spec is for certain accounts.
///
/// # Errors
/// Exit code 2 for an account that a spec is not for, the call's where a spec has to know.
pub(super) fn caller(
    context: &Context,
    client: &Client,
    resolved: &Resolved,
    specs: &[Spec],
) -> Result<Caller, Failure> {
    let has_to_know = specs.iter().any(|spec| !spec.accounts.is_empty());
    // For a line above a plan nobody waits long.
    let retry = context.global.retry();
    let asking = client.clone().with_retry(if has_to_know { retry } else { retry.at_most(NAMING) });
    let account = match account(&asking) {
        Ok(account) => Some(account),
        Err(failure) if has_to_know || failure.exit == Exit::Interrupted => return Err(failure),
        Err(failure) => {
            let why: Vec<String> = failure.findings.iter().map(ToString::to_string).collect();
            context.console.talk(&format!("which account this is cannot be said: {}", why.join("; ")));
            None
        }
    };
    if let Some(account) = &account {
        let mut refused: Vec<Diagnostic> =
            specs.iter().filter_map(|spec| spec.permits(account).err()).collect();
        if !refused.is_empty() {
            refused.push(Diagnostic::warning(
                "cli::caller",
                format!("account {account} is that of the credentials from {}", resolved.source),
            ));
            return Err(Failure::invalid(refused));
        }
        let said = credentials::account_id(&context.environment.variables()).map_err(no_credentials)?;
        if let Some((variable, said)) = said.filter(|(_, said)| said != account) {
            context.console.findings(&[Diagnostic::warning(
                "cli::account-id",
                format!("`{variable}` says account {said}, and the credentials are of account {account}"),
            )
            .help("use the credentials that are meant, or unset the variable")]);
        }
    }
    Ok(Caller { account, credentials: resolved.source.clone(), endpoint: client.elsewhere(Product::Cms) })
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
        .or_else(|| resolved.region.clone());
    let region = match region {
        Some(region) => Some(region),
        None => credentials::region(&inputs.variables).map_err(no_credentials)?,
    };
    let region = region.ok_or_else(|| {
        Failure::new(
            Exit::Input,
            "cli::region",
            "it is not known which region to call",
            "give --region, set ALIBABA_CLOUD_REGION_ID, give the profile a `region_id`, or write `region` into the spec",
        )
    })?;
    let endpoints = Endpoints::with_options(&region, &resolved.endpoints).map_err(|error| {
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
            resolved = credentials::assumed(&inputs, &resolved, &role).map_err(no_credentials)?;
        }
        Ok(Self { warnings: std::mem::take(&mut resolved.warnings), inputs, resolved })
    }

    /// As whom it is worked on by a client of it, before the service has said which account it is.
    pub(super) fn caller(&self, client: &Client) -> Caller {
        Caller {
            account: None,
            credentials: self.resolved.source.clone(),
            endpoint: client.elsewhere(Product::Cms),
        }
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
/// Exit code 2 for variables that contradict each other or cannot be read, 3 when HTTPS cannot be set up.
pub(super) fn inputs(context: &Context, spec_region: Option<&str>) -> Result<Inputs, Failure> {
    let (global, environment) = (&context.global, &context.environment);
    let transport = ReqwestTransport::new().map_err(|error| {
        Failure::new(Exit::Refused, "cli::transport", error.to_string(), "check the TLS set-up")
    })?;
    if let Some(name) = environment.unreadable() {
        return Err(Failure::new(
            Exit::Input,
            "cli::variable",
            format!("the value of `{name}` is not UTF-8"),
            format!("set `{name}` to text, or unset it"),
        ));
    }
    let variables = environment.variables();
    let region = match global.region.clone().or_else(|| spec_region.map(str::to_owned)) {
        Some(region) => Some(region),
        None => credentials::region(&variables).map_err(no_credentials)?,
    };
    let endpoints = credentials::endpoints(&variables, global.endpoint.clone(), global.vpc);
    Ok(Inputs {
        flags: PairInput {
            access_key_id: global.access_key_id.clone(),
            access_key_secret: global.access_key_secret.clone().map(Secret::new),
            security_token: global.security_token.clone().map(Secret::new),
        },
        profile: global.profile.clone(),
        variables,
        home: environment.home(),
        region,
        endpoints: endpoints.map_err(no_credentials)?,
        ask: Ask::Input { says: context.console.is_terminal() },
        metadata: global.metadata_endpoint.clone().unwrap_or_else(|| METADATA.to_owned()),
        direct: Arc::new(transport.direct()),
        transport: Arc::new(transport),
        retry: global.retry(),
        clock: Arc::new(SystemClock),
        nonce: Arc::new(RandomNonce),
    })
}

/// Says that `--region` names a region that nobody knows; a spec's is examined under its line.
pub(super) fn warn_of_region(context: &Context) {
    let Some(check) = context.global.region.as_deref().map(doctor::region) else { return };
    if check.state == State::Doubtful {
        let warning = Diagnostic::warning("cli::unknown-region", format!("--region: {}", check.message));
        context.console.findings(&[warning.help(check.remedy)]);
    }
}
