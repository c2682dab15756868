//! Who runs next: scenarios in their order, at most one of each `exclusive` group at a time.

use std::{
    collections::HashSet,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

/// The queue of a run; its places are those of the scenarios.
pub(super) struct Queue<'a> {
    groups: Vec<Option<&'a str>>,
    state: Mutex<State<'a>>,
    freed: Condvar,
}

struct State<'a> {
    waiting: Vec<bool>,
    busy: HashSet<&'a str>,
    /// Nothing at or behind this place begins any more.
    end: usize,
}

impl<'a> Queue<'a> {
    /// All wait; each has the name of its group, if it is in one.
    pub(super) fn new(groups: Vec<Option<&'a str>>) -> Self {
        let (waiting, end) = (vec![true; groups.len()], groups.len());
        Self {
            groups,
            state: Mutex::new(State { waiting, busy: HashSet::new(), end }),
            freed: Condvar::new(),
        }
    }

    /// Takes the first place whose group is free; waits while only busy groups have one. `None` when
    /// nothing is left to begin.
    pub(super) fn take(&self) -> Option<usize> {
        let mut state = self.lock();
        loop {
            let open: Vec<usize> =
                (0..state.end.min(state.waiting.len())).filter(|place| state.waiting[*place]).collect();
            let free = open
                .iter()
                .copied()
                .find(|place| self.group(*place).is_none_or(|group| !state.busy.contains(group)));
            match free {
                Some(place) => {
                    state.waiting[place] = false;
                    if let Some(group) = self.group(place) {
                        state.busy.insert(group);
                    }
                    return Some(place);
                }
                None if open.is_empty() => return None,
                None => state = self.freed.wait(state).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    /// What was taken has ended, so its group is free.
    pub(super) fn done(&self, place: usize) {
        if let Some(group) = self.group(place) {
            self.lock().busy.remove(group);
        }
        self.freed.notify_all();
    }

    /// Lets nothing behind `place` begin any more. What comes before it still does.
    pub(super) fn end_behind(&self, place: usize) {
        let mut state = self.lock();
        state.end = state.end.min(place + 1);
        self.freed.notify_all();
    }

    /// Lets nothing begin any more.
    pub(super) fn close(&self) {
        self.lock().end = 0;
        self.freed.notify_all();
    }

    fn group(&self, place: usize) -> Option<&'a str> {
        self.groups.get(place).copied().flatten()
    }

    fn lock(&self) -> MutexGuard<'_, State<'a>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::Queue;

    #[test]
    fn one_of_a_group_runs_at_a_time_and_others_pass_it() {
        let queue = Queue::new(vec![Some("a"), Some("a"), None, Some("b")]);
        assert_eq!([queue.take(), queue.take(), queue.take()], [Some(0), Some(2), Some(3)]);
        queue.done(2);
        queue.done(0);
        assert_eq!(queue.take(), Some(1));
        assert_eq!(queue.take(), None);
    }

    #[test]
    fn a_worker_waits_for_the_group_that_it_needs() {
        let queue = Queue::new(vec![Some("a"), Some("a")]);
        assert_eq!(queue.take(), Some(0));
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| queue.take());
            queue.done(0);
            assert_eq!(waiting.join().unwrap(), Some(1));
        });
    }

    #[test]
    fn what_comes_before_the_end_still_begins() {
        let queue = Queue::new(vec![Some("a"), Some("a"), None, None]);
        assert_eq!([queue.take(), queue.take()], [Some(0), Some(2)]);
        queue.end_behind(2);
        queue.done(0);
        assert_eq!([queue.take(), queue.take()], [Some(1), None]);
        let queue = Queue::new(vec![None]);
        queue.close();
        assert_eq!(queue.take(), None);
    }
}
