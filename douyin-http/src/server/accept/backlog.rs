//! Connections that the system has made and nobody has accepted.

use std::io;
use std::net::SocketAddr;

use tokio::net::{TcpListener, TcpStream};

use super::concerns_one_connection;

/// The most of them: as many as tokio asks the system to queue. New ones may come as fast as these are taken.
const LENGTH: usize = 1024;

/// Closes the port, and hands over the connections that were queued at it: the system would reset them.
pub(super) fn take(listener: TcpListener) -> Vec<(TcpStream, SocketAddr)> {
    let mut taken = Vec::new();
    let left = take_into(&mut taken, listener);
    match left {
        Err(error) if error.kind() != io::ErrorKind::WouldBlock => {
            tracing::warn!(%error, "the last connections could not be accepted");
        }
        _ => {}
    }
    taken
}

fn take_into(taken: &mut Vec<(TcpStream, SocketAddr)>, listener: TcpListener) -> io::Result<()> {
    // Not tokio's own accept: it knows only of connections that the runtime has been told of.
    let listener = listener.into_std()?;
    while taken.len() < LENGTH {
        match listener.accept() {
            Ok((stream, peer)) => {
                stream.set_nonblocking(true)?;
                taken.push((TcpStream::from_std(stream)?, peer));
            }
            Err(error) if concerns_one_connection(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
