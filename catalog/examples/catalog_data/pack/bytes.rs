//! Numbers as bytes, the lowest first; one that does not fit is an error.

/// Bytes that grow.
#[derive(Default)]
pub(crate) struct Bytes(pub(crate) Vec<u8>);

impl Bytes {
    pub(crate) fn u8(&mut self, number: usize) -> Result<(), String> {
        self.put(number, 1)
    }

    pub(crate) fn u16(&mut self, number: usize) -> Result<(), String> {
        self.put(number, 2)
    }

    pub(crate) fn u24(&mut self, number: usize) -> Result<(), String> {
        self.put(number, 3)
    }

    fn put(&mut self, number: usize, width: usize) -> Result<(), String> {
        if number >> (8 * width) != 0 {
            return Err(format!("{number} does not fit {width} bytes: widen the packed form"));
        }
        self.0.extend(number.to_le_bytes().iter().take(width));
        Ok(())
    }
}

/// Where `text` lies in `all`, put at the end if it is not there.
pub(crate) fn place(all: &mut String, text: &str) -> usize {
    all.find(text).unwrap_or_else(|| {
        all.push_str(text);
        all.len() - text.len()
    })
}
