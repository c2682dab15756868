//! Several futures at once, at most so many, without handing them to a runtime: the order of first
//! calls stays the same from run to run, and dropping the whole drops every part.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

/// Futures of one lane that are under way at once. The service takes 20 calls a second of one
/// operation; eight at once make as many while an answer comes within 0.4 s.
pub(super) const AT_ONCE: usize = 8;

/// A future that waits for others.
#[derive(Debug)]
pub(super) struct Part<F> {
    /// Futures of different lanes do not take each other's place.
    pub(super) lane: usize,
    /// What has to end before this begins: places in the list, all of them before this one.
    pub(super) after: Vec<usize>,
    /// What is done.
    pub(super) work: F,
}

/// Runs all of `futures`, at most [`AT_ONCE`] at a time, up to the first error: nothing more is begun
/// then, and what is under way is dropped. Their outputs come in their order.
pub(super) async fn all_or_error<T, E, F>(futures: Vec<F>) -> Result<Vec<T>, E>
where
    F: Future<Output = Result<T, E>>,
{
    let parts = futures.into_iter().map(|work| Part { lane: 0, after: Vec::new(), work });
    let mut run = Run::new(parts.collect());
    std::future::poll_fn(|context| {
        let is_over = run.step(context);
        match run.done.iter_mut().find(|output| matches!(output, Some(Err(_)))).and_then(Option::take) {
            Some(Err(error)) => Poll::Ready(Err(error)),
            _ if is_over => Poll::Ready(Ok(())),
            _ => Poll::Pending,
        }
    })
    .await?;
    run.done.into_iter().flatten().collect()
}

/// Runs all of `parts`, each after those that it waits for, at most [`AT_ONCE`] of a lane at a time,
/// and returns their outputs in the order of the list.
pub(super) async fn in_order<F: Future>(parts: Vec<Part<F>>) -> Vec<F::Output> {
    let mut run = Run::new(parts);
    std::future::poll_fn(|context| if run.step(context) { Poll::Ready(()) } else { Poll::Pending }).await;
    run.done.into_iter().flatten().collect()
}

struct Run<F: Future> {
    lanes: Vec<usize>,
    /// By place; none once it was begun.
    waiting: Vec<Option<F>>,
    /// How many parts each still waits for.
    open: Vec<usize>,
    /// Which parts wait for each.
    followers: Vec<Vec<usize>>,
    /// What can begin, by lane.
    ready: BTreeMap<usize, BTreeSet<usize>>,
    running: Vec<(usize, Pin<Box<F>>)>,
    done: Vec<Option<F::Output>>,
}

impl<F: Future> Run<F> {
    fn new(parts: Vec<Part<F>>) -> Self {
        let count = parts.len();
        let mut run = Self {
            lanes: Vec::with_capacity(count),
            waiting: Vec::with_capacity(count),
            open: vec![0; count],
            followers: vec![Vec::new(); count],
            ready: BTreeMap::new(),
            running: Vec::new(),
            done: std::iter::repeat_with(|| None).take(count).collect(),
        };
        for (place, part) in parts.into_iter().enumerate() {
            // One that is not before this would be waited for without end.
            let after: BTreeSet<usize> = part.after.into_iter().filter(|other| *other < place).collect();
            run.open[place] = after.len();
            for other in after {
                run.followers[other].push(place);
            }
            if run.open[place] == 0 {
                run.ready.entry(part.lane).or_default().insert(place);
            }
            run.lanes.push(part.lane);
            run.waiting.push(Some(part.work));
        }
        run
    }

    /// Polls what runs, and refills until nothing more can begin or end without waiting. Whether all
    /// is done.
    fn step(&mut self, context: &mut Context<'_>) -> bool {
        let running = std::mem::take(&mut self.running);
        for (place, future) in running {
            self.poll(place, future, context);
        }
        while let Some(place) = self.next() {
            if let Some(future) = self.waiting[place].take() {
                self.poll(place, Box::pin(future), context);
            }
        }
        self.running.is_empty()
    }

    /// The first part that can begin in a lane that has room.
    fn next(&mut self) -> Option<usize> {
        let running = &self.running;
        let lanes = &self.lanes;
        let has_room =
            |lane: usize| running.iter().filter(|(place, _)| lanes[*place] == lane).count() < AT_ONCE;
        let free = self.ready.iter().filter(|(lane, _)| has_room(**lane));
        let place = free.filter_map(|(_, places)| places.first().copied()).min()?;
        self.ready.get_mut(&self.lanes[place])?.remove(&place);
        Some(place)
    }

    fn poll(&mut self, place: usize, mut future: Pin<Box<F>>, context: &mut Context<'_>) {
        match future.as_mut().poll(context) {
            Poll::Pending => self.running.push((place, future)),
            Poll::Ready(output) => {
                self.done[place] = Some(output);
                for follower in std::mem::take(&mut self.followers[place]) {
                    self.open[follower] -= 1;
                    if self.open[follower] == 0 {
                        self.ready.entry(self.lanes[follower]).or_default().insert(follower);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        cell::RefCell,
        sync::atomic::{AtomicUsize, Ordering},
    };

    use super::*;

    #[tokio::test]
    async fn all_run_in_order_and_never_too_many() {
        let (now, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let numbers = (0..50).map(|number| {
            let (now, most) = (&now, &most);
            async move {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                for _ in 0..number % 5 {
                    tokio::task::yield_now().await;
                }
                now.fetch_sub(1, Ordering::SeqCst);
                number
            }
        });
        let parts = numbers.map(|work| Part { lane: 0, after: Vec::new(), work });
        assert_eq!(in_order(parts.collect()).await, (0..50).collect::<Vec<_>>());
        assert_eq!(most.load(Ordering::SeqCst), AT_ONCE);
        assert!(in_order(Vec::<Part<std::future::Ready<()>>>::new()).await.is_empty());
    }

    #[tokio::test]
    async fn a_part_begins_when_all_that_it_waits_for_has_ended() {
        let told = RefCell::new(Vec::new());
        let part = |name: &'static str, lane, after: &[usize], pauses: usize| {
            let told = &told;
            let work = async move {
                told.borrow_mut().push(format!("{name} begins"));
                for _ in 0..pauses {
                    tokio::task::yield_now().await;
                }
                told.borrow_mut().push(format!("{name} ends"));
            };
            Part { lane, after: after.to_vec(), work }
        };
        let parts = vec![
            part("a", 0, &[], 3),
            part("b", 0, &[], 1),
            part("c", 1, &[0, 1, 1], 0),
            part("d", 1, &[1], 0),
            part("e", 2, &[2, 3], 0),
        ];
        in_order(parts).await;
        let told = told.into_inner();
        let at = |text: &str| told.iter().position(|line| line == text).unwrap();
        assert!(at("c begins") > at("a ends") && at("c begins") > at("b ends"), "{told:?}");
        assert!(at("d begins") > at("b ends") && at("d begins") < at("a ends"), "{told:?}");
        assert!(at("e begins") > at("c ends"), "{told:?}");
    }

    #[tokio::test]
    async fn a_full_lane_does_not_hold_up_another() {
        let begun = AtomicUsize::new(0);
        let parts = (0..100).map(|place| {
            let begun = &begun;
            let work = async move {
                begun.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
            };
            Part { lane: place / 50, after: Vec::new(), work }
        });
        let mut whole = Box::pin(in_order(parts.collect()));
        let mut context = Context::from_waker(std::task::Waker::noop());
        assert!(whole.as_mut().poll(&mut context).is_pending());
        assert_eq!(begun.load(Ordering::SeqCst), 2 * AT_ONCE);
        whole.await;
        assert_eq!(begun.load(Ordering::SeqCst), 100);
    }

    #[tokio::test]
    async fn an_error_ends_all() {
        let begun = AtomicUsize::new(0);
        let parts = (0..100).map(|number| {
            let begun = &begun;
            async move {
                begun.fetch_add(1, Ordering::SeqCst);
                tokio::task::yield_now().await;
                if number == 3 { Err(number) } else { Ok(number) }
            }
        });
        assert_eq!(all_or_error(parts.collect()).await, Err(3));
        assert!(begun.load(Ordering::SeqCst) <= 2 * AT_ONCE);
        let fine = (0..20).map(|number| std::future::ready(Ok::<_, ()>(number)));
        assert_eq!(all_or_error(fine.collect()).await, Ok((0..20).collect()));
    }
}
