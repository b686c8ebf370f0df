//! The letters of the text: words, strings and numbers.

use super::Unreadable;

/// A place in the text.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    /// The next value is not in the text.
    pub(super) is_left_out: bool,
}

impl Reader<'_> {
    pub(super) fn lost(&self) -> Unreadable {
        Unreadable { at: self.at }
    }

    /// The next byte that is no space; 0 at the end.
    pub(super) fn peek(&mut self) -> u8 {
        let rest = &self.text.as_bytes()[self.at..];
        let spaces = rest.iter().take_while(|byte| byte.is_ascii_whitespace());
        self.at += spaces.count();
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    /// Goes past this byte if it is the next one.
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let is_next = !self.is_left_out && self.peek() == byte;
        self.at += usize::from(is_next);
        is_next
    }

    pub(super) fn expect(&mut self, byte: u8) -> Result<(), Unreadable> {
        match self.eat(byte) {
            true => Ok(()),
            false => Err(self.lost()),
        }
    }

    /// Goes past letters if they are next.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        self.peek();
        let is_next = !self.is_left_out && self.text[self.at..].starts_with(word);
        self.at += if is_next { word.len() } else { 0 };
        is_next
    }

    pub(super) fn boolean(&mut self) -> Result<bool, Unreadable> {
        match self.eat_word("true") {
            true => Ok(true),
            false if self.eat_word("false") => Ok(false),
            false => Err(self.lost()),
        }
    }

    /// The name of a variant, as its place among them, and whether it opened an object.
    pub(super) fn variant(&mut self, variants: &[&str]) -> Result<(bool, u32), Unreadable> {
        let is_object = self.eat(b'{');
        let name = self.string()?;
        let place = variants.iter().position(|variant| *variant == name);
        let place = place.ok_or(self.lost())?;
        self.expect_some(is_object.then_some(b':'))?;
        Ok((is_object, place as u32))
    }

    pub(super) fn string(&mut self) -> Result<String, Unreadable> {
        self.expect(b'"')?;
        let mut read = String::new();
        loop {
            let rest = &self.text[self.at..];
            let end = rest.find(['"', '\\']).ok_or(self.lost())?;
            read.push_str(&rest[..end]);
            self.at += end + 1;
            if rest.as_bytes()[end] == b'"' {
                return Ok(read);
            }
            let escaped = rest.as_bytes().get(end + 1).copied().unwrap_or(0);
            self.at += 1;
            read.push(match escaped {
                b'n' => '\n',
                b't' => '\t',
                b'r' => '\r',
                b'b' => '\u{8}',
                b'f' => '\u{c}',
                b'u' => self.escaped_char()?,
                b'"' | b'\\' | b'/' => escaped.into(),
                _ => return Err(self.lost()),
            });
        }
    }

    /// A character by its number, as two halves if it is above U+FFFF.
    pub(super) fn escaped_char(&mut self) -> Result<char, Unreadable> {
        let first = self.four_digits()?;
        let mut code = first;
        if (0xd800..0xdc00).contains(&first) && self.eat_word("\\u") {
            let second = self.four_digits()?;
            code = 0x1_0000 + ((first - 0xd800) << 10) + (second.wrapping_sub(0xdc00) & 0x3ff);
        }
        char::from_u32(code).ok_or(self.lost())
    }

    pub(super) fn four_digits(&mut self) -> Result<u32, Unreadable> {
        let digits = self.text.get(self.at..self.at + 4);
        self.at += 4;
        let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        code.ok_or(self.lost())
    }

    /// A number, and whether it is below zero: up to 19 digits, times a power of ten.
    pub(super) fn number(&mut self) -> Result<(bool, u64, i32), Unreadable> {
        let is_negative = self.eat(b'-');
        let (mut digits, mut exponent, mut is_fraction) = (0u64, 0i32, false);
        let start = self.at;
        if self.is_left_out || !self.peek().is_ascii_digit() {
            return Err(self.lost());
        }
        while let Some(byte) = self.text.as_bytes().get(self.at) {
            match byte {
                b'0'..=b'9' => {
                    let more = digits.checked_mul(10);
                    match more.and_then(|more| more.checked_add(u64::from(byte - b'0'))) {
                        Some(more) => {
                            digits = more;
                            exponent -= i32::from(is_fraction);
                        }
                        None => exponent += i32::from(!is_fraction),
                    }
                }
                b'.' if !is_fraction => is_fraction = true,
                _ => break,
            }
            self.at += 1;
        }
        if start == self.at {
            return Err(self.lost());
        }
        if self.eat(b'e') || self.eat(b'E') {
            let is_small = self.eat(b'-');
            self.eat(b'+');
            let (_, power, more) = self.number()?;
            let power = i32::try_from(power).ok().filter(|_| more == 0);
            let power = power.unwrap_or(9999).min(9999);
            exponent += if is_small { -power } else { power };
        }
        Ok((is_negative, digits, exponent))
    }

    pub(super) fn float(&mut self) -> Result<f64, Unreadable> {
        let (is_negative, digits, exponent) = self.number()?;
        let mut value = digits as f64;
        let mut left = exponent.unsigned_abs();
        while left > 0 && value != 0.0 && value.is_finite() {
            // Up to 10^22 a power of ten is a double without rounding.
            let part = left.min(22);
            let power = 10f64.powi(part as i32);
            value = if exponent < 0 {
                value / power
            } else {
                value * power
            };
            left -= part;
        }
        match value.is_finite() {
            true => Ok(if is_negative { -value } else { value }),
            false => Err(self.lost()),
        }
    }

    pub(super) fn integer(&mut self) -> Result<i64, Unreadable> {
        let (is_negative, digits, exponent) = self.number()?;
        let value = i64::try_from(digits).ok().filter(|_| exponent == 0);
        let value = value.ok_or(self.lost())?;
        Ok(if is_negative { -value } else { value })
    }

    pub(super) fn natural(&mut self) -> Result<u64, Unreadable> {
        match self.number()? {
            (false, digits, 0) => Ok(digits),
            _ => Err(self.lost()),
        }
    }

    pub(super) fn expect_some(&mut self, byte: Option<u8>) -> Result<(), Unreadable> {
        byte.map_or(Ok(()), |byte| self.expect(byte))
    }
}
