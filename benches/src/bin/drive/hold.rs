use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpSocket;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, sleep_until, timeout_at};

/// Opens connections that ask for nothing, and keeps opening them for as long as it runs: those that the server ends are replaced.
pub(super) async fn run(
    address: &str,
    manner: &str,
    connections: &str,
    seconds: &str,
) -> Result<(), Box<dyn Error>> {
    let address: SocketAddr = address.parse()?;
    let slow = match manner {
        "slow" => true,
        "silent" => false,
        other => return Err(format!("neither slow nor silent: {other}").into()),
    };
    let end = Instant::now() + Duration::from_secs_f64(seconds.parse()?);
    let mut held = JoinSet::new();
    for _ in 0..connections.parse()? {
        held.spawn(hold(address, slow, end));
    }
    let (mut opened, mut refused) = (0, 0);
    while let Some(one) = held.join_next().await {
        let (one_opened, one_refused) = one?;
        opened += one_opened;
        refused += one_refused;
    }
    println!("{opened} {refused}");
    Ok(())
}

/// Answers how many connections it was given in turn, and how many it was not.
async fn hold(address: SocketAddr, slow: bool, end: Instant) -> (usize, usize) {
    let (mut opened, mut refused) = (0, 0);
    while Instant::now() < end {
        let held = async {
            let socket = TcpSocket::new_v4()?;
            // Not the address of those who are to be served.
            socket.bind(([127, 0, 0, 2], 0).into())?;
            let mut stream = socket.connect(address).await?;
            opened += 1;
            stream
                .write_all(if slow {
                    b"GET /douyin/feed/ HTTP/1.1\r\n"
                } else {
                    b""
                })
                .await?;
            let mut ticks = interval(Duration::from_secs(1));
            let mut answer = [0; 512];
            loop {
                tokio::select! {
                    read = stream.read(&mut answer) => match read {
                        Ok(0) | Err(_) => return Ok(()),
                        Ok(_) => {}
                    },
                    _ = ticks.tick(), if slow => stream.write_all(b"x-slow: 1\r\n").await?,
                }
            }
        };
        let ended: Result<Result<(), std::io::Error>, _> = timeout_at(end, held).await;
        if let Ok(Err(_)) = ended {
            refused += 1;
            sleep_until(Instant::now() + Duration::from_millis(200)).await;
        }
    }
    (opened, refused)
}
