//! The thread that writes. All that waits is written in one transaction, so that many callers share
//! one wait for the disk.

use std::{
    fmt,
    sync::mpsc::{Receiver, Sender, TryRecvError, channel},
    thread::{Builder, JoinHandle},
};

use tokio::sync::oneshot;

use super::{command::Command, disk::Disk};

/// Why nothing can be kept any more.
pub(super) type Broken = String;

/// Completes when a command is in the file for good.
pub(super) type Kept = oneshot::Receiver<Result<(), Broken>>;

/// A handle of the thread. Dropping it waits until all is written.
pub(super) struct Log {
    orders: Option<Sender<Order>>,
    thread: Option<JoinHandle<()>>,
}

struct Order {
    /// None for one that only waits for those before.
    command: Option<Command>,
    kept: oneshot::Sender<Result<(), Broken>>,
}

/// Commands in one transaction at most; more would only delay the first of them.
const MOST: usize = 4096;

impl Log {
    pub(super) fn start(disk: Disk) -> std::io::Result<Self> {
        let (orders, received) = channel();
        let thread = Builder::new().name("state".to_owned()).spawn(move || write(disk, &received))?;
        Ok(Self { orders: Some(orders), thread: Some(thread) })
    }

    /// Puts a command at the end; None only waits for the commands before.
    pub(super) fn put(&self, command: Option<Command>) -> Kept {
        let (kept, receiver) = oneshot::channel();
        if let Some(orders) = &self.orders {
            // Without a writer the receiver is told by the sender's end.
            orders.send(Order { command, kept }).ok();
        }
        receiver
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        self.orders.take();
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").finish_non_exhaustive()
    }
}

fn write(mut disk: Disk, orders: &Receiver<Order>) {
    let mut broken: Option<Broken> = None;
    while let Some(first) = next(&mut disk, orders) {
        let mut batch = vec![first];
        batch.extend(orders.try_iter().take(MOST - 1));
        let commands: Vec<Command> = batch.iter_mut().filter_map(|order| order.command.take()).collect();
        if broken.is_none() && !commands.is_empty() {
            broken = disk.write(&commands).err();
        }
        for order in batch {
            // A caller that has gone needs no answer.
            order.kept.send(broken.clone().map_or(Ok(()), Err)).ok();
        }
    }
}

/// The next order; while there is none, the disk is tidied.
fn next(disk: &mut Disk, orders: &Receiver<Order>) -> Option<Order> {
    while disk.is_untidy() {
        match orders.try_recv() {
            Ok(order) => return Some(order),
            Err(TryRecvError::Empty) => disk.tidy(),
            Err(TryRecvError::Disconnected) => return None,
        }
    }
    orders.recv().ok()
}
