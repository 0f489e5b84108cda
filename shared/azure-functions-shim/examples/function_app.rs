//! A whole function app: HTTP that streams, and one function for each of four other triggers. It needs a `host.json`
//! with `"enableProxyingHttpRequest": true` and, for each function, a folder with a `function.json`.

use std::io::Write as _;
use std::process::ExitCode;

use azure_functions_shim::{
    Answer, App, Body, Call, EXIT_FAULT, EXIT_RESTART, Fault, Invocation, Listener, Outcome, Port, ShimError,
};
use http::{Request, Response, StatusCode};

/// Streams back what comes in, piece by piece, after a first line that says whose call this is.
async fn echo(request: Request<Body>) -> Response<Body> {
    let id = request.extensions().get::<Invocation>().and_then(|invocation| invocation.id.clone());
    let head = format!("{} {} {}\n", id.unwrap_or_default(), request.method(), request.uri());
    let names: Vec<_> = request.headers().keys().map(ToString::to_string).collect();
    let (sender, answer) = Body::channel(1);
    let mut body = request.into_body();
    let sending = async move {
        sender.send(head).await?;
        while let Some(piece) = body.next().await {
            match piece {
                Ok(piece) => sender.send(piece).await?,
                Err(_) => {
                    sender.abort().await;
                    break;
                }
            }
        }
        Ok::<_, azure_functions_shim::Closed>(())
    };
    drop(tokio::spawn(sending));
    let mut response = Response::new(answer);
    *response.status_mut() = StatusCode::OK;
    if let Ok(names) = names.join(" ").parse() {
        response.headers_mut().insert("x-seen", names);
    }
    response
}

/// Puts the subject of each event into a queue.
async fn rotate(call: Call) -> Result<Answer, ShimError> {
    let events = call.only_input()?.event_grid()?;
    let subjects: Vec<_> = events.iter().filter_map(|event| event.get("subject").cloned()).collect();
    Ok(Answer::new().log(format!("{} events", events.len())).output("subjects", subjects))
}

/// Runs on a timer.
async fn sweep(call: Call) -> Result<Answer, ShimError> {
    let timer = call.input("timer")?.timer()?;
    Ok(Answer::new().returns(if timer.past_due { "late" } else { "intime" }))
}

/// Says back a message of a queue: at its second try, if it asks for one.
async fn repeat(call: Call) -> Outcome {
    let message = match call.only_input() {
        Ok(input) => input.queue(),
        Err(fault) => return Outcome::Retry(fault.to_string().into()),
    };
    match (message.text.as_str(), call.retry()) {
        ("again", Some(retry)) if retry.count > 0 => Answer::new().log(format!("try {}", retry.count)).into(),
        ("again", _) => Outcome::Retry("not the first time".into()),
        ("never", _) => Outcome::Fail("not at any time".into()),
        (text, _) => Answer::new().output("said", text).into(),
    }
}

/// Answers an HTTP request that the host wraps.
async fn wrapped(call: Call) -> Result<Answer, ShimError> {
    let call = call.input("req")?.http()?;
    let length = call.request.body().len();
    let text = format!("{} {} {length}", call.request.method(), call.request.uri().path());
    let mut response = Response::new(text.into());
    *response.status_mut() = StatusCode::CREATED;
    Answer::new().http("res", &response)
}

fn say(line: &str) {
    // To standard output: the host takes every line on standard error for an error. Where it cannot go, nobody reads.
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn log(fault: &Fault<'_>) {
    say(&format!("call {:?} failed: {}", fault.invocation.id, fault.reason));
}

#[expect(clippy::disallowed_methods, reason = "the program is where the environment is read")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

async fn run() -> Result<(), ShimError> {
    let port = Port::from_environment(variable)?;
    let listener = Listener::bind(port).await?;
    say("listening");
    let app = App::new()
        .http(echo)
        .on("rotate", rotate)
        .on("sweep", sweep)
        .on("repeat", repeat)
        .on("wrapped", wrapped);
    app.on_fault(log).serve(listener, std::future::pending()).await;
    Ok(())
}

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime.map(|runtime| runtime.block_on(run())) {
        Ok(Ok(())) => ExitCode::from(EXIT_RESTART),
        Ok(Err(fault)) => {
            let _ = writeln!(std::io::stderr(), "function app: {fault}");
            ExitCode::from(EXIT_FAULT)
        }
        Err(_) => ExitCode::from(EXIT_FAULT),
    }
}
