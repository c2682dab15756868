//! Several futures at once, at most so many, without handing them to a runtime: the order of first
//! calls stays the same from run to run, and dropping the whole drops every part.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

/// Calls under way at once. The service takes 20 a second of one operation.
pub(super) const AT_ONCE: usize = 8;

/// Runs all of `futures`, at most [`AT_ONCE`] at a time, and returns their outputs in their order.
pub(super) async fn together<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut waiting = futures.into_iter().enumerate();
    let mut running: Vec<(usize, Pin<Box<F>>)> = Vec::new();
    let mut done: Vec<(usize, F::Output)> = Vec::new();
    std::future::poll_fn(|context| {
        step(&mut waiting, &mut running, &mut done, context);
        if running.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, output)| output).collect()
}

/// Polls what runs, and refills until nothing more can start or finish without waiting.
fn step<F: Future>(
    waiting: &mut impl Iterator<Item = (usize, F)>,
    running: &mut Vec<(usize, Pin<Box<F>>)>,
    done: &mut Vec<(usize, F::Output)>,
    context: &mut Context<'_>,
) {
    running.retain_mut(|(at, future)| match future.as_mut().poll(context) {
        Poll::Ready(output) => {
            done.push((*at, output));
            false
        }
        Poll::Pending => true,
    });
    while running.len() < AT_ONCE {
        let Some((at, future)) = waiting.next() else { return };
        let mut future = Box::pin(future);
        match future.as_mut().poll(context) {
            Poll::Ready(output) => done.push((at, output)),
            Poll::Pending => running.push((at, future)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

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
        let outputs = together(numbers.collect()).await;
        assert_eq!(outputs, (0..50).collect::<Vec<_>>());
        assert_eq!(most.load(Ordering::SeqCst), AT_ONCE);
        assert!(together(Vec::<std::future::Ready<()>>::new()).await.is_empty());
    }
}
