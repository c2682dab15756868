//! Words for two refusals that the HTTP library makes by itself.
//!
//! Its type for addresses holds 64 KB, and its buffer a head of the size that it is given. To more it
//! answers 414 or 431 without a body and ends the connection, before anything of ours is asked; clients of
//! the API then fail over the empty body.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
};

use serde_json::json;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// How the library's answers begin, and what is then said. No answer of ours has one of these statuses.
const BARE: [(&str, &str); 2] = [
    (
        "HTTP/1.1 414 URI Too Long\r\n",
        "The query is longer than 64 KB. (the documents allow 128 KB with the headers, the emulator's HTTP library does not; send parameters in a form body)",
    ),
    (
        "HTTP/1.1 431 Request Header Fields Too Large\r\n",
        "Headers and query together are larger than 128 KB. (send parameters in a form body)",
    ),
];

/// A stream on which those answers get a body.
pub(super) struct Worded<S> {
    inner: S,
    /// What goes out in the place of the library's answer, and how much of it is out.
    words: Vec<u8>,
    written: usize,
}

impl<S: AsyncWrite + Unpin> Worded<S> {
    pub(super) fn new(inner: S) -> Self {
        Self { inner, words: Vec::new(), written: 0 }
    }

    /// Whether the words have just gone out, in the place of what begins with `head`.
    fn poll_words(&mut self, context: &mut Context<'_>, head: &[u8]) -> Poll<io::Result<bool>> {
        if self.words.is_empty() {
            let bare = BARE.iter().find(|(beginning, _)| head.starts_with(beginning.as_bytes()));
            let Some((beginning, message)) = bare else { return Poll::Ready(Ok(false)) };
            self.words = words(beginning, message);
            self.written = 0;
        }
        while self.written < self.words.len() {
            let left = &self.words[self.written..];
            match ready!(Pin::new(&mut self.inner).poll_write(context, left))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                count => self.written += count,
            }
        }
        self.words.clear();
        Poll::Ready(Ok(true))
    }
}

/// A refusal in the gateway's form. The world was not asked, so there is no request id.
fn words(beginning: &str, message: &str) -> Vec<u8> {
    let body = json!({
        "RequestId": "", "HostId": "", "Code": "RequestTooLarge", "Message": message, "Recommend": "",
    })
    .to_string();
    let length = body.len();
    format!(
        "{beginning}content-type: application/json;charset=utf-8\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
    .into_bytes()
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Worded<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if ready!(self.poll_words(context, bytes))? {
            return Poll::Ready(Ok(bytes.len()));
        }
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let head = pieces.iter().find(|piece| !piece.is_empty()).map_or(&[][..], |piece| piece);
        if ready!(self.poll_words(context, head))? {
            return Poll::Ready(Ok(pieces.iter().map(|piece| piece.len()).sum()));
        }
        Pin::new(&mut self.inner).poll_write_vectored(context, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Worded<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(context, buffer)
    }
}
