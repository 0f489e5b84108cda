//! What the countries say of their numbers: which check digit they end in, and what of a birth they hold.

use crate::check_digits::{is_day, luhn, mod_11_10, part, uniform, value, verhoeff, weighted};
use crate::context::digits;

fn last(numbers: &[u8]) -> u32 {
    numbers.last().copied().map_or(u32::MAX, u32::from)
}

/// Year, month and day first, as two digits each.
fn year_first(numbers: &[u8]) -> bool {
    is_day(part(numbers, 2..4), part(numbers, 4..6))
}

/// Day, month and year first.
pub(super) fn day_first(numbers: &[u8]) -> bool {
    is_day(part(numbers, 2..4), part(numbers, 0..2))
}

/// Eleven less the rest by eleven, where 11 counts as 0; nothing has 10.
fn from_eleven(numbers: &[u8], weights: &[u32]) -> u32 {
    (11 - weighted(numbers, weights) % 11) % 11
}

/// Whether the letter stands in a table where the number says.
fn letter_at(table: &[u8], place: u64, letter: u8) -> bool {
    usize::try_from(place).ok().and_then(|at| table.get(at)) == Some(&letter.to_ascii_uppercase())
}

/// Canada: 0 and 8 begin none.
pub(super) fn sin(numbers: &[u8]) -> bool {
    numbers.len() == 9 && !matches!(numbers.first(), Some(0 | 8)) && luhn(numbers) && !uniform(numbers)
}

/// Australia.
pub(super) fn tfn(numbers: &[u8]) -> bool {
    numbers.len() == 9
        && weighted(numbers, &[1, 4, 3, 7, 5, 8, 6, 9, 10]).is_multiple_of(11)
        && !uniform(numbers)
}

/// The Netherlands: the last digit counts against the others.
pub(super) fn bsn(numbers: &[u8]) -> bool {
    let sum = weighted(numbers, &[9, 8, 7, 6, 5, 4, 3, 2]);
    numbers.len() == 9 && sum % 11 == last(numbers) && !uniform(numbers)
}

/// Portugal.
pub(super) fn nif(numbers: &[u8]) -> bool {
    let check = from_eleven(numbers, &[9, 8, 7, 6, 5, 4, 3, 2]);
    numbers.len() == 9 && check % 10 == last(numbers) && !uniform(numbers)
}

/// Israel.
pub(super) fn israeli(numbers: &[u8]) -> bool {
    luhn(numbers) && !uniform(numbers)
}

/// Bulgaria: 20 or 40 is added to the month for other centuries.
pub(super) fn egn(numbers: &[u8]) -> bool {
    let day = is_day(part(numbers, 2..4) % 20, part(numbers, 4..6));
    day && weighted(numbers, &[2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11 % 10 == last(numbers)
}

/// Sweden, with or without the century.
pub(super) fn personnummer(numbers: &[u8]) -> bool {
    let short = numbers.get(numbers.len().saturating_sub(10)..).unwrap_or_default();
    // 60 is added to the day for those who are not registered.
    short.len() == 10 && is_day(part(short, 2..4), part(short, 4..6) % 60) && luhn(short)
}

/// Czechia and Slovakia: 50 is added to the month for women, 20 where numbers ran out.
pub(super) fn birth_number(numbers: &[u8]) -> bool {
    let month = part(numbers, 2..4) % 50;
    let month = if month > 12 { month.saturating_sub(20) } else { month };
    is_day(month, part(numbers, 4..6)) && value(numbers).is_multiple_of(11)
}

/// Germany's pensions: the letter counts as its place in two digits, and every product by its digits.
pub(super) fn pension(text: &str) -> bool {
    let plain: Vec<u8> = text.bytes().filter(u8::is_ascii_alphanumeric).collect();
    let Some(letter) = plain.get(8).filter(|byte| byte.is_ascii_uppercase()) else { return false };
    let place = letter - b'A' + 1;
    let digit = |at: usize| plain.get(at).map_or(0, |byte| byte.wrapping_sub(b'0'));
    let mut numbers: Vec<u8> = (0..8).map(digit).collect();
    numbers.extend([place / 10, place % 10, digit(9), digit(10)]);
    let weights = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];
    let products = numbers.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight);
    let sum: u32 = products.map(|product| product / 10 + product % 10).sum();
    let born = is_day(part(&numbers, 4..6), part(&numbers, 2..4));
    plain.len() == 12 && born && sum % 10 == u32::from(digit(11))
}

/// Malaysia: a day of birth, and a state or country that numbers are given to.
pub(super) fn malaysian(numbers: &[u8]) -> bool {
    let place = part(numbers, 6..8);
    let given = matches!(place, 1..=16 | 21..=68 | 71 | 72 | 74..=79 | 82..=93 | 98 | 99);
    numbers.len() == 12 && year_first(numbers) && given
}

/// Poland: 20 is added to the month for each century.
pub(super) fn pesel(numbers: &[u8]) -> bool {
    let sum = weighted(numbers, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]);
    sum.is_multiple_of(10) && is_day(part(numbers, 2..4) % 20, part(numbers, 4..6))
}

/// Brazil: two check digits.
pub(super) fn cpf(numbers: &[u8]) -> bool {
    let check = |weights: &[u32]| weighted(numbers, weights) * 10 % 11 % 10;
    let first = check(&[10, 9, 8, 7, 6, 5, 4, 3, 2]);
    let second = check(&[11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
    u64::from(first * 10 + second) == part(numbers, 9..11) && numbers.len() == 11 && !uniform(numbers)
}

/// Germany's tax number begins with no 0.
pub(super) fn german(numbers: &[u8]) -> bool {
    numbers.first() != Some(&0) && mod_11_10(numbers)
}

/// Croatia.
pub(super) fn croatian(numbers: &[u8]) -> bool {
    mod_11_10(numbers)
}

/// Norway: two check digits; 40 is added to the day or the month of those who only visit.
pub(super) fn norwegian(numbers: &[u8]) -> bool {
    let first = weighted(numbers, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]) % 11;
    let second = weighted(numbers, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11;
    numbers.len() == 11
        && first == 0
        && second == 0
        && is_day(part(numbers, 2..4) % 40, part(numbers, 0..2) % 40)
}

/// Turkey.
pub(super) fn turkish(numbers: &[u8]) -> bool {
    let &[a, b, c, d, e, f, g, h, i, j, k] = numbers else { return false };
    let sum = |digits: &[u8]| digits.iter().map(|digit| u32::from(*digit)).sum::<u32>();
    let tenth = (sum(&[a, c, e, g, i]) * 7 + sum(&[b, d, f, h]) * 9) % 10;
    a != 0 && tenth == u32::from(j) && (sum(&[a, b, c, d, e, f, g, h, i, j])) % 10 == u32::from(k)
}

/// Estonia and Lithuania: a second row of weights where the first leaves 10.
pub(super) fn baltic(numbers: &[u8]) -> bool {
    let first = weighted(numbers, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1]) % 11;
    let second = weighted(numbers, &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3]) % 11;
    let check = if first < 10 { first } else { second % 10 };
    numbers.len() == 11 && check == last(numbers) && is_day(part(numbers, 3..5), part(numbers, 5..7))
}

/// India.
pub(super) fn aadhaar(numbers: &[u8]) -> bool {
    numbers.len() == 12 && matches!(numbers.first(), Some(2..)) && verhoeff(numbers) && !uniform(numbers)
}

/// Japan.
pub(super) fn my_number(numbers: &[u8]) -> bool {
    let rest = weighted(numbers, &[6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    last(numbers) == if rest < 2 { 0 } else { 11 - rest } && !uniform(numbers)
}

/// South Africa: a citizen or not, born on such a day.
pub(super) fn south_african(numbers: &[u8]) -> bool {
    luhn(numbers) && year_first(numbers) && matches!(numbers.get(10), Some(0..=2))
}

/// Romania.
pub(super) fn cnp(numbers: &[u8]) -> bool {
    let rest = weighted(numbers, &[2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9]) % 11;
    last(numbers) == if rest == 10 { 1 } else { rest } && is_day(part(numbers, 3..5), part(numbers, 5..7))
}

/// Thailand.
pub(super) fn thai(numbers: &[u8]) -> bool {
    let rest = weighted(numbers, &[13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    numbers.first() != Some(&0) && (11 - rest) % 10 == last(numbers)
}

/// The countries that were Yugoslavia.
pub(super) fn yugoslav(numbers: &[u8]) -> bool {
    day_first(numbers) && from_eleven(numbers, &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 10 == last(numbers)
}

/// Argentina.
pub(super) fn cuit(numbers: &[u8]) -> bool {
    let kind = matches!(part(numbers, 0..2), 20 | 23 | 24 | 27 | 30 | 33 | 34);
    kind && from_eleven(numbers, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) == last(numbers)
}

/// Belgium: who was born after 1999 has a 2 before the number.
pub(super) fn belgian(numbers: &[u8]) -> bool {
    let body = part(numbers, 0..9);
    let check = part(numbers, 9..11);
    let month = part(numbers, 2..4) % 20;
    month <= 12 && [body, 2_000_000_000 + body].into_iter().any(|body| 97 - body % 97 == check)
}

/// Switzerland: the check of barcodes.
pub(super) fn swiss(numbers: &[u8]) -> bool {
    weighted(numbers, &[1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]).is_multiple_of(10)
}

/// Korea; since October 2020 the last digits are random, which is found only beside a word.
pub(super) fn korean(numbers: &[u8]) -> bool {
    let check = from_eleven(numbers, &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]);
    // It is eleven less the rest, of which the last figure counts.
    let rest = weighted(numbers, &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11;
    year_first(numbers) && (check == last(numbers) || (11 - rest) % 10 == last(numbers))
}

/// The United States' numbers of taxpayers: the groups that are handed out.
pub(super) fn itin(numbers: &[u8]) -> bool {
    let group = part(numbers, 3..5);
    numbers.len() == 9
        && numbers.first() == Some(&9)
        && matches!(group, 50..=65 | 70..=88 | 90..=92 | 94..=99)
}

/// Britain: no number at all between the letters.
pub(super) fn empty_nino(text: &str) -> bool {
    value(&digits(text)) == 0
}

/// Chile: weights 2 to 7 from the right, K for 10.
pub(super) fn rut(text: &str) -> bool {
    let Some((body, check)) = text.rsplit_once('-') else { return false };
    let sum: u32 =
        digits(body).iter().rev().zip((2..8).cycle()).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    let wanted = (11 - sum % 11) % 11;
    check.bytes().next().is_some_and(|byte| letter_at(b"0123456789K", u64::from(wanted), byte))
}

/// China: ISO/IEC 7064 MOD 11-2, X for 10.
pub(super) fn chinese(text: &str) -> bool {
    let Some((body, check)) = text.split_at_checked(17) else { return false };
    let numbers = digits(body);
    let sum = weighted(&numbers, &[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
    let born = is_day(part(&numbers, 10..12), part(&numbers, 12..14))
        && matches!(part(&numbers, 6..10), 1880..=2099);
    born && check.bytes().next().is_some_and(|byte| letter_at(b"10X98765432", u64::from(sum % 11), byte))
}

/// Finland: the day of birth and three digits, modulo 31.
pub(super) fn finnish(text: &str) -> bool {
    let Some((body, check)) = text.split_at_checked(10) else { return false };
    let numbers = digits(body);
    let found = check.bytes().next();
    numbers.len() == 9
        && day_first(&numbers)
        && found.is_some_and(|byte| letter_at(b"0123456789ABCDEFHJKLMNPRSTUVWXY", value(&numbers) % 31, byte))
}

/// France: 97 less the rest; Corsica's departments count as 19 and 18.
pub(super) fn nir(text: &str) -> bool {
    let numbers = digits(&text.replace("2A", "19").replace("2B", "18"));
    numbers.len() == 15 && 97 - part(&numbers, 0..13) % 97 == part(&numbers, 13..15)
}

/// Hong Kong: letters count from 10, a missing one as 36.
pub(super) fn hong_kong(text: &str) -> bool {
    let worth = |c: char| c.to_digit(36).unwrap_or_default();
    let characters: Vec<u32> = text.chars().filter(char::is_ascii_alphanumeric).map(worth).collect();
    let led = if characters.len() == 8 { 36 * 9 } else { 0 };
    let sum: u32 = characters.iter().rev().zip(1..).map(|(worth, weight)| worth * weight).sum();
    (led + sum).is_multiple_of(11)
}

/// Italy: a table of values for odd places, the sum modulo 26 as a letter.
pub(super) fn codice_fiscale(text: &str) -> bool {
    const ODD: [u32; 26] =
        [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    // A digit counts as the letter in its place.
    let place = |byte: u8| {
        u32::from(if byte.is_ascii_digit() { byte - b'0' } else { byte.to_ascii_uppercase() - b'A' })
    };
    let odd =
        |byte: u8| usize::try_from(place(byte)).ok().and_then(|at| ODD.get(at)).copied().unwrap_or_default();
    let Some((check, body)) = text.as_bytes().split_last() else { return false };
    let sum: u32 =
        body.iter().enumerate().map(|(at, byte)| if at % 2 == 0 { odd(*byte) } else { place(*byte) }).sum();
    sum % 26 == place(*check)
}

/// Mexico: places in an alphabet with Ñ, weights 18 to 2.
pub(super) fn curp(text: &str) -> bool {
    let worth = |c: char| match c.to_digit(36).unwrap_or_default() {
        // Ñ stands between N and O.
        worth @ 24.. => worth + 1,
        worth => worth,
    };
    let Some((body, check)) = text.split_at_checked(17) else { return false };
    let sum: u32 = body.chars().zip((2..=18).rev()).map(|(c, weight)| worth(c) * weight).sum();
    let numbers = digits(body.get(4..10).unwrap_or_default());
    year_first(&numbers) && check.parse() == Ok((10 - sum % 10) % 10)
}

/// Singapore: the letter depends on the sum and on what the number begins with.
pub(super) fn singapore(text: &str) -> bool {
    let (Some(first), Some(check)) = (text.bytes().next(), text.bytes().last()) else { return false };
    let sum = u64::from(weighted(&digits(text), &[2, 7, 6, 5, 4, 3, 2]));
    match first {
        b'S' => letter_at(b"JZIHGFEDCBA", sum % 11, check),
        b'T' => letter_at(b"JZIHGFEDCBA", (sum + 4) % 11, check),
        b'F' => letter_at(b"XWUTRQPNMLK", sum % 11, check),
        b'G' => letter_at(b"XWUTRQPNMLK", (sum + 4) % 11, check),
        _ => letter_at(b"XWUTRQPNJLK", (sum + 3) % 11, check),
    }
}

/// Spain: the letter is the number modulo 23; X, Y and Z of foreigners count as 0, 1 and 2.
pub(super) fn spanish(text: &str) -> bool {
    let led = match text.bytes().next() {
        Some(b'Y') => 10_000_000,
        Some(b'Z') => 20_000_000,
        _ => 0,
    };
    let number = led + value(&digits(text));
    text.bytes().last().is_some_and(|letter| letter_at(b"TRWAGMYFPDXBNJZSQVHLCKE", number % 23, letter))
}

/// Taiwan: the letter stands for two digits.
pub(super) fn taiwanese(text: &str) -> bool {
    let place = text
        .bytes()
        .next()
        .and_then(|letter| b"ABCDEFGHJKLMNPQRSTUVXYWZIO".iter().position(|l| *l == letter));
    let Some(place) = place.and_then(|at| u32::try_from(at).ok()) else { return false };
    let code = place + 10;
    let sum = code / 10 + code % 10 * 9 + weighted(&digits(text), &[8, 7, 6, 5, 4, 3, 2, 1, 1]);
    sum.is_multiple_of(10)
}
