//! Tests of the timeline: a table of rows and shapes, and properties of the geometry.

use proptest::prelude::*;

use super::*;
use crate::model::{ApiTime, SubTaskStatus, SubTasksBuilder};
use crate::view::format::machine_time;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_ms(1_779_984_000_000 + seconds * 1_000)
}

/// Builds rows of (Status, begin, end), in seconds; -1 is absent.
fn rows(rows: &[(&str, i64, i64)]) -> SubTasks {
    let time = |seconds| if seconds < 0 { ApiTime::Absent } else { ApiTime::At(at(seconds)) };
    let mut builder = SubTasksBuilder::new();
    for &(status, begin, end) in rows {
        builder.push(&SubTask {
            task_id: "",
            instance_id: "",
            status: SubTaskStatus::parse(status),
            task_begin: time(begin),
            task_end: time(end),
            error_msg: "",
        });
    }
    builder.finish()
}

#[test]
fn each_row_has_its_shape() {
    let sub_tasks = rows(&[
        ("COMPLETED", 0, 50),
        ("FAILED", 20, 20),
        ("RUNNING", 60, -1),
        ("HUMAN_PROCESSING", 10, -1),
        ("FAILED", 30, -1),
        ("COMPLETED", -1, 40),
        ("COMPLETED", 70, 5),
        ("WAITING", -1, -1),
        ("COMPLETED", 100, 100),
    ]);
    let order: Vec<u32> = (0..9).collect();
    let timeline = Timeline::of(&sub_tasks, &order, Some(at(90)), 200, |_| 0);
    assert_eq!(timeline.span, Some(Span { begin: at(0), end: at(100) }));
    assert_eq!(timeline.now_x, Some(180));
    let shapes: Vec<Shape> = timeline.lanes.iter().map(|lane| lane.shape).collect();
    assert_eq!(
        shapes,
        [
            Shape::Bar { x: 0, width: 100 },
            Shape::Bar { x: 40, width: MIN_PX },
            Shape::Open { x: 120, width: 60 },
            Shape::Open { x: 20, width: 160 },
            Shape::Point { x: 60 },
            Shape::Point { x: 80 },
            Shape::Point { x: 140 },
            Shape::Empty,
            Shape::Bar { x: 197, width: MIN_PX },
        ]
    );
    assert_eq!(timeline.lanes[3].bucket, StatusBucket::Attention);

    let early = Timeline::of(&rows(&[("RUNNING", 60, -1)]), &[0], Some(at(50)), 200, |_| 0);
    assert_eq!(
        (early.now_x, early.lanes[0].shape),
        (None, Shape::Open { x: 0, width: MIN_PX }),
        "a clock that is wrong"
    );

    let ended = Timeline::of(&sub_tasks, &order, None, 200, |_| 0);
    assert_eq!((ended.now_x, ended.lanes[2].shape), (None, Shape::Point { x: 120 }));
}

#[test]
fn rows_that_have_not_begun_are_counted_and_have_no_lane() {
    let sub_tasks = rows(&[
        ("WAITING", -1, -1),
        ("COMPLETED", 0, 1),
        ("WAITING", -1, -1),
        // Without a time, but it has begun.
        ("RUNNING", -1, -1),
        ("FAILED", -1, -1),
        ("WAITING", 5, -1),
    ]);
    let selected = LaneRows::of(&sub_tasks, &[5, 4, 3, 2, 1, 0]);
    assert_eq!(selected, LaneRows { rows: vec![5, 4, 3, 1], begun: 4, not_begun: 2 });
    let waiting = LaneRows::of(&rows(&[("WAITING", -1, -1); 79_000]), &(0..79_000).collect::<Vec<_>>());
    assert_eq!((waiting.rows.len(), waiting.not_begun), (0, 79_000));
}

#[test]
fn lanes_are_in_the_tables_order_and_failures_first_above_a_limit() {
    let mut list = [("COMPLETED", 0, 1); 400];
    (list[10].0, list[350].0, list[399].0) = ("PAUSE", "FAILED", "FAILED");
    let order: Vec<u32> = (0..400).rev().collect();
    let few = LaneRows::of(&rows(&list[..300]), &order[100..]);
    assert_eq!(few.rows, order[100..], "all fit");
    let many = LaneRows::of(&rows(&list), &order);
    assert_eq!(many.rows[..5], [399, 350, 10, 398, 397]);
    assert_eq!((many.rows.len(), many.begun, many.not_begun), (300, 400, 0));
    assert_eq!(
        [-1, 0, 23, 24, 7_199, 7_200].map(|y_px| lane_at(y_px, 300)),
        [None, Some(0), Some(0), Some(1), Some(299), None]
    );
}

#[test]
fn keys_move_and_stop_at_the_ends() {
    let table = [
        (None, Step::Next, 0),
        (None, Step::Previous, 2),
        (Some(0), Step::Previous, 0),
        (Some(0), Step::Next, 1),
        (Some(2), Step::Next, 2),
        (Some(9), Step::Previous, 2),
        (Some(1), Step::First, 0),
        (Some(1), Step::Last, 2),
    ];
    for (current, step, expected) in table {
        assert_eq!(step.from(current, 3), Some(expected), "{current:?} {step:?}");
    }
    assert_eq!(Step::Next.from(None, 0), None);
}

#[test]
fn without_times_there_is_no_span_and_a_single_time_has_one() {
    let waiting = Timeline::of(&rows(&[("WAITING", -1, -1)]), &[0], Some(at(0)), 100, |_| 0);
    assert_eq!((waiting.span, waiting.now_x, waiting.ticks.len()), (None, None, 0));
    assert_eq!(waiting.lanes[0].shape, Shape::Empty);
    let moment = Timeline::of(&rows(&[("FAILED", 7, 7)]), &[0], None, 100, |_| 0);
    assert_eq!(moment.span, Some(Span { begin: at(7), end: at(8) }));
}

#[test]
fn ticks_are_at_round_times() {
    let labels = |begin, end, width_px| -> Vec<String> {
        let ticks = ticks(Span { begin: at(begin), end: at(end) }, width_px, 0);
        ticks.into_iter().map(|tick| machine_time(tick.at)[11..].to_owned()).collect()
    };
    assert_eq!(
        labels(3, 183, 600),
        ["16:00:30Z", "16:01:00Z", "16:01:30Z", "16:02:00Z", "16:02:30Z", "16:03:00Z"]
    );
    // Without seconds, labels are shorter.
    assert_eq!(labels(0, 3_600, 400).len(), 7, "every ten minutes");
    assert_eq!(labels(0, 1, 400), ["16:00:00Z", "16:00:01Z"]);
    let days = ticks(Span { begin: at(0), end: at(5 * 86_400) }, 1_000, 0);
    assert!(days.len() == 5 && days.iter().all(|tick| tick.at.civil().hour == 0), "{days:?}");
    // 18:30 UTC is midnight where the offset is +5:30.
    let days = ticks(Span { begin: at(0), end: at(5 * 86_400) }, 1_000, 330 * 60_000);
    let is_midnight = |tick: &Tick| (tick.at.civil().hour, tick.at.civil().minute) == (18, 30);
    assert!(days.len() == 5 && days.iter().all(is_midnight), "{days:?}");
    let whole = ticks(Span { begin: Timestamp::MIN, end: Timestamp::MAX }, 1_000, 0);
    assert!((4..=8).contains(&whole.len()), "{whole:?}");
}

#[test]
fn a_phone_has_two_ticks_or_more() {
    // Lanes leave 195 px for the bars at 360 px.
    let width_px = 190;
    for seconds in (1..7_200).chain([86_000, 200_000]) {
        // The last one begins before midnight.
        for begin in [0, 7, 1_799, 28_799] {
            let ticks = ticks(Span { begin: at(begin), end: at(begin + seconds) }, width_px, 0);
            assert!(ticks.len() >= 2, "{seconds} s from {begin}: {ticks:?}");
            let gaps: Vec<i32> = ticks.windows(2).map(|pair| pair[1].x - pair[0].x).collect();
            assert!(gaps.iter().all(|gap| *gap >= 55), "{seconds} s from {begin}: {gaps:?}");
        }
    }
}

#[test]
fn labels_on_the_axis_have_seconds_only_if_needed() {
    let english = crate::i18n::Locale::english();
    let label =
        |seconds, has_seconds| crate::view::format::axis_time(at(seconds), at(0), has_seconds, english);
    assert_eq!([label(60, false), label(60, true)], ["16:01", "16:01:00"]);
    assert_eq!(label(86_400, false), "May 29 16:00");
}

proptest! {
    #[test]
    fn everything_is_within_the_drawing_and_ticks_do_not_overlap(
        list in prop::collection::vec((prop::sample::select(vec!["COMPLETED", "FAILED", "RUNNING", "WAITING"]), -1_i64..90_000, -1_i64..90_000), 0..30),
        now in prop::option::of(0_i64..90_000),
        width_px in 1_i32..2_000,
    ) {
        let order: Vec<u32> = (0..list.len() as u32).collect();
        let timeline = Timeline::of(&rows(&list), &order, now.map(at), width_px, |_| 0);
        prop_assert_eq!(timeline.lanes.len(), list.len());
        for (lane, (_, begin, end)) in timeline.lanes.iter().zip(&list) {
            match lane.shape {
                Shape::Bar { x, width } | Shape::Open { x, width } => {
                    prop_assert!(x >= 0 && width >= MIN_PX.min(width_px) && x + width <= width_px, "{:?}", lane);
                }
                Shape::Point { x } => prop_assert!((0..=width_px).contains(&x)),
                Shape::Empty => prop_assert!(*begin < 0 && *end < 0),
            }
        }
        let mut before = None;
        for tick in &timeline.ticks {
            prop_assert!((0..=width_px).contains(&tick.x));
            if let Some(before) = before {
                prop_assert!(tick.x - before >= 54 || timeline.ticks.len() <= 2, "{:?}", timeline.ticks);
            }
            before = Some(tick.x);
        }
    }
}
