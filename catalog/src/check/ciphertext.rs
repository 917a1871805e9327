//! What ciphertext of an RSA key looks like.

/// Whether a text is standard base64 of 256, 384 or 512 bytes.
pub(crate) fn is_ciphertext(text: &str) -> bool {
    let padding = text.bytes().rev().take(2).take_while(|byte| *byte == b'=').count();
    let body = text.as_bytes().get(..text.len() - padding).unwrap_or_default();
    let right_length = matches!((text.len(), padding), (344, 2) | (512, 0) | (684, 1));
    right_length && body.iter().all(|byte| digit(*byte).is_some()) && unused_bits_are_zero(body, padding)
}

/// The last digit before the padding has two or four bits that belong to no byte.
fn unused_bits_are_zero(body: &[u8], padding: usize) -> bool {
    let mask = [0, 0b11, 0b1111][padding];
    body.last().and_then(|byte| digit(*byte)).is_some_and(|last| last & mask == 0)
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::is_ciphertext;

    #[test]
    fn three_lengths_of_standard_base64_are_ciphertext() {
        let of = |digits: usize, end: &str| format!("{}{end}", "A".repeat(digits));
        for right in [of(342, "=="), of(512, ""), of(683, "="), format!("{}Q==", "z".repeat(341))] {
            assert!(is_ciphertext(&right), "{right}");
        }
        let wrong = [of(0, ""), of(344, ""), of(343, "="), of(340, "=="), of(511, "-"), of(682, "=="), of(341, "B==")];
        for wrong in wrong.into_iter().chain(["张三".repeat(86), format!("{}\n", "A".repeat(511))]) {
            assert!(!is_ciphertext(&wrong), "{wrong}");
        }
    }
}
