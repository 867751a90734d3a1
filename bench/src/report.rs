//! The report of a run as Markdown. Pure.

use crate::contestant::Contestant;
use crate::machine::Machine;
use crate::measure::{Measure, Samples, Unit};
use crate::stats::Summary;
use crate::targets::{Outcome, Verdict, outcomes, vanilla_of_floor};

/// A finished run.
pub(crate) struct Run {
    /// The arguments of `cargo xtask bench`.
    pub(crate) options: String,
    pub(crate) seed: u64,
    pub(crate) took_s: u64,
    pub(crate) machine: Machine,
    pub(crate) contestants: Vec<Contestant>,
    pub(crate) sizes: Vec<usize>,
    /// The length of a body in bytes, for each size.
    pub(crate) body_bytes: Vec<usize>,
    /// The number of rounds and samples, for each size.
    pub(crate) efforts: Vec<String>,
    pub(crate) samples: Samples,
    /// Failed measurements, with their causes.
    pub(crate) failures: Vec<String>,
}

/// The report.
pub(crate) fn markdown(run: &Run) -> String {
    let machine = &run.machine;
    let mut text = format!(
        "# Bench of {}\n\n`cargo xtask bench{}`, seed {}, {} min {} s\n\n- {}, {} cores, {}, {}\n- {}\n- commit {}; {}\n\
         - load average before {}, after {}\n\n\
         Medians, with the smallest and largest sample in brackets. Less than 10 % apart is a tie.\n",
        machine.began,
        run.options,
        run.seed,
        run.took_s / 60,
        run.took_s % 60,
        machine.processor,
        machine.cores,
        machine.memory,
        machine.system,
        machine.browser,
        machine.commit,
        machine.versions.join(", "),
        machine.load_before,
        machine.load_after,
    );
    for failure in &run.failures {
        text.push_str(&format!("\nNot measured: {failure}\n"));
    }
    text.push_str("\n## Targets\n\n| what | limit | found | |\n| --- | --- | ---: | --- |\n");
    for Outcome { what, limit, found, verdict } in outcomes(&run.samples) {
        let found = found.map_or_else(|| "–".to_owned(), |found| format!("{found:.2}"));
        text.push_str(&format!("| {what} | {limit} | {found} | {} |\n", word(verdict)));
    }
    if let Some(ratio) = vanilla_of_floor(&run.samples) {
        text.push_str(&format!(
            "\nA changed poll of vanilla JS takes {ratio:.2} times as long as reading the bytes (100000 rows).\n"
        ));
    }
    for ((&rows, bytes), effort) in run.sizes.iter().zip(&run.body_bytes).zip(&run.efforts) {
        text.push_str(&format!("\n## {rows} rows ({bytes} bytes)\n\n{effort}\n\n"));
        text.push_str(&table(run, rows));
    }
    text
}

fn table(run: &Run, rows: usize) -> String {
    let titles: Vec<&str> = run.contestants.iter().map(|contestant| contestant.title.as_str()).collect();
    let mut text = format!("| what | {} |\n| --- |{}\n", titles.join(" | "), " ---: |".repeat(titles.len()));
    for measure in Measure::ALL {
        let summaries: Vec<Option<Summary>> = run
            .contestants
            .iter()
            .map(|contestant| run.samples.summary(rows, measure, &contestant.name))
            .collect();
        if summaries.iter().any(Option::is_some) {
            let cells: Vec<String> = summaries
                .into_iter()
                .map(|summary| summary.map_or_else(String::new, |it| cell(it, measure)))
                .collect();
            text.push_str(&format!("| {} | {} |\n", measure.title(), cells.join(" | ")));
        }
    }
    text
}

fn cell(summary: Summary, measure: Measure) -> String {
    let Summary { median, min, max } = summary;
    let (median, min, max) = (number(median, measure), number(min, measure), number(max, measure));
    if min == max { median } else { format!("{median} ({min}–{max})") }
}

fn number(value: f64, measure: Measure) -> String {
    match measure.unit() {
        Unit::Bytes | Unit::Count => format!("{value:.0}"),
        Unit::Megabytes => format!("{:.1}", value / 1e6),
        Unit::Milliseconds if value >= 100.0 => format!("{value:.0}"),
        Unit::Milliseconds if value >= 10.0 => format!("{value:.1}"),
        Unit::Milliseconds => format!("{value:.2}"),
    }
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "met",
        Verdict::Tie => "tie",
        Verdict::NotMet => "**not met**",
        Verdict::NotMeasured => "not measured",
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::contestant::Kind;

    fn run() -> Run {
        let contestant = |name: &str| Contestant {
            name: name.to_owned(),
            title: name.to_owned(),
            kind: Kind::Peer,
            folder: PathBuf::new(),
        };
        let mut samples = Samples::default();
        for value in [3.0, 1.0, 2.0] {
            samples.add(10, Measure::Changed, "script", value);
        }
        samples.add(10, Measure::Changed, "preact", 1.5);
        samples.add(100_000, Measure::Changed, "vanilla", 5.2);
        samples.add(100_000, Measure::Changed, "floor", 2.0);
        Run {
            options: " --quick".to_owned(),
            seed: 7,
            took_s: 61,
            machine: Machine::look(&PathBuf::new(), "Chrome/1".to_owned()),
            contestants: vec![contestant("script"), contestant("preact")],
            sizes: vec![10],
            body_bytes: vec![1_800],
            efforts: vec!["3 rounds.".to_owned()],
            samples,
            failures: Vec::new(),
        }
    }

    #[test]
    fn failures_are_reported() {
        let text = markdown(&Run { failures: vec!["script at 10 rows: Use: gone".to_owned()], ..run() });
        assert!(text.contains("\nNot measured: script at 10 rows: Use: gone\n"), "{text}");
    }

    #[test]
    fn each_measure_with_samples_has_a_row() {
        let text = markdown(&run());
        assert!(text.contains("`cargo xtask bench --quick`, seed 7, 1 min 1 s"), "{text}");
        assert!(
            text.contains("| changed poll, bytes in the page, CPU ms | 2.00 (1.00–3.00) | 1.50 |"),
            "{text}"
        );
        let target =
            "| script: changed poll, bytes in the page, CPU ms, 10 rows | ≤ 1.25 × preact | 1.33 | tie |";
        assert!(text.contains(target), "{text}");
        assert!(text.contains("vanilla JS takes 2.60 times as long as reading the bytes"), "{text}");
        assert!(!text.contains("| sort to the next frame"), "{text}");
    }
}
