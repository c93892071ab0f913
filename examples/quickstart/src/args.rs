//! The address to listen on: from the flag, the environment or the default, in this order.

use std::env;
use std::net::{SocketAddr, ToSocketAddrs};

pub(crate) const USAGE: &str = "\
Usage: quickstart [--listen ADDR]

  --listen ADDR   where to listen, such as 127.0.0.1:2112; port 0 picks a free one
                  (default: 0.0.0.0:2112, or the environment variable QUICKSTART_LISTEN)
  --help          this text";

/// The arguments of the program.
#[derive(Debug)]
pub(crate) struct Args {
    pub(crate) help: bool,
    /// The address as it was written.
    pub(crate) listen: String,
    /// The resolved addresses.
    pub(crate) addresses: Vec<SocketAddr>,
}

impl Args {
    /// Reads the command line and the environment; the error is a message for the user.
    pub(crate) fn from_env() -> Result<Self, String> {
        let (mut help, mut flag) = (false, None);
        let mut args = env::args_os()
            .skip(1)
            .map(|arg| arg.to_string_lossy().into_owned());
        while let Some(arg) = args.next() {
            match arg.split_once('=') {
                _ if arg == "--help" || arg == "-h" => help = true,
                _ if arg == "--listen" => {
                    flag = Some(args.next().ok_or("--listen needs an address behind it")?);
                }
                Some(("--listen", value)) => flag = Some(value.to_owned()),
                _ => return Err(format!("unknown argument {arg:?}\n\n{USAGE}")),
            }
        }
        let (source, listen) = match (flag, env::var_os("QUICKSTART_LISTEN")) {
            (Some(flag), _) => ("--listen", flag),
            (None, Some(value)) => ("QUICKSTART_LISTEN", value.to_string_lossy().into_owned()),
            (None, None) => ("the default", "0.0.0.0:2112".to_owned()),
        };
        let addresses = listen.to_socket_addrs().map_err(|error| {
            format!("{source} {listen:?} is not an address such as 127.0.0.1:2112: {error}")
        })?;
        Ok(Self {
            help,
            addresses: addresses.collect(),
            listen,
        })
    }
}
