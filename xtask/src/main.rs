//! `cargo xtask`: one command for each thing to do with the site.

use std::process::ExitCode;

use xtask::{
    bench, browser, checks, dist,
    failure::{Failure, Result},
    server::Server,
    site, tools,
};

const HELP: &str = "cargo xtask COMMAND

  serve [--port N]  build the site and serve it on this machine (port 8000)
  build             build the site into dist/, ready to be copied to any static host
  test              check form and lints, build the site if it is stale, run every test
  bench [--json FILE] [--only PART,..] [--as-built]
                    measure the built site and print a table beside the numbers to reach
  tools             install the pinned build tools into target/tools
  browser           find a Chromium or Chrome for the tests, or install one";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["serve"] => serve(8000),
        ["serve", "--port", port] => serve(port.parse().map_err(|_| usage(arguments))?),
        ["build"] => site::build(),
        ["test"] => checks::run(),
        ["bench", ref rest @ ..] => {
            bench::run(&bench::Options::from_words(rest).ok_or_else(|| usage(arguments))?)
        }
        ["tools"] => tools::install(),
        ["browser"] => {
            println!("{}", browser::find_or_install()?.display());
            Ok(())
        }
        [] | ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            Ok(())
        }
        _ => Err(usage(arguments)),
    }
}

/// Builds the site and serves it until the person stops the program.
fn serve(port: u16) -> Result<()> {
    // The port first: a port in use should not be learned after minutes of building.
    let server = Server::start(&dist(), "/", port)?;
    site::build()?;
    println!("LLM Atlas is at {}   (stop with Ctrl+C)", server.url());
    loop {
        std::thread::park();
    }
}

fn usage(arguments: &[String]) -> Failure {
    Failure::Usage {
        given: arguments.join(" "),
    }
}
