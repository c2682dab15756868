//! Switches of the robots.

use super::{choice::choice, value::Value};
use crate::dingtalk::Wording;

/// The year in which the wording began.
impl Value for Wording {
    fn read(text: &str) -> Result<Self, String> {
        let wanted = Self::ALL.into_iter().find(|wording| wording.year() == text);
        wanted.ok_or_else(|| format!("`{text}` is not one of {}", Self::allowed()))
    }

    fn write(&self) -> String {
        self.year().to_owned()
    }

    fn allowed() -> String {
        Self::ALL.map(Self::year).join(", ")
    }
}

choice! {
    /// Which minute a robot counts in.
    RobotRateWindow {
        /// The last sixty seconds.
        Sliding = "sliding",
        /// The minute of the clock on the wall.
        Fixed = "fixed",
    }
}

choice! {
    /// Which calls a robot counts.
    RobotRateCounts {
        /// Those with a message that it takes.
        Accepted = "accepted",
        /// Every call with its token.
        All = "all",
    }
}

choice! {
    /// What calls during a mute do to it.
    RobotMuteCalls {
        /// Nothing.
        Ignore = "ignore",
        /// It begins again.
        Lengthen = "lengthen",
    }
}

choice! {
    /// What an empty required text meets.
    RobotEmptyTexts {
        /// It is refused like a missing one.
        Refuse = "refuse",
        /// It is taken.
        Accept = "accept",
    }
}

choice! {
    /// What an empty list of buttons meets.
    RobotEmptyButtons {
        /// It is no list: the card has one button, or none.
        Ignore = "ignore",
        /// It is refused.
        Refuse = "refuse",
    }
}

choice! {
    /// What raw line ends and tabs in a text meet.
    RobotRawLineEnds {
        /// They are taken for what they are.
        Accept = "accept",
        /// The body is no JSON.
        Refuse = "refuse",
    }
}

choice! {
    /// What a wrong type in `at` meets.
    RobotAtTypes {
        /// The message is refused.
        Refuse = "refuse",
        /// The entry is passed over.
        Ignore = "ignore",
    }
}

choice! {
    /// Which one of several equal query parameters counts.
    RobotDuplicateParameters {
        /// The first.
        First = "first",
        /// The last.
        Last = "last",
    }
}

choice! {
    /// What a signature meets that the robot did not ask for.
    RobotNeedlessSign {
        /// Nothing.
        Ignore = "ignore",
        /// A mismatch.
        Refuse = "refuse",
    }
}
