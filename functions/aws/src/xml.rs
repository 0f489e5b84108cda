//! XML as IAM's query API answers it: elements and texts. It is read strictly, and only what those answers are made of;
//! what else XML knows (document types, entities of one's own, comments, sections) makes a text no answer.

/// The deepest that an answer is.
const DEEPEST: usize = 16;

/// One element. Its attributes are not read.
#[derive(Debug)]
pub(crate) struct Element<'a> {
    name: &'a str,
    text: &'a str,
    children: Vec<Element<'a>>,
}

impl<'a> Element<'a> {
    /// The root of a text, or `None` where it is not as it should be.
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        let text = text.trim();
        let text = match text.strip_prefix("<?xml") {
            Some(rest) => rest.split_once("?>")?.1.trim_start(),
            None => text,
        };
        let (mut open, mut pieces) = (Vec::new(), text.strip_prefix('<')?.split('<'));
        while let Some(piece) = pieces.next() {
            let (tag, after) = piece.split_once('>')?;
            if let Some(closed) = take(&mut open, tag, after)? {
                return (after.is_empty() && pieces.next().is_none()).then_some(closed);
            }
        }
        None
    }

    /// The one element at the end of this path.
    pub(crate) fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |element, name| {
            let mut found = element.children.iter().filter(|child| child.name == *name);
            found.next().filter(|_| found.next().is_none())
        })
    }

    /// The elements in this one, which all have this name.
    pub(crate) fn all(&self, name: &str) -> Option<&[Self]> {
        self.children.iter().all(|child| child.name == name).then_some(&self.children)
    }

    /// The text of the one element of this name, which is not empty and holds no elements.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let element = self.at(&[name])?;
        if element.children.is_empty() && !element.text.is_empty() { plain(element.text) } else { None }
    }
}

/// Takes one tag and the text after it. Gives the root once it is closed, and `None` where something is wrong.
fn take<'a>(open: &mut Vec<Element<'a>>, tag: &'a str, after: &'a str) -> Option<Option<Element<'a>>> {
    let closed = if let Some(name) = tag.strip_prefix('/') {
        open.pop().filter(|element| element.name == name.trim_end())?
    } else {
        let (tag, empty) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let name = tag.split_ascii_whitespace().next().filter(|name| tag.starts_with(name))?;
        let named = name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !named || open.len() >= DEEPEST || !open.last().is_none_or(|parent| is_blank(parent.text)) {
            return None;
        }
        let element = Element { name, text: if empty { "" } else { after }, children: Vec::new() };
        if !empty {
            open.push(element);
            return Some(None);
        }
        element
    };
    let Some(parent) = open.last_mut() else { return Some(Some(closed)) };
    parent.children.push(closed);
    is_blank(after).then_some(None)
}

fn is_blank(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_whitespace())
}

/// A text without its references, or `None` where one is not known.
fn plain(text: &str) -> Option<String> {
    let mut pieces = text.split('&');
    let mut plain = pieces.next()?.to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once(';')?;
        plain.push(match name {
            "amp" => '&',
            "apos" => '\'',
            "gt" => '>',
            "lt" => '<',
            "quot" => '"',
            _ => return None,
        });
        plain.push_str(rest);
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_found_by_their_names() {
        let text = "<?xml version=\"1.0\"?>\n<a xmlns=\"https://x/\">\n <b><c>1 &amp; &lt;2&gt;</c><c>3</c></b> <d/><e></e>\n</a >\n";
        let root = Element::read(text).unwrap();
        let both = root.at(&["b"]).unwrap().all("c").unwrap();
        assert_eq!((both.len(), plain(both[0].text).unwrap().as_str()), (2, "1 & <2>"));
        assert!(root.at(&["b"]).unwrap().text("c").is_none(), "two of them");
        assert!(root.text("d").is_none() && root.text("e").is_none() && root.text("b").is_none());
        assert!(root.at(&["d"]).is_some() && root.at(&["b", "x"]).is_none() && root.all("b").is_none());
    }

    #[test]
    fn what_is_no_answer_is_none() {
        let deep = "<a>".repeat(50_000);
        let whole = format!("{deep}{}", "</a>".repeat(50_000));
        let rows = [
            "",
            "a",
            "<a>",
            "</a>",
            "<a/>x",
            "<a></b>",
            "<a><b></a></b>",
            "<a></a><b></b>",
            "<a>x<b/></a>",
            "<a><b/>x</a>",
            "<!DOCTYPE a><a></a>",
            "<a><!-- x --></a>",
            "<a><![CDATA[x]]></a>",
            "<a",
            "<a><b</a>",
            "< a></a>",
            "<></>",
            "<?xml <a></a>",
            deep.as_str(),
            whole.as_str(),
        ];
        for text in rows {
            assert!(Element::read(text).is_none(), "{}", text.chars().take(40).collect::<String>());
        }
        for text in ["<a><b>&x;</b></a>", "<a><b>&#65;</b></a>", "<a><b>&amp</b></a>"] {
            assert!(Element::read(text).unwrap().text("b").is_none(), "{text}");
        }
    }
}
