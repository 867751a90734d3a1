//! What went wrong, by reason: failed subtasks grouped by what their `ErrorMsg` says once it is masked.
//!
//! It owns the grouping and its order; the rules of masking are those of [`mask`]. A group is known by its [`GroupId`],
//! which is the same at the next poll, so that a table filtered to a group stays so.
//!
//! Each failed row is in exactly one group, and the order of the rows decides nothing but the example. A group takes 40
//! bytes and a failed row 8, however long the messages are: texts are masked again where they are shown.

mod mask;
#[cfg(test)]
#[cfg(not(target_arch = "wasm32"))]
mod tests;

use std::rc::Rc;

use self::mask::masked;
pub use self::mask::{MAX_BYTES, READ_BYTES, mask};
use crate::i18n::{Locale, joined};
use crate::model::{StatusBucket, StatusCounts, SubTaskStatus, SubTasks};
use crate::order::{self, Direction, Part};
use crate::timestamp::Timestamp;
use crate::view::format;
use crate::view::row_set::RowSet;

/// How many groups are listed at first.
pub const COLLAPSED_GROUPS: usize = 5;
/// How many are listed of more groups than are readable: search is of more use there.
pub const TOP_GROUPS: usize = 20;
/// So many groups are all listed on demand.
const MAX_LISTED_GROUPS: usize = 100;

/// Which group: a digest of the masked text, the same from poll to poll.
///
/// Of 40,000 texts, two share a digest once in 20 thousand million times; they would be counted as one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupId(u64);

impl GroupId {
    /// The group of an `ErrorMsg`; a blank one has a group of its own.
    pub fn of(error_msg: &str) -> Self {
        // FNV-1a, 64 bits.
        let digest = mask(error_msg).bytes().fold(0xcbf2_9ce4_8422_2325, |digest: u64, byte| {
            (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(digest)
    }

    /// The digest, to tell elements of a list apart.
    pub const fn get(self) -> u64 {
        self.0
    }
}

/// Subtasks that failed for one reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// Which group.
    pub id: GroupId,
    /// How many rows.
    pub count: u32,
    /// The row that failed first, and of several such the first in the API's order.
    pub example: u32,
    /// When the first of them failed: by TaskEnd, or TaskBegin where there is no end; `None` if no row has either.
    pub first: Option<Timestamp>,
    /// When the last of them failed.
    pub last: Option<Timestamp>,
}

impl Group {
    /// Returns the name of the group: its masked text, with an ellipsis where that is cut, or words for having none.
    pub fn label(&self, sub_tasks: &SubTasks, locale: Locale) -> String {
        let (mut text, is_cut) = masked(sub_tasks.error_msg(self.example as usize));
        if is_cut && !text.ends_with('…') {
            text.push('…');
        }
        if text.is_empty() { locale.no_error_message.to_owned() } else { text }
    }

    /// What groups are sorted by, part by part.
    fn key(&self, part: usize) -> Part {
        match part {
            0 => Part::number(-i64::from(self.count)).and_more(),
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

/// What a block leaves out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OmittedGroups {
    /// How many groups.
    pub groups: u32,
    /// How many rows are in them.
    pub rows: u32,
}

/// The failed rows of a task, by reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    /// Largest first; of equal ones that which failed first, without times last; then by id.
    groups: Vec<Group>,
    /// The failed rows, in the API's order, and the place of each one's group in `groups`.
    members: Vec<(u32, u32)>,
}

impl Failures {
    /// Groups all at once; [`Grouping`] does the same in slices.
    pub fn of(sub_tasks: &SubTasks) -> Self {
        let mut grouping = Grouping::of(sub_tasks.clone(), None);
        while !grouping.step(u32::MAX) {}
        grouping.finish()
    }

    /// All groups: largest first; of equal ones that which failed first, those without times last; then by their ids.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// How many rows failed.
    pub fn failed(&self) -> u32 {
        self.members.len() as u32
    }

    /// The `most` largest groups, and what is left out.
    pub fn top(&self, count: usize) -> (&[Group], OmittedGroups) {
        let (top, others) = self.groups.split_at(count.min(self.groups.len()));
        let rows = others.iter().map(|group| group.count).sum();
        (top, OmittedGroups { groups: others.len() as u32, rows })
    }

    /// The groups that a block lists: the [`FIRST`] largest; when it is opened all of them, or the [`MANY`] largest where
    /// all would be more than anybody reads.
    pub fn listed(&self, is_open: bool) -> (&[Group], OmittedGroups) {
        self.top(match self.groups.len() {
            _ if !is_open => COLLAPSED_GROUPS,
            groups if groups <= MAX_LISTED_GROUPS => groups,
            _ => TOP_GROUPS,
        })
    }

    /// The group of that id, if any row is in it now.
    pub fn group(&self, id: GroupId) -> Option<&Group> {
        self.groups.iter().find(|group| group.id == id)
    }

    /// The rows of a group; empty if it is not there now.
    pub fn rows(&self, id: GroupId) -> RowSet {
        let mut rows = RowSet::new();
        if let Some(wanted) = self.groups.iter().position(|group| group.id == id) {
            let members = self.members.iter().filter(|(_, index)| *index as usize == wanted);
            members.for_each(|(row, _)| rows.insert(*row));
        }
        rows
    }
}

/// A grouping under way. Dropping it calls it off.
#[derive(Debug, Default)]
pub struct Grouping {
    sub_tasks: SubTasks,
    /// The failed rows, and how many of them have been looked at.
    failed: Vec<u32>,
    next: usize,
    previous: Option<PreviousGroups>,
    groups: Vec<Group>,
    members: Vec<(u32, u32)>,
    /// Open addressing: the place of a group, plus one; 0 is free. At most half full.
    slots: Vec<u32>,
}

const COMPARE_COST: u32 = 1;
const MASK_COST: u32 = 16;
/// So many bytes that are compared cost as much as a row whose group is known.
const COMPARED_BYTES: usize = 256;
/// The same of bytes that are masked.
const MASKED_BYTES: usize = 32;

impl Grouping {
    /// At the first row. With the rows of the last poll and their groups, only what is new is masked.
    pub fn of(sub_tasks: SubTasks, last: Option<(SubTasks, Rc<Failures>)>) -> Self {
        let failed = sub_tasks.rows_in(StatusBucket::Failed);
        let previous = last.map(|(sub_tasks, failures)| PreviousGroups { sub_tasks, failures, next: 0 });
        let (groups, members, slots) = (Vec::new(), Vec::new(), Vec::new());
        Self { sub_tasks, failed, next: 0, previous, groups, members, slots }
    }

    /// Looks at more rows, until they have cost `budget`, in about quarters of a microsecond: 16 for a row whose text is masked,
    /// 1 for one whose group is known, and more for long texts. Whether all are done.
    pub fn step(&mut self, budget: u32) -> bool {
        let mut cost = 0;
        while cost < budget
            && let Some(&row) = self.failed.get(self.next)
        {
            let error_msg = self.sub_tasks.error_msg(row as usize);
            let previous = self.previous.as_mut().and_then(|previous| previous.group_of(row, error_msg));
            cost += match previous {
                Some(_) => COMPARE_COST + (error_msg.len() / COMPARED_BYTES) as u32,
                None => MASK_COST + (error_msg.len().min(READ_BYTES) / MASKED_BYTES) as u32,
            };
            let id = previous.unwrap_or_else(|| GroupId::of(error_msg));
            self.add(row, id);
            self.next += 1;
        }
        self.next == self.failed.len()
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
        Failures { groups: order.iter().map(|&old| groups[old as usize]).collect(), members }
    }

    fn add(&mut self, row: u32, id: GroupId) {
        let (rows, number) = (&self.sub_tasks, row as usize);
        let at = rows.task_end(number).or_else(|| rows.task_begin(number));
        let index = self.index(id, row);
        self.groups[index as usize].add(row, at);
        self.members.push((row, index));
    }

    /// The place of the group, which is made if there is none yet.
    fn index(&mut self, id: GroupId, row: u32) -> u32 {
        if self.groups.len() * 2 >= self.slots.len() {
            self.grow();
        }
        let slot = self.slot(id);
        if self.slots[slot] == 0 {
            self.groups.push(Group { id, count: 0, example: row, first: None, last: None });
            self.slots[slot] = self.groups.len() as u32;
        }
        self.slots[slot] - 1
    }

    /// The slot of the group, or a free one for it.
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
    /// Of its members, that which is looked at next: rows come in order.
    next: usize,
}

impl PreviousGroups {
    /// The group of the row, if it failed with the same text before.
    fn group_of(&mut self, row: u32, error_msg: &str) -> Option<GroupId> {
        let members = self.failures.members.get(self.next..)?;
        self.next += members.iter().take_while(|(member, _)| *member < row).count();
        let (member, index) = self.failures.members.get(self.next)?;
        let is_same = *member == row && self.sub_tasks.error_msg(row as usize) == error_msg;
        Some(self.failures.groups.get(*index as usize).filter(|_| is_same)?.id)
    }
}

/// How many rows need attention, by status, in the order of [`SubTaskStatus::KNOWN`]; only those that there are.
pub fn attention(sub_tasks: &SubTasks) -> Vec<(SubTaskStatus<'static>, u32)> {
    let mut attention = Vec::new();
    for (status, count) in sub_tasks.counts().known() {
        if count > 0 && status.bucket() == StatusBucket::Attention {
            attention.push((status, count));
        }
    }
    attention
}

/// `9 failed for 3 reasons · 2 need attention`, or what of it there is; `None` if there is neither.
pub fn headline(failures: &Failures, counts: StatusCounts, locale: Locale) -> Option<String> {
    let mut parts = Vec::new();
    if failures.failed() > 0 {
        let reasons = failures.groups.len() as u64;
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
