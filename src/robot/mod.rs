//! Sends messages to DingTalk robots, and believes nothing but their `errcode`.

mod client;
mod error;
mod pace;
#[cfg(test)]
mod tests;

pub use client::{Address, RobotClient};
pub use error::SendError;
pub use pace::{Pace, ROBOT_RATE};
