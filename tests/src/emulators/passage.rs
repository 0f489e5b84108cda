//! What stands between a function and one service or some: it passes calls on, counts them, and at one of them ends the
//! process that made it, before the service hears of it or after it has done what was asked for.

use std::fmt;
use std::io::{BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::http::{Answer, read_body, read_head, send_raw};
use crate::upstream::Arrived;

/// When a process is ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The service has done what was asked for, and its answer is lost.
    After,
    /// The service was asked for nothing.
    Before,
}

/// Counts the calls through all passages that share it.
#[derive(Clone, Default)]
pub struct Toll(Arc<Mutex<Counted>>);

#[derive(Default)]
struct Counted {
    calls: Vec<String>,
    stop: Option<Stop>,
}

struct Stop {
    at: usize,
    moment: Moment,
    end: Box<dyn FnOnce() + Send>,
}

impl fmt::Debug for Toll {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Toll").field("calls", &self.calls()).finish_non_exhaustive()
    }
}

impl Toll {
    /// Counts anew from nothing.
    pub fn begin(&self) {
        *self.locked() = Counted::default();
    }

    /// Counts anew, and does this at the call of this number, which begin at 1.
    pub fn stop_at(&self, at: usize, moment: Moment, end: impl FnOnce() + Send + 'static) {
        *self.locked() = Counted { calls: Vec::new(), stop: Some(Stop { at, moment, end: Box::new(end) }) };
    }

    /// What was called since it began: the operation, or the request's line.
    #[must_use]
    pub fn calls(&self) -> Vec<String> {
        self.locked().calls.clone()
    }

    /// Counts a call, and tells its number.
    fn count(&self, arrived: &Arrived) -> usize {
        let mut counted = self.locked();
        let operation = arrived.values("x-amz-target").first().map(|name| (*name).to_owned());
        counted.calls.push(operation.unwrap_or_else(|| arrived.line.clone()));
        counted.calls.len()
    }

    /// Whether the call of this number ends here.
    fn stops(&self, number: usize, moment: Moment) -> bool {
        // Others may look and call while it is done.
        let stop = self.locked().stop.take_if(|stop| stop.at == number && stop.moment == moment);
        let Some(stop) = stop else { return false };
        (stop.end)();
        true
    }

    fn locked(&self) -> MutexGuard<'_, Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type Change = dyn Fn(&Arrived, Answer) -> Answer + Send + Sync;

/// A way to a service, or to more of them by their names. It ends with the test.
#[derive(Clone)]
pub struct Passage {
    address: SocketAddr,
    /// Who asks for a name that is none of these comes to the first.
    to: Arc<[(String, SocketAddr)]>,
    toll: Toll,
    change: Arc<Change>,
}

impl fmt::Debug for Passage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Passage").field("to", &self.to).finish_non_exhaustive()
    }
}

impl Passage {
    /// Opens one on a free port. `change` has the last word on every answer.
    ///
    /// # Panics
    /// When there is no free port.
    #[must_use]
    pub fn open(
        to: SocketAddr,
        toll: &Toll,
        change: impl Fn(&Arrived, Answer) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self::begin(vec![(String::new(), to)], toll, change)
    }

    /// Opens one to services that are told apart by the name that they are called by.
    ///
    /// # Panics
    /// When there is no free port.
    #[must_use]
    pub fn open_by_name(to: &[(&str, SocketAddr)], toll: &Toll) -> Self {
        let to = to.iter().map(|(name, address)| ((*name).to_owned(), *address)).collect();
        Self::begin(to, toll, |_, answer| answer)
    }

    fn begin(
        to: Vec<(String, SocketAddr)>,
        toll: &Toll,
        change: impl Fn(&Arrived, Answer) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let own = Self { address, to: to.into(), toll: toll.clone(), change: Arc::new(change) };
        let serving = own.clone();
        std::thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                let own = serving.clone();
                std::thread::spawn(move || own.serve(socket));
            }
        });
        own
    }

    /// Where it begins.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base URL of its beginning, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn serve(&self, mut socket: TcpStream) {
        let _ = socket.set_nodelay(true);
        let mut from = BufReader::new(socket.try_clone().expect("a socket can be shared"));
        while let Some((line, headers)) = read_head(&mut from) {
            let body = read_body(&mut from, &headers, false);
            let Some(answer) = self.pass(&Arrived { line, headers, body }) else { return };
            let mut head =
                format!("HTTP/1.1 {} -\r\ncontent-length: {}\r\n", answer.status, answer.body.len());
            let framing = ["connection", "content-length", "transfer-encoding"];
            for (name, value) in answer.headers.iter().filter(|(name, _)| !framing.contains(&name.as_str())) {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
            if socket.write_all(&[head.as_bytes(), b"\r\n", &answer.body].concat()).is_err() {
                return;
            }
        }
    }

    fn way(&self, arrived: &Arrived) -> Option<SocketAddr> {
        let host = arrived.values("host").concat();
        let name = host.split(':').next().unwrap_or_default();
        let named = self.to.iter().find(|(own, _)| own == name);
        named.or(self.to.first()).map(|(_, address)| *address)
    }

    /// The answer to a call, where there is to be one.
    fn pass(&self, arrived: &Arrived) -> Option<Answer> {
        let number = self.toll.count(arrived);
        if self.toll.stops(number, Moment::Before) {
            return None;
        }
        let answer = send_raw(self.way(arrived)?, &message(arrived))?;
        if self.toll.stops(number, Moment::After) {
            return None;
        }
        Some((self.change)(arrived, answer))
    }
}

/// The request as it came, on a connection of its own. What was signed stays as it was.
fn message(arrived: &Arrived) -> Vec<u8> {
    let mut head = format!("{}\r\nconnection: close\r\n", arrived.line);
    // One without a body says so, or does not.
    if !arrived.body.is_empty() || !arrived.values("content-length").is_empty() {
        head.push_str(&format!("content-length: {}\r\n", arrived.body.len()));
    }
    let framing = ["connection", "content-length", "transfer-encoding"];
    for (name, value) in arrived.headers.iter().filter(|(name, _)| !framing.contains(&name.as_str())) {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    [head.as_bytes(), b"\r\n", &arrived.body].concat()
}
