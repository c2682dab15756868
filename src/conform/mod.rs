//! How the emulator and the cloud differ.
