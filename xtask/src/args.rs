//! The command line: words in, a `Command` out. It must not run anything.

use std::ffi::OsString;

use anyhow::{Context, Result, anyhow, bail};
use lexopt::{Arg, Parser, ValueExt};

pub(crate) use batch_task_engines::Engine;

/// What `cargo xtask` and `cargo xtask help` print.
pub(crate) const USAGE: &str = "\
cargo xtask COMMAND

  demo     build everything, start the proxy with its simulator, show the page
             --port N     listen on 127.0.0.1:N (default 8080; 0 takes a free one)
             --no-open    do not open a browser
  test     run every test: native, with the official SDK, behind nginx, and in each browser engine: components, end to end
             --only native|sdk|nginx|browser|e2e
             --engine chromium|firefox|webkit   several times; default: all three
             --name TEXT  of the end-to-end tests those whose path has it
  lint     formatting, clippy for the host and for wasm32, docs, the project's own rules, the dependencies
  languages  write static/lang/, the language files, from the catalogues in languages/src/
  package  write dist/page/ (the static site), dist/npm/ (the npm package), dist/batch-task-proxy, and their SHA256SUMS
  size     the bytes of the module and of the page, raw and as brotli, checked against their budgets
  load     what the proxy carries: viewers, latencies, calls, memory; and next to nginx
  bench    the widget side by side with what users would pick instead, in headless Chromium (18 minutes)
             --quick      a smoke test: few samples
             --only NAME  ours, ours-small, vanilla, preact, react, antd, floor-array-buffer, …; several times
             --rows N     another size than 10, 1,000, 10,000 and 100,000; several times
             --seed N     of the bodies and of the order (default: by chance; it is printed)
             --profile    write where the time goes instead, as profiles for DevTools
  fuzz     made-up inputs for whatever reads what others send; finds are kept in fuzz/found/
             --seconds N  for each target (default 60)
             --only NAME  decoder, timestamp, pointer, signature, query or failures
  soak     the widget for an accelerated day of faults: nothing grows, and no more is asked than the rule allows
             --minutes N  of real time instead
             --engine E   chromium (the default), firefox or webkit
  help     this text

Each command first sets up what it needs and is missing (the wasm target, rust-src, wasm-bindgen, Trunk, wasm-opt, terser; for
`test` also the three browsers with their drivers, nginx and the official SDK for Python). Tools go to a per-user cache, so a second run or another clone finds them there.
";

/// One command with its options.
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

/// The options of `demo`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DemoOptions {
    /// Of 127.0.0.1; 0 lets the system pick one.
    pub(crate) port: u16,
    pub(crate) browser: Browser,
}

/// The options of `test`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TestOptions {
    /// One stage alone.
    pub(crate) only: Option<Stage>,
    /// The engines to test in; not empty.
    pub(crate) engines: Vec<Engine>,
    /// Of the end-to-end tests, those whose path has this; all if it is empty.
    pub(crate) name: String,
}

/// The options of `bench`, which the bench itself takes and checks; here is what decides on the set-up.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct BenchOptions {
    /// Contestants by name; empty for all.
    pub(crate) only: Vec<String>,
    /// All words, as they are handed on.
    pub(crate) words: Vec<OsString>,
}

/// The options of `fuzz`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct FuzzOptions {
    /// For each target.
    pub(crate) seconds: u32,
    /// The one target to run, by its name; `None` runs all.
    pub(crate) only: Option<String>,
}

/// The options of `soak`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SoakOptions {
    /// Of real time; `None` is the accelerated day.
    pub(crate) minutes: Option<u32>,
    pub(crate) engine: Engine,
}

/// Whether `demo` opens a browser once the page is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Browser {
    Open,
    LeaveClosed,
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

/// Reads the words after `cargo xtask`.
///
/// # Errors
/// For a word that is not known, naming it; nothing is ignored silently.
pub(crate) fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Command> {
    command(&mut Parser::from_args(words))
        .map_err(|error| anyhow!("{error}; `cargo xtask help` tells what there is"))
}

fn command(parser: &mut Parser) -> Result<Command> {
    let name = match parser.next()? {
        None | Some(Arg::Short('h') | Arg::Long("help")) => return Ok(Command::Help),
        Some(Arg::Value(name)) => name.string()?,
        Some(other) => return Err(other.unexpected().into()),
    };
    match name.as_str() {
        "help" => Ok(Command::Help),
        "demo" => demo(parser),
        "test" => test(parser),
        "lint" => bare(parser, Command::Lint),
        "languages" => bare(parser, Command::Languages),
        "package" => bare(parser, Command::Package),
        "size" => bare(parser, Command::Size),
        "load" => bare(parser, Command::Load),
        "bench" => bench(parser),
        "fuzz" => fuzz(parser),
        "soak" => soak(parser),
        other => bail!("there is no command `{other}`"),
    }
}

fn demo(parser: &mut Parser) -> Result<Command> {
    let mut options = DemoOptions { port: 8080, browser: Browser::Open };
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("port") => options.port = parser.value()?.parse()?,
            Arg::Long("no-open") => options.browser = Browser::LeaveClosed,
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Command::Demo(options))
}

fn test(parser: &mut Parser) -> Result<Command> {
    let mut options = TestOptions { only: None, engines: Vec::new(), name: String::new() };
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("only") => options.only = Some(stage(&parser.value()?.string()?)?),
            Arg::Long("name") => options.name = parser.value()?.string()?,
            Arg::Long("engine") => options.engines.push(engine(&parser.value()?.string()?)?),
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help),
            other => return Err(other.unexpected().into()),
        }
    }
    if options.engines.is_empty() {
        options.engines = Engine::ALL.into();
    }
    Ok(Command::Test(options))
}

fn bench(parser: &mut Parser) -> Result<Command> {
    let mut options = BenchOptions::default();
    while let Some(arg) = parser.next()? {
        let name = match arg {
            Arg::Long(name @ ("quick" | "only" | "rows" | "seed" | "profile")) => name.to_owned(),
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help),
            other => return Err(other.unexpected().into()),
        };
        options.words.push(format!("--{name}").into());
        if !matches!(&*name, "quick" | "profile") {
            let value = parser.value()?;
            if name == "only" {
                options.only.push(value.clone().string()?);
            }
            options.words.push(value);
        }
    }
    Ok(Command::Bench(options))
}

fn fuzz(parser: &mut Parser) -> Result<Command> {
    let mut options = FuzzOptions { seconds: 60, only: None };
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("seconds") => options.seconds = parser.value()?.parse()?,
            Arg::Long("only") => options.only = Some(parser.value()?.string()?),
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Command::Fuzz(options))
}

fn soak(parser: &mut Parser) -> Result<Command> {
    let mut options = SoakOptions { minutes: None, engine: Engine::Chromium };
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("minutes") => options.minutes = Some(parser.value()?.parse()?),
            Arg::Long("engine") => options.engine = engine(&parser.value()?.string()?)?,
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help),
            other => return Err(other.unexpected().into()),
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
        other => bail!("`--only {other}` is none of native, sdk, nginx, browser, e2e"),
    }
}

fn engine(name: &str) -> Result<Engine> {
    Engine::of_word(name).with_context(|| format!("`--engine {name}` is none of chromium, firefox, webkit"))
}

fn bare(parser: &mut Parser, command: Command) -> Result<Command> {
    match parser.next()? {
        None => Ok(command),
        Some(Arg::Short('h') | Arg::Long("help")) => Ok(Command::Help),
        Some(other) => Err(other.unexpected().into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command> {
        parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn lines_and_their_commands() {
        let test = |only, engines: &[Engine]| {
            Command::Test(TestOptions { only, engines: engines.into(), name: String::new() })
        };
        let demo = |port, browser| Command::Demo(DemoOptions { port, browser });
        for (line, expected) in [
            ("", Command::Help),
            ("--help", Command::Help),
            ("test -h", Command::Help),
            ("demo", demo(8080, Browser::Open)),
            ("demo --no-open --port=9000", demo(9000, Browser::LeaveClosed)),
            ("demo --port 0", demo(0, Browser::Open)),
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
                    words: ["--quick", "--only", "react", "--rows", "10"].map(Into::into).into(),
                }),
            ),
        ] {
            assert_eq!(parsed(line).unwrap(), expected, "{line}");
        }
    }

    #[test]
    fn a_refusal_names_the_word() {
        for (line, word) in [
            ("dmeo", "dmeo"),
            ("--port 1", "--port"),
            ("demo --prot 1", "--prot"),
            ("demo --port 70000", "70000"),
            ("lint now", "now"),
            ("test --only unit", "unit"),
            ("test --engine ie", "ie"),
            ("bench --quik", "--quik"),
            ("bench --rows", "--rows"),
            ("fuzz --seconds soon", "soon"),
        ] {
            let message = parsed(line).unwrap_err().to_string();
            assert!(message.contains(word), "{line}: {message}");
        }
    }
}
