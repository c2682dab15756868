//! `bellcheck relay`

use std::{collections::BTreeMap, path::Path, sync::Arc};

use super::{
    Context,
    args::{Forward, Relay as Args},
    block_on,
    exit::{Exit, Failure},
    input, interrupt, robots,
};
use crate::{
    clock::SystemClock,
    diagnostic::Diagnostic,
    files,
    openapi::{RandomNonce, ReqwestTransport},
    relay::{Options, Relay, RelayRobot, Target, Tls, tls},
    spec::Spec,
};

pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Failure> {
    let spec = input::spec(context, &args.spec, &args.variables)?;
    let robots = stood_in_for(&spec, targets(&spec, &args.forwards)?)?;
    let acceptor = match (&args.tls_cert, &args.tls_key) {
        (Some(certificates), Some(key)) => {
            Some(tls(certificates, key).map_err(|error| wrong("relay::tls", error.message, error.remedy))?)
        }
        _ => None,
    };
    let read_token = args
        .read_token
        .as_deref()
        .map(|path| input::one_line(path, "the token of the read API"))
        .transpose()?;
    let options = Options {
        keep: args.keep,
        duplicates: args.duplicates,
        answer_within: args.answer_within,
        rate: args.forward_rate.0,
        read_token,
        ..Options::new(args.spool.clone())
    };
    let transport = ReqwestTransport::new().map_err(|error| {
        Failure::new(Exit::Refused, "cli::transport", error.to_string(), "check the TLS set-up")
    })?;
    let relay = Relay::open(robots, options, Arc::new(SystemClock), Arc::new(transport), &RandomNonce)
        .map_err(|error| wrong("relay::spool", error.message, error.remedy))?;
    for warning in relay.warnings() {
        context.console.findings(&[Diagnostic::warning("relay::spool", warning.clone())]);
    }
    block_on(listen(context, args, relay, acceptor))
}

fn wrong(code: &'static str, what: impl Into<String>, help: impl Into<String>) -> Failure {
    Failure::new(Exit::Input, code, what, help)
}

async fn listen(context: &Context, args: &Args, relay: Relay, tls: Option<Tls>) -> Result<Exit, Failure> {
    let refused = |what: String| {
        wrong("relay::listen", what, "choose another address with --listen; port 0 takes a free one")
    };
    let listener = tokio::net::TcpListener::bind(args.listen)
        .await
        .map_err(|error| refused(format!("cannot listen on {}: {error}", args.listen)))?;
    let address = listener.local_addr().map_err(|error| refused(error.to_string()))?;
    if tls.is_none() && !address.ip().is_loopback() {
        context.console.findings(&[Diagnostic::warning(
            "relay::plain",
            format!("{address} is served without TLS: tokens and messages can be read on the way"),
        )
        .help("give --tls-cert and --tls-key, or serve on 127.0.0.1 behind what does TLS")]);
    }
    let mut hung_up = interrupt::Asked::by_hang_up();
    if let Some(path) = &args.port_file {
        context.console.give_away(path);
        files::write_whole(path, format!("{}\n", address.port()).as_bytes()).map_err(|error| {
            wrong("relay::port-file", error.to_string(), "choose a path that can be written")
        })?;
    }
    let scheme = if tls.is_some() { "https" } else { "http" };
    context.console.out(&format!("listening on {scheme}://{address}\n"));
    let pending = relay.pending();
    if pending > 0 {
        context.console.talk(&format!("{pending} messages of an earlier relay wait for their robots"));
    }
    let renewal = tls.as_ref().map(Tls::asked);
    let renewing = async {
        loop {
            hung_up.again().await;
            match &renewal {
                Some(renewal) => renewal.notify_one(),
                None => context.console.talk("SIGHUP: without --tls-cert there is nothing to read again"),
            }
        }
    };
    let served = tokio::select! {
        served = relay.serve(listener, tls, interrupt::told()) => served,
        () = renewing => Ok(()),
    };
    served.map_err(|error| {
        Failure::new(Exit::Refused, "relay::serve", format!("serving ended: {error}"), "start it again")
    })?;
    context.console.talk("stopped");
    Ok(Exit::Yes)
}

/// Where robots are forwarded to, by their names.
fn targets(spec: &Spec, forwards: &[Forward]) -> Result<BTreeMap<String, Target>, Failure> {
    let mut targets = BTreeMap::new();
    for forward in forwards {
        let name = &robots::named(std::slice::from_ref(spec), &forward.robot)?.name;
        let url = match forward.to.expose().strip_prefix('@') {
            Some(path) => input::one_line(Path::new(path), "the URL of a robot")?,
            None => forward.to.clone(),
        };
        let target = Target::parse(&url).map_err(|fault| {
            wrong(
                "relay::forward",
                format!("--forward {name}: {fault}"),
                "copy the robot's webhook whole; robots elsewhere are called by https only",
            )
        })?;
        if targets.insert(name.clone(), target).is_some() {
            return Err(wrong(
                "relay::forward",
                format!("--forward {name} is given twice"),
                "a robot's messages go on to one robot",
            ));
        }
    }
    Ok(targets)
}

fn stood_in_for(spec: &Spec, mut targets: BTreeMap<String, Target>) -> Result<Vec<RelayRobot>, Failure> {
    if spec.robots.is_empty() {
        return Err(wrong(
            "relay::robots",
            format!("there are no robots in {}", spec.source.name()),
            "add those that the relay is to stand in for under `robots`",
        ));
    }
    let robots = spec.robots.values().map(|robot| RelayRobot::from_spec(robot, targets.remove(&robot.name)));
    robots.collect::<Result<_, _>>().map_err(|fault| wrong("relay::robots", fault, "correct the spec"))
}
