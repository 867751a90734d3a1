//! The columns of the table, and which of them are shown.

/// A column of the table. Names are the API's, and `Duration`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// `TaskId`; digits compare as numbers, before other ids.
    TaskId,
    /// `Status`; what needs a look first: failed, attention, unknown, running, waiting, succeeded.
    Status,
    /// `InstanceId`, by its bytes.
    InstanceId,
    /// `TaskBegin`; a time that could not be read counts as absent.
    TaskBegin,
    /// `TaskEnd`.
    TaskEnd,
    /// TaskEnd minus TaskBegin.
    Duration,
    /// `ErrorMsg`, by its bytes; empty ones last.
    ErrorMsg,
}

impl Column {
    /// All columns, from left to right.
    pub const ALL: [Self; 7] = [
        Self::TaskId,
        Self::Status,
        Self::InstanceId,
        Self::TaskBegin,
        Self::TaskEnd,
        Self::Duration,
        Self::ErrorMsg,
    ];

    /// The name used in URLs and attributes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TaskId => "TaskId",
            Self::Status => "Status",
            Self::InstanceId => "InstanceId",
            Self::TaskBegin => "TaskBegin",
            Self::TaskEnd => "TaskEnd",
            Self::Duration => "Duration",
            Self::ErrorMsg => "ErrorMsg",
        }
    }

    /// The column of this name, in any case.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.as_str().eq_ignore_ascii_case(name))
    }
}

/// A choice of columns, at least one; they keep the table's order. All of them by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Columns(u8);

impl Columns {
    /// Every column.
    pub const ALL: Self = Self((1 << Column::ALL.len()) - 1);

    /// Reads `TaskId,Status,ErrorMsg`: names of columns in any case and order. Unknown names are passed over, and a
    /// text without a known one is no choice.
    pub fn parse(text: &str) -> Option<Self> {
        let columns = text.split(',').filter_map(|name| Column::parse(name.trim()));
        let bits = columns.fold(0, |bits, column| bits | bit(column));
        (bits != 0).then_some(Self(bits))
    }

    /// Whether `column` is chosen.
    pub const fn contains(self, column: Column) -> bool {
        self.0 & bit(column) != 0
    }

    /// The choice after `column` was ticked or unticked; the last column stays.
    #[must_use]
    pub const fn toggled(self, column: Column) -> Self {
        match self.0 ^ bit(column) {
            0 => self,
            bits => Self(bits),
        }
    }

    /// The chosen columns, from left to right.
    pub fn iter(self) -> impl Iterator<Item = Column> {
        Column::ALL.iter().copied().filter(move |&column| self.contains(column))
    }

    /// How many are chosen.
    pub const fn count(self) -> u32 {
        self.0.count_ones()
    }
}

impl Default for Columns {
    fn default() -> Self {
        Self::ALL
    }
}

/// `TaskId,Status,ErrorMsg`, as [`Columns::parse`] reads it.
impl std::fmt::Display for Columns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut separator = "";
        for column in self.iter() {
            f.write_str(separator)?;
            f.write_str(column.as_str())?;
            separator = ",";
        }
        Ok(())
    }
}

const fn bit(column: Column) -> u8 {
    1 << column as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_read_and_written() {
        let table = [
            ("TaskId,Status", Some("TaskId,Status")),
            (" errormsg , taskid,taskid", Some("TaskId,ErrorMsg")),
            ("Duration,Nonsense", Some("Duration")),
            ("Nonsense", None),
            ("", None),
        ];
        for (text, expected) in table {
            assert_eq!(
                Columns::parse(text).map(|columns| columns.to_string()).as_deref(),
                expected,
                "{text}"
            );
        }
        assert_eq!(Columns::parse(&Columns::ALL.to_string()), Some(Columns::default()));
        assert_eq!(Columns::ALL.count(), 7);
    }

    #[test]
    fn one_column_is_always_left() {
        let mut columns = Columns::ALL;
        for column in Column::ALL {
            columns = columns.toggled(column);
        }
        assert_eq!(columns.to_string(), "ErrorMsg");
        assert_eq!(columns.toggled(Column::Status).to_string(), "Status,ErrorMsg");
    }
}
