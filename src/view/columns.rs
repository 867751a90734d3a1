//! The columns of the table, and which of them are shown.

/// A column of the table. The names are those of the API, and `Duration`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// `TaskId`. IDs of up to 64 digits are sorted as numbers, before all others.
    TaskId,
    /// `Status`, sorted by urgency: failed, attention, unknown, running, waiting, succeeded.
    Status,
    /// `InstanceId`, sorted by bytes.
    InstanceId,
    /// `TaskBegin`. A time that could not be parsed counts as absent.
    TaskBegin,
    /// `TaskEnd`, sorted like `TaskBegin`.
    TaskEnd,
    /// TaskEnd minus TaskBegin.
    Duration,
    /// `ErrorMsg`, sorted by bytes; empty ones come last.
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

    /// Returns the name used in URLs and attributes.
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

    /// Returns the column with this name, in any case.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.as_str().eq_ignore_ascii_case(name))
    }
}

/// A choice of at least one column. The default is all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Columns(u8);

impl Columns {
    /// All columns.
    pub const ALL: Self = Self((1 << Column::ALL.len()) - 1);

    /// Parses names of columns, such as `TaskId,Status,ErrorMsg`, in any case and order. Unknown names are ignored; `None`
    /// if no name is known.
    pub fn parse(text: &str) -> Option<Self> {
        let columns = text.split(',').filter_map(|name| Column::parse(name.trim()));
        let bits = columns.fold(0, |bits, column| bits | bit(column));
        (bits != 0).then_some(Self(bits))
    }

    /// Whether `column` is chosen.
    pub const fn contains(self, column: Column) -> bool {
        self.0 & bit(column) != 0
    }

    /// Adds or removes `column`. The last column cannot be removed.
    #[must_use]
    pub const fn toggled(self, column: Column) -> Self {
        match self.0 ^ bit(column) {
            0 => self,
            bits => Self(bits),
        }
    }

    /// Returns the chosen columns from left to right.
    pub fn iter(self) -> impl Iterator<Item = Column> {
        Column::ALL.iter().copied().filter(move |&column| self.contains(column))
    }

    /// Returns how many columns are chosen.
    pub const fn count(self) -> u32 {
        self.0.count_ones()
    }
}

impl Default for Columns {
    fn default() -> Self {
        Self::ALL
    }
}

/// Formats as [`Columns::parse`] reads it: `TaskId,Status,ErrorMsg`.
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
    fn a_choice_is_parsed_and_formatted() {
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
    fn the_last_column_cannot_be_removed() {
        let mut columns = Columns::ALL;
        for column in Column::ALL {
            columns = columns.toggled(column);
        }
        assert_eq!(columns.to_string(), "ErrorMsg");
        assert_eq!(columns.toggled(Column::Status).to_string(), "Status,ErrorMsg");
    }
}
