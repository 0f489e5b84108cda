//! The arithmetic of check digits, of which most numbers of persons, cards and accounts have one.

/// The double-add-double sum of cards (ISO/IEC 7812) comes to a multiple of ten.
pub(crate) fn luhn(numbers: &[u8]) -> bool {
    let doubled = |digit: u8| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let add = |(at, digit): (usize, &u8)| u32::from(if at % 2 == 1 { doubled(*digit) } else { *digit });
    numbers.iter().rev().enumerate().map(add).sum::<u32>() % 10 == 0
}

/// The sum of digits times weights, as far as there are both.
pub(crate) fn weighted(numbers: &[u8], weights: &[u32]) -> u32 {
    numbers.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum()
}

/// The digits read as one number; at most 19 of them.
pub(crate) fn value(numbers: &[u8]) -> u64 {
    numbers.iter().take(19).fold(0, |sum, digit| sum * 10 + u64::from(*digit))
}

/// The digits from one place to another, read as one number; 0 where there are not so many.
pub(crate) fn part(numbers: &[u8], places: std::ops::Range<usize>) -> u64 {
    value(numbers.get(places).unwrap_or_default())
}

/// Whether all digits are the same.
pub(crate) fn uniform(numbers: &[u8]) -> bool {
    numbers.iter().all(|digit| Some(digit) == numbers.first())
}

/// Whether a month has such a day in some year.
pub(crate) const fn is_day(month: u64, day: u64) -> bool {
    let longest = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    1 <= day && day <= longest
}

/// The check of ISO/IEC 7064 MOD 11,10.
pub(crate) fn mod_11_10(numbers: &[u8]) -> bool {
    let Some((check, rest)) = numbers.split_last() else { return false };
    let product = rest.iter().fold(10, |product, digit| {
        let sum = (u32::from(*digit) + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10 == u32::from(*check)
}

/// Verhoeff's check, which is arithmetic in the symmetries of a pentagon.
pub(crate) fn verhoeff(numbers: &[u8]) -> bool {
    // Turns are 0 to 4, reflections 5 to 9.
    let joined = |a: u8, b: u8| match (a < 5, b < 5) {
        (true, true) => (a + b) % 5,
        (true, false) => (a + b - 5) % 5 + 5,
        (false, true) => (a - b) % 5 + 5,
        (false, false) => (a + 5 - b) % 5,
    };
    const MOVED: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    let moved = |digit: u8, times: usize| {
        (0..times % 8).fold(digit, |digit, _| MOVED.get(usize::from(digit)).copied().unwrap_or_default())
    };
    numbers.iter().rev().enumerate().fold(0, |sum, (at, digit)| joined(sum, moved(*digit, at))) == 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Check = fn(&[u8]) -> bool;

    #[test]
    fn published_examples_pass_and_their_neighbours_do_not() {
        let cases: [(&str, Check, &[u8], u8); 3] = [
            ("luhn", luhn, &[7, 9, 9, 2, 7, 3, 9, 8, 7, 1], 3),
            ("verhoeff", verhoeff, &[2, 3, 6], 3),
            ("mod 11,10", mod_11_10, &[8, 6, 0, 9, 5, 7, 4, 2, 7, 1], 9),
        ];
        for (name, passes, body, check) in cases {
            for digit in 0..10 {
                let whole: Vec<u8> = body.iter().copied().chain([digit]).collect();
                assert_eq!(passes(&whole), digit == check, "{name} {digit}");
            }
        }
    }

    proptest! {
        #[test]
        fn changing_one_digit_breaks_the_check(numbers in proptest::collection::vec(0u8..10, 13..20), at in 0usize..13, by in 1u8..10) {
            let mut changed = numbers.clone();
            changed[at] = (changed[at] + by) % 10;
            for passes in [luhn, verhoeff, mod_11_10] {
                prop_assert!(!(passes(&numbers) && passes(&changed)));
            }
        }
    }
}
