//! The lists of every string in the vendors' own schemas: `testdata/schemas/<name>.txt`. What a line means is said in
//! `read.py` beside them.

use std::collections::{BTreeMap, BTreeSet};

use dialects::Way;

/// The lines of one body or type: what stands there, and where.
type Shapes = BTreeMap<String, Vec<(String, String)>>;

/// Every place of a string, written out. A type inside itself is not entered again.
pub(crate) fn strings(names: &[String]) -> Vec<(Way, String)> {
    let lists: Vec<_> = names.iter().map(|name| read(name)).collect();
    let mut all = Vec::new();
    for (body, way) in [("request", Way::Request), ("answer", Way::Answer), ("stream", Way::Stream)] {
        let mut places = BTreeSet::new();
        for shapes in &lists {
            write_out(shapes, body, "", &mut Vec::new(), &mut |place| {
                places.insert(place);
            });
        }
        all.extend(places.into_iter().map(|place| (way, place)));
    }
    all
}

fn read(name: &str) -> Shapes {
    let path = crate::testdata().join("schemas").join(format!("{name}.txt"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
    let mut shapes = Shapes::new();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let mut words = line.split(' ').map(str::to_owned);
        let (Some(at), Some(kind), Some(place)) = (words.next(), words.next(), words.next()) else {
            panic!("{name}: `{line}`");
        };
        shapes.entry(at).or_default().push((kind, place));
    }
    shapes
}

fn write_out<'a>(
    shapes: &'a Shapes,
    at: &str,
    above: &str,
    entered: &mut Vec<&'a str>,
    found: &mut impl FnMut(String),
) {
    for (kind, place) in shapes.get(at).into_iter().flatten() {
        let dot = if above.is_empty() || place.starts_with('[') { "" } else { "." };
        let place = format!("{above}{dot}{place}");
        if !kind.starts_with('@') {
            found(place);
        } else if !entered.contains(&kind.as_str()) {
            entered.push(kind);
            write_out(shapes, kind, &place, entered, found);
            entered.pop();
        }
    }
}
