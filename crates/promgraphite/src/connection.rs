//! A connection with a deadline, whatever the server does.

use std::io::{self, ErrorKind, Read as _, Write};
use std::net::{Shutdown, SocketAddr, TcpStream, ToSocketAddrs as _};
use std::time::{Duration, Instant};

/// The shortest time that an address gets to accept.
const SHORTEST: Duration = Duration::from_millis(1);

/// A connection that can be written to until a deadline.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    deadline: Instant,
}

impl Connection {
    /// Connects to the first of the host's addresses that accepts.
    pub(crate) fn open(address: &str, deadline: Instant) -> io::Result<Self> {
        let addresses: Vec<_> = address.to_socket_addrs()?.collect();
        Self::first(&addresses, deadline)
    }

    /// Connects to the first address that accepts.
    ///
    /// As in Go, an address that does not respond leaves the others their share of the time.
    fn first(addresses: &[SocketAddr], deadline: Instant) -> io::Result<Self> {
        let mut refused = io::Error::new(ErrorKind::NotFound, "the host has no address");
        for (address, remaining) in addresses.iter().zip((1..=addresses.len()).rev()) {
            let share = left(deadline)?.div_f64(remaining as f64).max(SHORTEST);
            match TcpStream::connect_timeout(address, share) {
                Ok(stream) => return Ok(Self { stream, deadline }),
                Err(error) => refused = in_time(error),
            }
        }
        Err(refused)
    }

    /// Waits until the server has read everything.
    ///
    /// Written bytes may still be in a local buffer, and be lost unnoticed if the server stops.
    /// After a shutdown for writing, the server closes the connection once it has read everything.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.stream.shutdown(Shutdown::Write)?;
        let mut ignored = [0; 512];
        loop {
            self.stream.set_read_timeout(Some(left(self.deadline)?))?;
            match self.stream.read(&mut ignored).map_err(in_time) {
                Ok(0) => return Ok(()),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Write for Connection {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(Some(left(self.deadline)?))?;
        self.stream.write(bytes).map_err(in_time)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns the time left, which is never zero.
fn left(deadline: Instant) -> io::Result<Duration> {
    let left = deadline.checked_duration_since(Instant::now());
    let left = left.filter(|left| !left.is_zero());
    left.ok_or_else(|| in_time(ErrorKind::WouldBlock.into()))
}

/// Replaces the errors of a timeout: systems have two of them, neither with a clear message.
fn in_time(error: io::Error) -> io::Error {
    match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::TimedOut => {
            io::Error::new(ErrorKind::TimedOut, "the server took too long")
        }
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    /// Makes a server that neither accepts nor refuses connections, since its backlog is full.
    fn silent() -> (TcpListener, Vec<TcpStream>) {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = server.local_addr().unwrap();
        let connect = || TcpStream::connect_timeout(&address, Duration::from_millis(50)).ok();
        let waiting = std::iter::from_fn(connect).collect();
        (server, waiting)
    }

    #[test]
    fn an_address_that_says_nothing_leaves_time_for_the_next() {
        let (silent, _waiting) = silent();
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let addresses = [&silent, &server].map(|it| it.local_addr().unwrap());
        let deadline = Instant::now() + Duration::from_millis(500);
        let connection = Connection::first(&addresses, deadline).unwrap();
        assert_eq!(connection.stream.peer_addr().unwrap(), addresses[1]);

        let deadline = Instant::now() + Duration::from_millis(50);
        let error = Connection::first(&addresses[..1], deadline).unwrap_err();
        assert_eq!(error.to_string(), "the server took too long");
        let error = Connection::first(&[], deadline).unwrap_err();
        assert_eq!(error.to_string(), "the host has no address");
    }
}
