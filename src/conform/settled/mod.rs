//! Switches in a file: what was settled, and how the emulator takes it.

mod read;

pub use read::read_switches;
