//! A gateway that validates line protocol before an InfluxDB 1.x server stores it.
//!
//! It takes writes as InfluxDB Cloud does, with `POST /api/v2/write`, and answers as InfluxDB Cloud
//! does. Good lines go to the database, as they were written. Rejected lines stay in a folder, each
//! with the reasons.
//!
//! ```text
//!             pieces               lines                 blocks
//! request ──▶ body ──▶ validation ──────▶ accepted ──▶ database ──▶ answer
//!                        ▲      └───────▶ rejected ──▶ file            │
//!                        └──────────── buckets ◀─────── learned ───────┘
//! ```
//!
//! [`gateway`] is the request from start to end, [`validation`] is the use of the library.

mod answer;
mod body;
mod buckets;
mod database;
mod gateway;
mod rejected;
#[cfg(test)]
mod tests;
mod validation;

use std::error::Error;
use std::path::Path;

use crate::body::BodyLimits;
use crate::buckets::Buckets;
use crate::database::Database;
use crate::gateway::Gateway;
use crate::rejected::RejectedLines;

const USAGE: &str = "usage: gateway LISTEN DATABASE FOLDER

  LISTEN     the address to listen on, such as 127.0.0.1:8087
  DATABASE   the InfluxDB 1.x server, such as http://127.0.0.1:8086
  FOLDER     where files with rejected lines are put";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [listen, database, folder] = arguments.as_slice() else {
        eprintln!("{USAGE}");
        std::process::exit(2);
    };
    let gateway = Gateway {
        database: Database::new(database)?,
        buckets: Buckets::default(),
        rejected: RejectedLines::new(Path::new(folder))?,
        limits: BodyLimits::default(),
    };
    let listener = tokio::net::TcpListener::bind(listen).await?;
    println!("listening on {}", listener.local_addr()?);
    axum::serve(listener, gateway::routes(gateway))
        .with_graceful_shutdown(async {
            // Without a handler for the signal, the signal itself ends the program.
            let _ = tokio::signal::ctrl_c().await;
        })
        .await?;
    Ok(())
}
