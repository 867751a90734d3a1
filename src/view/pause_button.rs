//! The pause button: whether it pauses, resumes or is not shown.

use crate::poll::{Content, Phase, State};

/// The action of the button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PauseButton {
    /// Pauses polling.
    Pause,
    /// Resumes polling, which the viewer or the host has paused.
    Resume,
    /// Not shown: polling has ended.
    Hidden,
}

impl PauseButton {
    /// Returns the action of the button in this state.
    pub fn of<T: Content>(state: &State<T>) -> Self {
        match state.phase {
            _ if state.pause_reasons.viewer => Self::Resume,
            Phase::Fetching | Phase::Waiting { .. } | Phase::Paused => Self::Pause,
            Phase::Idle if state.generation == 0 => Self::Pause,
            Phase::Idle | Phase::Stopped | Phase::Finished => Self::Hidden,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(phase: Phase, is_paused: bool) -> State {
        let mut state = State::new(5_000);
        // Not 0: polling has started.
        state.generation = 1;
        state.phase = phase;
        state.pause_reasons.viewer = is_paused;
        state
    }

    #[test]
    fn the_viewer_can_pause_polling_and_resume_what_they_paused() {
        let table = [
            (state(Phase::Fetching, false), PauseButton::Pause),
            // Paused because the page is hidden.
            (state(Phase::Paused, false), PauseButton::Pause),
            (state(Phase::Paused, true), PauseButton::Resume),
            (state(Phase::Finished, false), PauseButton::Hidden),
            (State::new(5_000), PauseButton::Pause),
        ];
        for (state, expected) in table {
            assert_eq!(PauseButton::of(&state), expected, "{:?}", state.phase);
        }
    }
}
