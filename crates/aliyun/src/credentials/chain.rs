//! The order of the sources.

use std::sync::Arc;

use super::{
    config_file,
    endpoints::OfProfile,
    environment,
    error::{Error, Fault, Tried, Verdict},
    fetch::{Fetched, Made},
    flags, ini_file,
    inputs::Inputs,
    metadata, oidc, profile,
    refreshing::Refreshing,
    uri, variables,
};
use crate::{
    diagnostic::Diagnostic,
    openapi::{CredentialsProvider, EndpointOptions},
};

/// The source that won.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// What it is, as the user knows it.
    pub source: String,
    /// Gives its key pairs; it has one already.
    pub provider: Arc<dyn CredentialsProvider>,
    /// The region of the profile, if it is one and names a region.
    pub region: Option<String>,
    /// Where calls go, by the inputs and the profile, if it is one.
    pub endpoints: EndpointOptions,
    /// Every source that was looked at, in order; the last one is the chosen one.
    pub tried: Vec<Tried>,
    /// What the user should know, such as a file that others can read.
    pub warnings: Vec<Diagnostic>,
}

/// Whether a source has something.
#[derive(Debug)]
pub(super) enum Found {
    /// It has nothing; why that is so.
    No(String),
    Yes(Box<Winner>),
}

/// A source that has something, before it was asked.
#[derive(Debug)]
pub(super) struct Winner {
    pub(super) source: String,
    pub(super) made: Made,
    pub(super) region: Option<String>,
    pub(super) endpoints: OfProfile,
    pub(super) warnings: Vec<Diagnostic>,
    /// The first key pair, where finding the source gave it.
    pub(super) first: Option<Fetched>,
}

/// A source that is there and cannot be used.
#[derive(Debug)]
pub(super) struct Broken {
    pub(super) source: String,
    pub(super) fault: Fault,
}

impl Winner {
    pub(super) fn new(source: impl Into<String>, made: Made) -> Self {
        Self {
            source: source.into(),
            made,
            region: None,
            endpoints: OfProfile::default(),
            warnings: Vec::new(),
            first: None,
        }
    }
}

impl Found {
    pub(super) fn no(why: &str) -> Self {
        Self::No(why.to_owned())
    }

    pub(super) fn yes(source: impl Into<String>, made: Made) -> Self {
        Self::Yes(Box::new(Winner::new(source, made)))
    }
}

/// Looks for credentials, in the documented order, and gets the first key pair.
///
/// # Errors
/// [`Error`]: a source that is there and broken, or no source at all.
pub async fn chain(inputs: &Inputs) -> Result<Resolved, Error> {
    let mut tried = Vec::new();
    match search(inputs, &mut tried).await {
        Ok(Some(winner)) => start(inputs, *winner, tried).await,
        Ok(None) => {
            let unread = variables::unread(&inputs.variables).into_iter();
            let unread = unread.chain(variables::bare(&inputs.variables)).map(|finding| finding.message);
            Err(Error::absent(tried, unread))
        }
        Err(Broken { source, fault }) => Err(Error::broken(source, fault, tried)),
    }
}

async fn search(inputs: &Inputs, tried: &mut Vec<Tried>) -> Result<Option<Box<Winner>>, Broken> {
    let mut is_it = |source: &str, found: Found| match found {
        Found::Yes(winner) => Some(winner),
        Found::No(why) => {
            tried.push(Tried { source: source.to_owned(), verdict: Verdict::Absent(why) });
            None
        }
    };
    let found = flags::find(inputs).map_err(broken(flags::SOURCE))?;
    if let Some(winner) = is_it(flags::SOURCE, found) {
        return Ok(Some(winner));
    }
    // Keys that were typed are meant as they are; beside all else, a variable of another tool counts.
    variables::check(&inputs.variables).map_err(broken(environment::SOURCE))?;
    let mut winner = search_on(inputs, &mut is_it).await?;
    if let Some(winner) = &mut winner {
        winner.warnings.extend(variables::unread(&inputs.variables));
    }
    Ok(winner)
}

/// The sources after the flags.
async fn search_on(
    inputs: &Inputs,
    is_it: &mut impl FnMut(&str, Found) -> Option<Box<Winner>>,
) -> Result<Option<Box<Winner>>, Broken> {
    // A profile that was typed is meant for this run; the environment is there for many.
    if let Some(name) = &inputs.profile {
        return profile::named(inputs, "`--profile`", name).map(|winner| Some(Box::new(winner)));
    }
    let found = environment::find(inputs).map_err(broken(environment::SOURCE))?;
    if let Some(mut winner) = is_it(environment::SOURCE, found) {
        winner.warnings.extend(environment::passed_over(inputs).map_err(broken(environment::SOURCE))?);
        return Ok(Some(winner));
    }
    let mut winner = after_environment(inputs, is_it).await?;
    if let Some(winner) = &mut winner {
        winner.warnings.extend(variables::bare(&inputs.variables));
    }
    Ok(winner)
}

/// The sources after a key pair in the environment.
async fn after_environment(
    inputs: &Inputs,
    is_it: &mut impl FnMut(&str, Found) -> Option<Box<Winner>>,
) -> Result<Option<Box<Winner>>, Broken> {
    let found = oidc::find(inputs).map_err(broken(oidc::SOURCE))?;
    if let Some(mut winner) = is_it(oidc::SOURCE, found) {
        let doubt = environment::profile_passed_over(inputs, "the workload's role");
        winner.warnings.extend(doubt.map_err(broken(environment::SOURCE))?);
        return Ok(Some(winner));
    }
    let named = inputs.agreed(variables::PROFILE).map_err(broken(environment::SOURCE))?;
    if let Some((variable, name)) = named {
        let origin = format!("`{variable}`");
        return profile::named(inputs, &origin, name).map(|winner| Some(Box::new(winner)));
    }
    let source = config_file::source(inputs);
    if let Some(winner) = is_it(&source, config_file::find(inputs)?) {
        return Ok(Some(winner));
    }
    let source = ini_file::source(inputs);
    if let Some(winner) = is_it(&source, ini_file::find(inputs)?) {
        return Ok(Some(winner));
    }
    let found = metadata::find(inputs).await.map_err(broken(metadata::SOURCE))?;
    if let Some(winner) = is_it(metadata::SOURCE, found) {
        return Ok(Some(winner));
    }
    let found = uri::find(inputs).map_err(broken(uri::SOURCE))?;
    Ok(is_it(uri::SOURCE, found))
}

fn broken(source: &str) -> impl FnOnce(Fault) -> Broken {
    let source = source.to_owned();
    move |fault| Broken { source, fault }
}

/// Gets the first key pair, so that a source that cannot give one is told before anything else is
/// done.
async fn start(inputs: &Inputs, winner: Winner, mut tried: Vec<Tried>) -> Result<Resolved, Error> {
    let Winner { source, made, region, endpoints: of_profile, mut warnings, first } = winner;
    let mut endpoints = inputs.endpoints.clone();
    of_profile.apply(&mut endpoints);
    let provider: Arc<dyn CredentialsProvider> = match made {
        Made::Fixed(credentials) => Arc::new(credentials),
        Made::Asked(fetch) => {
            let first = match first {
                Some(first) => Ok(first),
                None => fetch.fetch(true).await,
            };
            let begun = first.and_then(|first| {
                if let Some(talk) = &first.talk {
                    warnings.push(Diagnostic::warning("credentials::talk", format!("{source} says: {talk}")));
                }
                Refreshing::begun(source.clone(), fetch, first, inputs.clock.now())
            });
            match begun {
                Ok(provider) => Arc::new(provider),
                Err(fault) => return Err(Error::broken(source, fault, tried)),
            }
        }
    };
    tried.push(Tried { source: source.clone(), verdict: Verdict::Chosen });
    Ok(Resolved { source, provider, region, endpoints, tried, warnings })
}
