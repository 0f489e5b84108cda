//! How the benches time things, and how they print what they found. On a machine that does other work as well,
//! the smallest reading is the least disturbed; the median is what one gets; single numbers mean little, the
//! ratios within one run much.

use std::fmt;
use std::time::{Duration, Instant};

/// The readings of one thing.
#[derive(Clone, Debug)]
pub struct Readings(Vec<Duration>);

impl Readings {
    /// Readings that were taken one by one.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn of(mut readings: Vec<Duration>) -> Self {
        assert!(!readings.is_empty(), "something was measured");
        readings.sort();
        Self(readings)
    }

    /// Does something again and again, after a few times that do not count.
    pub fn take(times: usize, mut work: impl FnMut()) -> Self {
        for _ in 0..times.div_ceil(10) {
            work();
        }
        Self::of((0..times.max(1)).map(|_| time(&mut work)).collect())
    }

    /// Does two things by turns, so that what disturbs the one disturbs the other.
    pub fn take_both(times: usize, mut one: impl FnMut(), mut other: impl FnMut()) -> (Self, Self) {
        let (mut ones, mut others) = (Vec::new(), Vec::new());
        for round in 0..times + times.div_ceil(10) {
            let readings = (time(&mut one), time(&mut other));
            if round >= times.div_ceil(10) {
                ones.push(readings.0);
                others.push(readings.1);
            }
        }
        (Self::of(ones), Self::of(others))
    }

    /// The smallest.
    #[must_use]
    pub fn smallest(&self) -> Duration {
        self.0.first().copied().unwrap_or_default()
    }

    /// The one in the middle.
    #[must_use]
    pub fn median(&self) -> Duration {
        self.0.get(self.0.len() / 2).copied().unwrap_or_default()
    }
}

/// A table of readings. The first row is what the others are compared with.
#[derive(Clone, Debug, Default)]
pub struct Table(Vec<(String, Readings)>);

impl Table {
    /// The same with one more row.
    #[must_use]
    pub fn row(mut self, name: &str, readings: Readings) -> Self {
        self.0.push((name.to_owned(), readings));
        self
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<44} {:>12} {:>12} {:>8}", "", "median", "smallest", "ratio")?;
        let first = self.0.first().map_or(Duration::ZERO, |(_, readings)| readings.median());
        for (name, readings) in &self.0 {
            let ratio = readings.median().as_secs_f64() / first.as_secs_f64().max(f64::MIN_POSITIVE);
            let (median, smallest) = (shown(readings.median()), shown(readings.smallest()));
            writeln!(f, "{name:<44} {median:>12} {smallest:>12} {ratio:>8.2}")?;
        }
        Ok(())
    }
}

fn time(work: &mut impl FnMut()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn shown(duration: Duration) -> String {
    format!("{:.1} us", duration.as_secs_f64() * 1e6)
}
