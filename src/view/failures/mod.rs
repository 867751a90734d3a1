//! Groups failed subtasks by reason: their `ErrorMsg` with variable parts masked by [`mask()`]. Subtasks that need attention
//! are grouped in the same way, apart from those that failed.
//!
//! A group has the same [`GroupId`] in the next poll, so that a filtered table stays filtered. A group takes 56 bytes and a
//! row 8: masked texts are not stored but computed again where they are shown.

mod mask;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;

use std::fmt;
use std::rc::Rc;

use self::mask::masked;
pub use self::mask::{MAX_BYTES, READ_BYTES, mask};
use crate::i18n::{Locale, fill, joined};
use crate::model::{StatusBucket, StatusCounts, SubTaskStatus, SubTasks};
use crate::order::{self, Direction, Part};
use crate::timestamp::Timestamp;
use crate::view::format;
use crate::view::row_set::RowSet;

/// How many groups are listed at first.
pub const COLLAPSED_GROUPS: usize = 5;
/// How many of the largest groups are listed if there are too many to read.
pub const TOP_GROUPS: usize = 20;
/// How many groups are printed.
pub const PRINTED_GROUPS: usize = 1_000;
/// Up to this many groups are all listed when the list is expanded.
const MAX_LISTED_GROUPS: usize = 100;

/// Identifies a group: a hash of the masked text, the same from poll to poll.
///
/// With 40,000 different texts, the probability of a collision is about 1 in 20 billion. Colliding texts would be counted
/// as one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupId(u64);

impl GroupId {
    /// Returns the group of an `ErrorMsg`. Blank messages have a group of their own.
    pub fn of(error_msg: &str) -> Self {
        Self::of_masked(FAILED, &mask(error_msg))
    }

    /// Returns the group of a row that needs attention. Rows with blank messages are grouped by status. It differs from the
    /// group of rows that failed with the same message.
    pub fn of_attention(status: SubTaskStatus<'_>, error_msg: &str) -> Self {
        match &*mask(error_msg) {
            "" => Self::of_masked(STATUS, status.as_str()),
            masked => Self::of_masked(ATTENTION, masked),
        }
    }

    /// FNV-1a, 64 bits, with one of three initial values.
    fn of_masked(initial: u64, text: &str) -> Self {
        let add = |digest: u64, byte| (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Self(text.bytes().fold(initial, add))
    }

    /// Returns the hash, for keys of elements.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Returns the key of the reason.
    pub const fn key(self) -> ReasonKey {
        ReasonKey((self.0 >> 32) as u32 ^ self.0 as u32)
    }
}

/// Identifies a reason in URLs and attributes: 8 hex digits, the same in every build and on every platform.
///
/// It is a hash of the masked text of an `ErrorMsg` (for rows that need attention with another initial value, and of their
/// status if the text is blank): its UTF-8 by FNV-1a with 64 bits, whose two halves are combined by
/// exclusive or. Where the widget redacts, the text is redacted before it is masked, so no secret can be guessed from a link.
///
/// ```
/// use batch_task_widget::view::failures::ReasonKey;
///
/// let key = ReasonKey::of("instance pc-2ze8k1n7q3x5 is locked");
/// assert_eq!(key.to_string(), "351e4d50");
/// assert_eq!(key, ReasonKey::of("instance pc-7qp0e2m4x9d1 is locked"));
/// assert_eq!(ReasonKey::parse("351E4D50"), Some(key));
/// assert_eq!(ReasonKey::parse("+51e4d50"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReasonKey(u32);

impl ReasonKey {
    /// Returns the key of an `ErrorMsg`.
    pub fn of(error_msg: &str) -> Self {
        GroupId::of(error_msg).key()
    }

    /// Parses 8 hex digits.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 8 {
            return None;
        }
        let mut key = 0;
        for byte in text.bytes() {
            key = key << 4 | char::from(byte).to_digit(16)?;
        }
        Some(Self(key))
    }

    /// Returns the 8 hex digits.
    pub fn text(self) -> String {
        let digit = |shift: u32| char::from(b"0123456789abcdef"[(self.0 >> shift) as usize & 15]);
        (0..8).rev().map(|index| digit(index * 4)).collect()
    }
}

impl fmt::Display for ReasonKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

const FAILED: u64 = 0xcbf2_9ce4_8422_2325;
const ATTENTION: u64 = 0x9e37_79b9_7f4a_7c15;
const STATUS: u64 = 0xd1b5_4a32_d192_ed03;

/// Subtasks that failed, or need attention, for the same reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// Identifies the group.
    pub id: GroupId,
    /// The number of rows.
    pub count: u32,
    /// The row that failed first; among several, the first in the API's order.
    pub example: u32,
    /// When the first row failed: its TaskEnd, or else its TaskBegin; `None` if no row has either.
    pub first: Option<Timestamp>,
    /// When the last row failed.
    pub last: Option<Timestamp>,
    /// The statuses of the rows, as one bit for each of [`SubTaskStatus::KNOWN`].
    statuses: u8,
    /// Whether the rows need attention instead of having failed.
    pub needs_attention: bool,
}

impl Group {
    /// Returns the status group that all its rows are in.
    pub const fn bucket(&self) -> StatusBucket {
        if self.needs_attention { StatusBucket::Attention } else { StatusBucket::Failed }
    }

    /// Returns the name of the group: its masked text, with an ellipsis if it is truncated, or a text for blank messages. For
    /// rows that need attention, the statuses are before it: `Blocked: waiting for …`.
    pub fn label(&self, sub_tasks: &SubTasks, locale: Locale) -> String {
        let (mut text, is_cut) = masked(sub_tasks.error_msg(self.example as usize));
        if is_cut && !text.ends_with('…') {
            text.push('…');
        }
        if self.needs_attention {
            let statuses = self.status_names(locale);
            if text.is_empty() {
                return statuses;
            }
            return fill(locale.labelled, &[("label", &statuses), ("value", &text)]);
        }
        if text.is_empty() { locale.no_error_message.to_owned() } else { text }
    }

    /// Returns the statuses of the rows, as a list.
    fn status_names(&self, locale: Locale) -> String {
        let mut names = String::new();
        for (index, status) in SubTaskStatus::KNOWN.into_iter().enumerate() {
            if self.statuses & (1 << index) != 0 {
                if !names.is_empty() {
                    names.push_str(locale.list);
                }
                names.push_str(locale.sub_task_status(status));
            }
        }
        names
    }

    /// Returns one part of the sort key of the group.
    fn key(&self, part: usize) -> Part {
        match part {
            // Groups that need attention come after those that failed.
            0 => Part::number((i64::from(self.needs_attention) << 32) - i64::from(self.count)).and_more(),
            1 => Part::number(self.first.map_or(i64::MAX, Timestamp::unix_ms)).and_more(),
            2 => Part::number((self.id.0 >> 32) as i64).and_more(),
            _ => Part::number((self.id.0 & 0xFFFF_FFFF) as i64),
        }
    }

    fn add(&mut self, row: u32, at: Option<Timestamp>) {
        self.count += 1;
        let Some(at) = at else { return };
        if self.first.is_none_or(|first| at < first) {
            (self.first, self.example) = (Some(at), row);
        }
        self.last = self.last.max(Some(at));
    }
}

/// The groups that are not listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OmittedGroups {
    /// The number of groups.
    pub groups: u32,
    /// The number of rows in them.
    pub rows: u32,
}

/// The rows of a task that failed or need attention, grouped by reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    /// First those that failed, then those that need attention; each sorted by size (largest first), then by first failure
    /// (without times last), then by ID.
    groups: Vec<Group>,
    /// How many of the groups failed.
    failed_groups: usize,
    /// How many rows failed.
    failed: u32,
    /// The rows in the API's order, with the index of each one's group.
    members: Vec<(u32, u32)>,
}

impl Failures {
    /// Groups all rows at once; [`Grouping`] does it in steps.
    pub fn of(sub_tasks: &SubTasks) -> Self {
        let mut grouping = Grouping::of(sub_tasks.clone(), None);
        while !grouping.step(u32::MAX) {}
        grouping.finish()
    }

    /// Returns the groups that failed, sorted by size (largest first), then by first failure (without times last), then by ID.
    pub fn groups(&self) -> &[Group] {
        self.groups.get(..self.failed_groups).unwrap_or_default()
    }

    /// Returns the groups that need attention, in the same order.
    pub fn attention(&self) -> &[Group] {
        self.groups.get(self.failed_groups..).unwrap_or_default()
    }

    /// Returns how many rows failed.
    pub const fn failed(&self) -> u32 {
        self.failed
    }

    /// Returns the group with this ID, if any row is in it.
    pub fn group(&self, id: GroupId) -> Option<&Group> {
        self.groups.iter().find(|group| group.id == id)
    }

    /// Returns the group with this key: the largest if several have it.
    pub fn with_key(&self, key: ReasonKey) -> Option<&Group> {
        self.groups.iter().find(|group| group.id.key() == key)
    }

    /// Returns the rows of the groups with this key; empty if there are none.
    pub fn rows(&self, key: ReasonKey) -> RowSet {
        let mut rows = RowSet::new();
        for &(row, index) in &self.members {
            if self.groups.get(index as usize).is_some_and(|group| group.id.key() == key) {
                rows.insert(row);
            }
        }
        rows
    }
}

/// Returns the first `count` of `groups`, which are the largest, and what is omitted.
pub fn top(groups: &[Group], count: usize) -> (&[Group], OmittedGroups) {
    let (top, others) = groups.split_at(count.min(groups.len()));
    let rows = others.iter().map(|group| group.count).sum();
    (top, OmittedGroups { groups: others.len() as u32, rows })
}

/// Returns how many of `groups` to list: the [`COLLAPSED_GROUPS`] largest, or if `is_open` all of them, or the [`TOP_GROUPS`]
/// largest if there are too many to read.
pub const fn listed(groups: &[Group], is_open: bool) -> usize {
    match groups.len() {
        _ if !is_open => COLLAPSED_GROUPS,
        groups if groups <= MAX_LISTED_GROUPS => groups,
        _ => TOP_GROUPS,
    }
}

/// A grouping in progress. Dropping it cancels it.
#[derive(Debug, Default)]
pub struct Grouping {
    sub_tasks: SubTasks,
    /// The rows that failed or need attention, and the index of the next one to group.
    rows: Vec<u32>,
    next: usize,
    previous: Option<PreviousGroups>,
    groups: Vec<Group>,
    members: Vec<(u32, u32)>,
    /// A hash table with open addressing: the index of a group plus one, or 0 if free. At most half of it is in use.
    slots: Vec<u32>,
}

const COMPARE_COST: u32 = 1;
const MASK_COST: u32 = 16;
/// How many bytes can be compared at the cost of a row whose group is known.
const COMPARED_BYTES: usize = 256;
/// How many bytes can be masked at that cost.
const MASKED_BYTES: usize = 32;

impl Grouping {
    /// Starts a grouping. With the rows and groups of the last poll, only new messages are masked.
    pub fn of(sub_tasks: SubTasks, last: Option<(SubTasks, Rc<Failures>)>) -> Self {
        let is_member = |bucket| matches!(bucket, StatusBucket::Failed | StatusBucket::Attention);
        let rows = sub_tasks.rows_where(is_member);
        let previous = last.map(|(sub_tasks, failures)| PreviousGroups { sub_tasks, failures, next: 0 });
        let (groups, members, slots) = (Vec::new(), Vec::new(), Vec::new());
        Self { sub_tasks, rows, next: 0, previous, groups, members, slots }
    }

    /// Groups rows until the cost reaches `budget`; returns whether all are done. A unit of cost is about a quarter of a
    /// microsecond: 16 for a row whose text is masked, 1 for one whose group is known, and more for long texts.
    pub fn step(&mut self, budget: u32) -> bool {
        let mut cost = 0;
        while cost < budget
            && let Some(&row) = self.rows.get(self.next)
        {
            let error_msg = self.sub_tasks.error_msg(row as usize);
            let status = self.sub_tasks.status(row as usize).unwrap_or(SubTaskStatus::Failed);
            let previous = self.previous.as_mut();
            let previous = previous.and_then(|previous| previous.group_of(row, status, error_msg));
            cost += match previous {
                Some(_) => COMPARE_COST + (error_msg.len() / COMPARED_BYTES) as u32,
                None => MASK_COST + (error_msg.len().min(READ_BYTES) / MASKED_BYTES) as u32,
            };
            let id = match previous {
                Some(id) => id,
                None if status == SubTaskStatus::Failed => GroupId::of(error_msg),
                None => GroupId::of_attention(status, error_msg),
            };
            self.add(row, id);
            self.next += 1;
        }
        self.next == self.rows.len()
    }

    /// Sorts the groups.
    pub fn finish(self) -> Failures {
        let Self { groups, mut members, .. } = self;
        let mut order: Vec<u32> = (0..groups.len() as u32).collect();
        order::sort(&mut order, Direction::Ascending, &|index, part| groups[index as usize].key(part));
        let mut indices = vec![0; groups.len()];
        for (index, &old) in (0..).zip(&order) {
            indices[old as usize] = index;
        }
        for (_, index) in &mut members {
            *index = indices[*index as usize];
        }
        let groups: Vec<Group> = order.iter().map(|&old| groups[old as usize]).collect();
        let failed_groups = groups.iter().take_while(|group| !group.needs_attention).count();
        let failed = groups.iter().take(failed_groups).map(|group| group.count).sum();
        Failures { groups, failed_groups, failed, members }
    }

    fn add(&mut self, row: u32, id: GroupId) {
        let (rows, number) = (&self.sub_tasks, row as usize);
        let at = rows.task_end(number).or_else(|| rows.task_begin(number));
        let status = rows.status(number);
        let known = SubTaskStatus::KNOWN.iter().position(|known| status == Some(*known));
        let needs_attention = status != Some(SubTaskStatus::Failed);
        let index = self.index(id, row);
        let group = &mut self.groups[index as usize];
        group.add(row, at);
        group.statuses |= 1 << known.unwrap_or(0);
        group.needs_attention = needs_attention;
        self.members.push((row, index));
    }

    /// Returns the index of the group, which is created if necessary.
    fn index(&mut self, id: GroupId, row: u32) -> u32 {
        if self.groups.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let slot = self.slot(id);
        if self.slots[slot] == 0 {
            self.groups.push(Group {
                id,
                count: 0,
                example: row,
                first: None,
                last: None,
                statuses: 0,
                needs_attention: false,
            });
            self.slots[slot] = self.groups.len() as u32;
        }
        self.slots[slot] - 1
    }

    /// Returns the slot of the group, or a free slot for it.
    fn slot(&self, id: GroupId) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = id.0 as usize & mask;
        while let Some(index) = self.slots[slot].checked_sub(1)
            && self.groups[index as usize].id != id
        {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow(&mut self) {
        self.slots = vec![0; (self.slots.len() * 2).max(64)];
        for index in 0..self.groups.len() {
            let slot = self.slot(self.groups[index].id);
            self.slots[slot] = index as u32 + 1;
        }
    }
}

/// The groups of the last poll.
#[derive(Debug)]
struct PreviousGroups {
    sub_tasks: SubTasks,
    failures: Rc<Failures>,
    /// The index of the next member to compare: rows come in order.
    next: usize,
}

impl PreviousGroups {
    /// Returns the group of the row if it had the same status and message in the last poll.
    fn group_of(&mut self, row: u32, status: SubTaskStatus<'_>, error_msg: &str) -> Option<GroupId> {
        let members = self.failures.members.get(self.next..)?;
        self.next += members.iter().take_while(|(member, _)| *member < row).count();
        let (member, index) = self.failures.members.get(self.next)?;
        let is_same = *member == row
            && self.sub_tasks.error_msg(row as usize) == error_msg
            && self.sub_tasks.status(row as usize) == Some(status);
        Some(self.failures.groups.get(*index as usize).filter(|_| is_same)?.id)
    }
}

/// Returns how many rows need attention, by status, in the order of [`SubTaskStatus::KNOWN`]; statuses without rows are
/// omitted.
pub fn attention(sub_tasks: &SubTasks) -> Vec<(SubTaskStatus<'static>, u32)> {
    let mut attention = Vec::new();
    for (status, count) in sub_tasks.counts().known() {
        if count > 0 && status.bucket() == StatusBucket::Attention {
            attention.push((status, count));
        }
    }
    attention
}

/// Returns `9 failed for 3 reasons · 2 need attention`, or the part that applies; `None` if neither does.
pub fn headline(failures: &Failures, counts: StatusCounts, locale: Locale) -> Option<String> {
    let mut parts = Vec::new();
    if failures.failed() > 0 {
        let reasons = failures.groups().len() as u64;
        let template = locale.plural(reasons as i64, locale.failed_for_one, locale.failed_for);
        let values = [("count", failures.failed().into()), ("reasons", reasons)];
        parts.push(format::fill_counts(template, &values, locale));
    }
    let needing = counts.get(StatusBucket::Attention);
    if needing > 0 {
        parts.push(format::plural_count(needing, locale.attention_count_one, locale.attention_count, locale));
    }
    (!parts.is_empty()).then(|| joined(&parts, " · "))
}
