//! Parses the command line into a [`Command`].

use std::ffi::OsString;

use anyhow::{Context, Result, anyhow, bail};
use lexopt::{Arg, Parser, ValueExt};

pub(crate) use batch_task_browser_engines::Engine;

/// Output of `cargo xtask help`.
pub(crate) const USAGE: &str = "\
cargo xtask COMMAND

  demo     build the page and the proxy, serve both with simulated tasks, and open a browser
             --port N     listen on 127.0.0.1:N (default 8080; 0 selects a free port)
             --no-open    do not open a browser
  test     run all tests: native, with the official SDK, behind nginx, and in each browser engine: components, end to end
             --only native|sdk|nginx|browser|e2e
             --engine chromium|firefox|webkit   may be repeated; default: all three
             --name TEXT  run only the end-to-end tests whose path contains TEXT
  lint     check formatting, clippy for the host and for wasm32, docs, the project's own rules, and the dependencies
  languages  write the language files in static/lang/ from the catalogues in crates/languages/src/
  package  write dist/page/ (the static site), dist/npm/ (the npm package), dist/batch-task-proxy, and their SHA256SUMS
  size     print the download sizes of the module and the page, raw and as brotli, and check them against their budgets
  load     measure the proxy under load: latencies, upstream calls and memory, compared with nginx
  bench    compare the widget with alternatives in headless Chromium (18 minutes)
             --quick      smoke test: few samples
             --only NAME  ours, ours-small, vanilla, preact, react, antd, floor; may be repeated
             --rows N     number of rows instead of 10, 1,000, 10,000 and 100,000; may be repeated
             --seed N     seed of the bodies and of the order (default: random; it is printed)
  fuzz     run the fuzz targets; inputs that fail are kept in fuzz/found/
             --seconds N  time for each target (default 60)
             --only NAME  decoder, timestamp, pointer, signature, query, failures or accounts
  soak     run the widget for a simulated day with faults, and check memory, listeners and request counts
             --minutes N  run for N minutes of real time instead
             --engine E   chromium (default), firefox or webkit
  help     print this text

Each command installs the tools that it needs and cannot find: the wasm target, rust-src, wasm-bindgen, Trunk, wasm-opt and
terser; for `test` also the three browsers with their drivers, nginx and the official SDK for Python. Tools are installed in
a per-user cache, which all clones share.
";

/// A command with its options.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Help,
    Demo(DemoOptions),
    Test(TestOptions),
    Lint,
    Languages,
    Package,
    Size,
    Load,
    Bench(BenchOptions),
    Fuzz(FuzzOptions),
    Soak(SoakOptions),
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DemoOptions {
    /// Port of 127.0.0.1; 0 lets the system select one.
    pub(crate) port: u16,
    pub(crate) open_browser: OpenBrowser,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TestOptions {
    /// The only stage to run; `None` runs all.
    pub(crate) only: Option<Stage>,
    /// Not empty.
    pub(crate) engines: Vec<Engine>,
    /// Text that the path of an end-to-end test must contain; empty for all tests.
    pub(crate) name: String,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct BenchOptions {
    /// Names of the contestants; empty for all. Decides which builds are needed.
    pub(crate) only: Vec<String>,
    /// All arguments, which the benchmark program parses.
    pub(crate) arguments: Vec<OsString>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FuzzOptions {
    /// Time for each target.
    pub(crate) seconds: u32,
    /// Name of the only target to run; `None` runs all.
    pub(crate) only: Option<String>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SoakOptions {
    /// Minutes of real time; `None` runs the simulated day.
    pub(crate) minutes: Option<u32>,
    pub(crate) engine: Engine,
}

/// Whether `demo` opens a browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OpenBrowser {
    Yes,
    No,
}

/// A part of `test`, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Native,
    Sdk,
    Nginx,
    Browser,
    EndToEnd,
}

/// Parses the arguments after `cargo xtask`.
///
/// # Errors
/// For an unknown argument, which the message contains.
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command> {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if arguments.is_empty() || arguments.iter().any(|argument| argument == "-h" || argument == "--help") {
        return Ok(Command::Help);
    }
    command(&mut Parser::from_args(arguments))
        .map_err(|error| anyhow!("{error}; see `cargo xtask help` for the commands and their options"))
}

fn command(parser: &mut Parser) -> Result<Command> {
    let name = match parser.next()? {
        Some(Arg::Value(name)) => name.string()?,
        Some(other) => return Err(other.unexpected().into()),
        None => return Ok(Command::Help),
    };
    let command = match name.as_str() {
        "demo" => return demo(parser),
        "test" => return test(parser),
        "bench" => return bench(parser),
        "fuzz" => return fuzz(parser),
        "soak" => return soak(parser),
        "help" => Command::Help,
        "lint" => Command::Lint,
        "languages" => Command::Languages,
        "package" => Command::Package,
        "size" => Command::Size,
        "load" => Command::Load,
        other => bail!("unknown command `{other}`"),
    };
    match option(parser)? {
        None => Ok(command),
        Some(other) => unknown(&other),
    }
}

/// Returns the name of the next option.
fn option(parser: &mut Parser) -> Result<Option<String>> {
    match parser.next()? {
        None => Ok(None),
        Some(Arg::Long(name)) => Ok(Some(name.to_owned())),
        Some(other) => Err(other.unexpected().into()),
    }
}

fn unknown<T>(option: &str) -> Result<T> {
    bail!("unknown option `--{option}`")
}

fn demo(parser: &mut Parser) -> Result<Command> {
    let mut options = DemoOptions { port: 8080, open_browser: OpenBrowser::Yes };
    while let Some(name) = option(parser)? {
        match name.as_str() {
            "port" => options.port = parser.value()?.parse()?,
            "no-open" => options.open_browser = OpenBrowser::No,
            other => return unknown(other),
        }
    }
    Ok(Command::Demo(options))
}

fn test(parser: &mut Parser) -> Result<Command> {
    let mut options = TestOptions { only: None, engines: Vec::new(), name: String::new() };
    while let Some(name) = option(parser)? {
        match name.as_str() {
            "only" => options.only = Some(stage(&parser.value()?.string()?)?),
            "name" => options.name = parser.value()?.string()?,
            "engine" => options.engines.push(engine(parser)?),
            other => return unknown(other),
        }
    }
    if options.engines.is_empty() {
        options.engines = Engine::ALL.into();
    }
    Ok(Command::Test(options))
}

fn bench(parser: &mut Parser) -> Result<Command> {
    let mut options = BenchOptions::default();
    while let Some(name) = option(parser)? {
        options.arguments.push(format!("--{name}").into());
        match name.as_str() {
            "quick" => {}
            "only" | "rows" | "seed" => {
                let value = parser.value()?;
                if name == "only" {
                    options.only.push(value.clone().string()?);
                }
                options.arguments.push(value);
            }
            other => return unknown(other),
        }
    }
    Ok(Command::Bench(options))
}

fn fuzz(parser: &mut Parser) -> Result<Command> {
    let mut options = FuzzOptions { seconds: 60, only: None };
    while let Some(name) = option(parser)? {
        match name.as_str() {
            "seconds" => options.seconds = parser.value()?.parse()?,
            "only" => options.only = Some(parser.value()?.string()?),
            other => return unknown(other),
        }
    }
    Ok(Command::Fuzz(options))
}

fn soak(parser: &mut Parser) -> Result<Command> {
    let mut options = SoakOptions { minutes: None, engine: Engine::Chromium };
    while let Some(name) = option(parser)? {
        match name.as_str() {
            "minutes" => options.minutes = Some(parser.value()?.parse()?),
            "engine" => options.engine = engine(parser)?,
            other => return unknown(other),
        }
    }
    Ok(Command::Soak(options))
}

fn stage(name: &str) -> Result<Stage> {
    match name {
        "native" => Ok(Stage::Native),
        "sdk" => Ok(Stage::Sdk),
        "nginx" => Ok(Stage::Nginx),
        "browser" => Ok(Stage::Browser),
        "e2e" => Ok(Stage::EndToEnd),
        other => bail!("`--only {other}` is not one of native, sdk, nginx, browser, e2e"),
    }
}

fn engine(parser: &mut Parser) -> Result<Engine> {
    let name = parser.value()?.string()?;
    Engine::of_word(&name)
        .with_context(|| format!("`--engine {name}` is not one of chromium, firefox, webkit"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command> {
        parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn commands_and_options() {
        let test = |only, engines: &[Engine]| {
            Command::Test(TestOptions { only, engines: engines.into(), name: String::new() })
        };
        let demo = |port, open_browser| Command::Demo(DemoOptions { port, open_browser });
        for (line, expected) in [
            ("", Command::Help),
            ("--help", Command::Help),
            ("test -h", Command::Help),
            ("demo", demo(8080, OpenBrowser::Yes)),
            ("demo --no-open --port=9000", demo(9000, OpenBrowser::No)),
            ("demo --port 0", demo(0, OpenBrowser::Yes)),
            ("test", test(None, &Engine::ALL)),
            ("test --only e2e", test(Some(Stage::EndToEnd), &Engine::ALL)),
            ("test --only sdk", test(Some(Stage::Sdk), &Engine::ALL)),
            ("test --only nginx", test(Some(Stage::Nginx), &Engine::ALL)),
            ("test --engine firefox", test(None, &[Engine::Firefox])),
            ("test --engine=webkit --engine chromium", test(None, &[Engine::Webkit, Engine::Chromium])),
            ("lint", Command::Lint),
            ("languages", Command::Languages),
            ("package", Command::Package),
            ("size", Command::Size),
            ("load", Command::Load),
            ("bench", Command::Bench(BenchOptions::default())),
            (
                "test --only e2e --engine webkit --name network::",
                Command::Test(TestOptions {
                    only: Some(Stage::EndToEnd),
                    engines: vec![Engine::Webkit],
                    name: "network::".into(),
                }),
            ),
            ("soak", Command::Soak(SoakOptions { minutes: None, engine: Engine::Chromium })),
            (
                "soak --minutes 30 --engine firefox",
                Command::Soak(SoakOptions { minutes: Some(30), engine: Engine::Firefox }),
            ),
            ("fuzz", Command::Fuzz(FuzzOptions { seconds: 60, only: None })),
            (
                "fuzz --seconds=5 --only decoder",
                Command::Fuzz(FuzzOptions { seconds: 5, only: Some("decoder".into()) }),
            ),
            (
                "bench --quick --only react --rows=10",
                Command::Bench(BenchOptions {
                    only: vec!["react".into()],
                    arguments: ["--quick", "--only", "react", "--rows", "10"].map(Into::into).into(),
                }),
            ),
        ] {
            assert_eq!(parsed(line).unwrap(), expected, "{line}");
        }
    }

    #[test]
    fn errors_contain_the_unknown_argument() {
        for (line, argument) in [
            ("dmeo", "dmeo"),
            ("--port 1", "--port"),
            ("demo --prot 1", "--prot"),
            ("demo now", "now"),
            ("size --quick", "--quick"),
            ("demo --port 70000", "70000"),
            ("lint now", "now"),
            ("test --only unit", "unit"),
            ("test --engine ie", "ie"),
            ("bench --quik", "--quik"),
            ("bench --rows", "--rows"),
            ("fuzz --seconds soon", "soon"),
        ] {
            let message = parsed(line).unwrap_err().to_string();
            assert!(message.contains(argument), "{line}: {message}");
        }
    }
}
