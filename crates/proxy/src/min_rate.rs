//! A stream whose peer must receive at a minimum rate. Otherwise a slow client would keep a body in memory for hours.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

/// The least that a waiting peer must receive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MinRate {
    pub(crate) bytes: usize,
    pub(crate) per: Duration,
}

/// A stream that fails with [`io::ErrorKind::TimedOut`] if its peer receives too slowly. A peer without anything to receive
/// may be silent.
pub(crate) struct MinRateStream<S> {
    stream: S,
    rate: MinRate,
    /// The present period, while the stream has something to send that the peer does not accept.
    period: Option<Period>,
}

struct Period {
    end: Pin<Box<Sleep>>,
    written: usize,
}

impl<S> MinRateStream<S> {
    pub(crate) fn new(stream: S, rate: MinRate) -> Self {
        Self { stream, rate, period: None }
    }

    fn count(&mut self, written: Poll<io::Result<usize>>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(written) = written {
            if let (Some(period), Ok(bytes)) = (&mut self.period, &written) {
                period.written += bytes;
            }
            return Poll::Ready(written);
        }
        let MinRate { bytes, per } = self.rate;
        let next_end = || Instant::now() + per;
        let period =
            self.period.get_or_insert_with(|| Period { end: Box::pin(sleep_until(next_end())), written: 0 });
        loop {
            ready!(period.end.as_mut().poll(cx));
            if period.written < bytes {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            period.written = 0;
            period.end.as_mut().reset(next_end());
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for MinRateStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.count(written, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.count(written, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        self.period = None;
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for MinRateStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;

    /// Sends 20 bytes to a peer that receives `step` bytes per second. At least 4 bytes in 4 seconds are required.
    async fn send(step: usize) -> io::Result<()> {
        let (stream, mut peer) = tokio::io::duplex(1);
        let reader = tokio::spawn(async move {
            loop {
                tokio::time::sleep(Duration::from_secs(1)).await;
                for _ in 0..step {
                    peer.read_u8().await?;
                }
            }
            #[allow(unreachable_code, reason = "the type of the result")]
            io::Result::Ok(())
        });
        let mut stream = MinRateStream::new(stream, MinRate { bytes: 4, per: Duration::from_secs(4) });
        let result = async {
            stream.write_all(&[0; 20]).await?;
            stream.flush().await
        }
        .await;
        reader.abort();
        result
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_must_receive_at_the_minimum_rate() {
        send(2).await.unwrap();
        assert_eq!(send(0).await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_receives_a_little_now_and_then_is_too_slow() {
        let (stream, mut peer) = tokio::io::duplex(1);
        let mut stream = MinRateStream::new(stream, MinRate { bytes: 4, per: Duration::from_secs(4) });
        let reader = tokio::spawn(async move {
            while peer.read_u8().await.is_ok() {
                tokio::time::sleep(Duration::from_secs(3)).await;
            }
        });
        assert_eq!(stream.write_all(&[0; 20]).await.unwrap_err().kind(), io::ErrorKind::TimedOut);
        reader.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_between_two_responses_does_not_count() {
        let (stream, mut peer) = tokio::io::duplex(8);
        let mut stream = MinRateStream::new(stream, MinRate { bytes: 4, per: Duration::from_secs(4) });
        for _ in 0..3 {
            let receive = async { peer.read_exact(&mut [0; 12]).await.map(drop) };
            let send = async {
                stream.write_all(&[0; 12]).await?;
                stream.flush().await
            };
            tokio::try_join!(send, receive).unwrap();
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
    }
}
