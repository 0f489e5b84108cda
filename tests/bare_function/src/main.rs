//! A function as one would write it without Sallyport: `lambda_http`, and a client of Secrets Manager that is made at
//! the start, as its documentation does it. The credentials come from the environment, where Lambda puts them.

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::{BehaviorVersion, Builder, Credentials, Region};
use lambda_http::{Body, Error, Request, Response, run, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let client = &client();
    run(service_fn(|request| hello(request, client))).await
}

fn client() -> Client {
    let variable = |name| std::env::var(name).unwrap_or_default();
    let (id, key) = (variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY"));
    let credentials = Credentials::new(id, key, std::env::var("AWS_SESSION_TOKEN").ok(), None, "environment");
    let config = Builder::new()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(variable("AWS_REGION")))
        .credentials_provider(credentials);
    Client::from_conf(config.build())
}

async fn hello(request: Request, client: &Client) -> Result<Response<Body>, Error> {
    if request.uri().path() == "/secret" {
        client.get_secret_value().secret_id("hello").send().await?;
    }
    Ok(Response::new(Body::from("hello")))
}
