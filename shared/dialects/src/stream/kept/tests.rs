//! Frames: more text of a window stands where the window's pieces stand.

use super::super::windows::locate;
use super::*;

/// Where each text of a value stands: what leads to it, its id and what it says.
fn texts(document: &Document) -> Vec<(Vec<String>, usize, String)> {
    let ids = document.root().ids();
    let is_text = |id: &usize| document.value(*id).is_some_and(|value| value.kind() == Kind::Text);
    let standing: Standing = ids.filter(is_text).map(|id| (id, id)).collect();
    let mut found = Vec::new();
    locate(document.root(), &standing, &mut Vec::new(), &mut |way, id, _| {
        let text = document.value(id).and_then(Value::text).unwrap_or_default();
        found.push((way.iter().map(|step| step.clone().into_owned()).collect(), id, text.into_owned()));
        Ok(())
    })
    .unwrap();
    found
}

#[test]
fn more_text_stands_in_the_same_place_of_a_list() {
    let rows = [
        (r#"{"text":"HERE","n":1}"#, r#"{"text":"more"}"#),
        (r#"{"toolResult":[{"text":"HERE"},{"text":"b"}]}"#, r#"{"toolResult":[{"text":"more"}]}"#),
        (
            r#"{"toolResult":[{"text":"a"},{"text":"HERE"}]}"#,
            r#"{"toolResult":[{"text":""},{"text":"more"}]}"#,
        ),
        (
            r#"{"toolResult":[{"json":{"a":"b"}},{"json":1},{"text":"HERE"}]}"#,
            r#"{"toolResult":[{"json":{}},{"text":""},{"text":"more"}]}"#,
        ),
        (
            r#"{"content":[{"type":"thinking","thinking":[{"type":"text","text":"a"}]},{"type":"text","text":"HERE"}]}"#,
            r#"{"content":[{"type":"thinking","thinking":[]},{"type":"text","text":"more"}]}"#,
        ),
        (
            r#"{"details":[{"index":0,"text":"a"},{"type":"x","index":1,"text":"HERE"}]}"#,
            r#"{"details":[{"type":"x","index":1,"text":"more"}]}"#,
        ),
        (
            r#"{"d":["a",7,null,[2],{"my secret":"b"},"HERE"]}"#,
            r#"{"d":["",null,null,[],{"text":""},"more"]}"#,
        ),
        (r#"{"d":[["a"],["b",["HERE"]]]}"#, r#"{"d":[[],["",["more"]]]}"#),
    ];
    for (came, wanted) in rows {
        let document = Document::read(came.into()).unwrap();
        let (way, id, _) = texts(&document).into_iter().find(|(_, _, text)| text == "HERE").unwrap();
        let framed = Sheet::frame(document.root(), id, "more");
        assert_eq!(framed, wanted, "{came}");
        let again = texts(&Document::read(framed.into_bytes()).unwrap());
        assert!(again.iter().any(|(place, _, text)| *place == way && text == "more"), "{came}");
        assert!(
            again.iter().all(|(.., text)| matches!(text.as_str(), "" | "more" | "text" | "thinking" | "x"))
        );
    }
}
