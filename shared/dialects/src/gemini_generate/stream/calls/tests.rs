//! Paths of arguments.

use super::*;

fn member(name: &str) -> Step {
    Step::Member(name.to_owned())
}

#[test]
fn paths_are_read_in_both_forms() {
    let rows = [
        ("$", Some(vec![])),
        ("$.a", Some(vec![member("a")])),
        ("$.a.b_c[0][12]", Some(vec![member("a"), member("b_c"), Step::Element(0), Step::Element(12)])),
        ("$['a b'][\"c.d\"][3].e", Some(vec![member("a b"), member("c.d"), Step::Element(3), member("e")])),
        ("", None),
        ("a", None),
        ("$a", None),
        ("$.", None),
        ("$..a", None),
        ("$[", None),
        ("$[]", None),
        ("$[-1]", None),
        ("$['a'", None),
        ("$['a\\'b']", None),
        ("$[*]", None),
        ("$.*", None),
        ("$[?@.a]", None),
        ("$[0:2]", None),
    ];
    for (path, wanted) in rows {
        assert_eq!(steps(path), wanted, "{path}");
    }
}
