//! `bellcheck emulator`

use std::{net::SocketAddr, path::Path, sync::Arc};

use super::{
    Context,
    args::{ClockKind, Emulator as Args, OnOff},
    block_on,
    exit::{Exit, Failure},
    input, interrupt, switches,
};
use crate::{
    clock::{Clock as _, FastClock, SystemClock, Timestamp},
    diagnostic::Diagnostic,
    emulator::{AccessKey, Emulator, Keep, ServeOptions, StandIn, Switches, WorldConfig, serve_with},
    files,
    secret::Secret,
};

pub(super) fn run(context: &Context, args: &Args) -> Result<Exit, Failure> {
    if args.switches.iter().any(|switch| switch == "help") {
        for row in Switches::table() {
            context.console.out(&format!(
                "{}={}\n    {}\n    values: {}\n    {}\n",
                row.name, row.default, row.meaning, row.values, row.source
            ));
        }
        return Ok(Exit::Yes);
    }
    let config = config(args)?;
    let token = args.token.as_ref().map(token).transpose()?;
    let robots = match &args.spec {
        Some(path) => input::robots(&input::spec(context, path, &args.variables)?)?,
        None if args.variables.is_empty() => Vec::new(),
        None => {
            return Err(Failure::new(
                Exit::Input,
                "emulator::option",
                "there is no spec whose variables could be filled",
                "name it with --spec, or leave --var and --var-file out",
            ));
        }
    };
    let emulator = match (args.clock, fast_clock(args)?) {
        (ClockKind::Real, Some(clock)) => Emulator::fast_clock(config, clock),
        (ClockKind::Real, None) => Emulator::real_clock(config, Arc::new(SystemClock)),
        (ClockKind::Virtual, _) => Emulator::virtual_clock(config),
    };
    emulator.with(|world| robots.into_iter().for_each(|robot| world.declare_robot(robot)));
    block_on(async {
        if let Some(path) = &args.state {
            continue_in(context, path, &emulator).await?;
        }
        listen(context, args, emulator, token).await
    })
}

async fn continue_in(context: &Context, path: &Path, emulator: &Emulator) -> Result<(), Failure> {
    let continued = emulator
        .continue_in(path)
        .await
        .map_err(|error| Failure::new(Exit::Input, "emulator::state", error.message, error.remedy))?;
    let path = path.display();
    context.console.talk(&match continued.commands {
        None => format!("{path} is new; it will hold webhooks, so keep it to yourself"),
        Some(count) => format!("{path}: {count} calls were made again; it is {}", continued.now),
    });
    Ok(())
}

/// The token of the control API, as it is or from its file.
fn token(given: &Secret) -> Result<Secret, Failure> {
    if let Some(path) = given.expose().strip_prefix('@') {
        return input::one_line(Path::new(path), "the token of the control API");
    }
    if given.expose().is_empty() || given.expose().contains(char::is_whitespace) {
        return Err(wrong(
            "--token is empty or has white space in it".to_owned(),
            "write a long word that others do not know, or @FILE",
        ));
    }
    Ok(given.clone())
}

/// Says what other machines can do, where they reach the emulator.
fn warn_of_others(context: &Context, address: SocketAddr, has_token: bool) {
    if address.ip().is_loopback() {
        return;
    }
    let control = if has_token { "wants the token" } else { "is closed, since there is no --token" };
    context.console.findings(&[Diagnostic::warning(
        "emulator::exposed",
        format!(
            "other machines reach {address}: they can call the API with the known key pair and post to robots; the control API {control}"
        ),
    )
    .help("serve on 127.0.0.1, or give --token @FILE for the control API and --access-key for the API")]);
}

async fn listen(
    context: &Context,
    args: &Args,
    emulator: Emulator,
    token: Option<Secret>,
) -> Result<Exit, Failure> {
    let refused = |what: String| {
        Failure::new(
            Exit::Input,
            "emulator::listen",
            what,
            "choose another address with --listen; port 0 takes a free one",
        )
    };
    let listener = tokio::net::TcpListener::bind(args.listen)
        .await
        .map_err(|error| refused(format!("cannot listen on {}: {error}", args.listen)))?;
    let address = listener.local_addr().map_err(|error| refused(error.to_string()))?;
    warn_of_others(context, address, token.is_some());
    if let Some(path) = &args.port_file {
        context.console.give_away(path);
        files::write_whole(path, format!("{}\n", address.port()).as_bytes()).map_err(|error| {
            Failure::new(
                Exit::Input,
                "emulator::port-file",
                error.to_string(),
                "choose a path that can be written",
            )
        })?;
    }
    context.console.out(&format!("listening on http://{address}\n"));
    let options = ServeOptions {
        latency: args.latency,
        robot_peer: args.robot_peer,
        allowed_hosts: args.allowed_hosts.clone(),
        token,
        ..ServeOptions::default()
    };
    let served = serve_with(emulator, listener, &options, interrupt::told()).await;
    served.map_err(|error| {
        Failure::new(Exit::Refused, "emulator::serve", format!("serving ended: {error}"), "start it again")
    })?;
    context.console.talk("stopped");
    Ok(Exit::Yes)
}

fn wrong(what: String, help: &str) -> Failure {
    Failure::new(Exit::Input, "emulator::option", what, help)
}

/// The clock that `--speed` and `--since` ask for.
fn fast_clock(args: &Args) -> Result<Option<FastClock>, Failure> {
    // One does not come without the other; the arguments see to it.
    let (Some(speed), Some(since)) = (args.speed, args.since) else { return Ok(None) };
    if args.clock == ClockKind::Virtual {
        return Err(wrong(
            "--speed and --since are for a real clock, and this one is virtual".to_owned(),
            "leave them out, and move a virtual clock by POST /_bellcheck/advance",
        ));
    }
    let mut clock = FastClock::new(since, speed)
        .map_err(|fault| wrong(format!("--speed: {fault}"), "600 makes ten minutes of a second"))?;
    if let Some(file) = &args.leaps {
        clock = clock.with_leaps(file).map_err(|error| {
            wrong(format!("--leaps {}: {error}", file.display()), "name a file that can be read and written")
        })?;
    }
    if [Timestamp::MIN, Timestamp::MAX].contains(&clock.now()) {
        return Err(wrong(
            format!("a clock that is {speed} times as fast since {since} is beyond the year 9999 now"),
            "give a --since that is near the present, or a lower --speed",
        ));
    }
    Ok(Some(clock))
}

fn config(args: &Args) -> Result<WorldConfig, Failure> {
    let mut config = WorldConfig {
        seed: args.seed,
        allowed_hosts: args.allowed_hosts.clone(),
        rate_limit: args.rate_limit == OnOff::On,
        // It may run for days.
        keep: Some(Keep::default()),
        ..WorldConfig::default()
    };
    config.start = match args.clock {
        ClockKind::Real => SystemClock.now(),
        ClockKind::Virtual => args.start_time,
    };
    if !args.access_keys.is_empty() {
        config.access_keys.clear();
    }
    for (number, pair) in args.access_keys.iter().enumerate() {
        // The value may hold a secret, so it is not shown.
        let (id, secret) =
            pair.split_once(':').filter(|(id, secret)| !id.is_empty() && !secret.is_empty()).ok_or_else(
                || wrong("an --access-key has no `:` between id and secret".to_owned(), "write ID:SECRET"),
            )?;
        config.access_keys.push(AccessKey {
            id: id.to_owned(),
            secret: Secret::new(secret),
            account: format!("{:016}", 1_000_000_000_000_001_u64 + number as u64),
        });
    }
    switches::set(&mut config.switches, &args.switch_files, &args.switches)?;
    if let Some(text) = &args.dingtalk_at {
        let stand_in = StandIn::parse(text, &config.allowed_hosts).map_err(|fault| {
            wrong(
                format!("--dingtalk-at: {fault}"),
                "write a scheme, a host and a port: http://127.0.0.1:8080; other hosts need --allow-host",
            )
        })?;
        config.dingtalk_at = Some(stand_in);
    }
    if let Some(path) = &args.template {
        config.template = Some(input::template(path)?);
    }
    Ok(config)
}
