//! Reading what may be anything.

use std::{
    cell::Cell,
    panic::{self, AssertUnwindSafe},
    sync::Once,
};

thread_local! {
    /// Whether a panic of this thread is expected.
    static IS_EXPECTED: Cell<bool> = const { Cell::new(false) };
}

static HOOK: Once = Once::new();

/// Runs `work`; none when it panics, and nothing is printed then.
///
/// The database checks its pages by their checksums, and panics in places where a page fits its checksum
/// and is still not what it should be, or where it is read before it is checked. It has no other way to
/// say so, and checking the pages beforehand would mean to write its format once more. So the panic is
/// caught here, and its words, which help nobody who has a damaged file, stay out of the output. Panics of
/// other threads, and of this one at any other time, are printed as ever.
pub(super) fn without_panic<T>(work: impl FnOnce() -> T) -> Option<T> {
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !IS_EXPECTED.get() {
                before(panic);
            }
        }));
    });
    IS_EXPECTED.set(true);
    let done = panic::catch_unwind(AssertUnwindSafe(work)).ok();
    IS_EXPECTED.set(false);
    done
}
