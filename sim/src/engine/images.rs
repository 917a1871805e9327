//! Images of complaints: what payers show and what merchants upload. Bounded: the oldest go first.

use std::collections::{BTreeMap, HashMap};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// An image, and who may fetch it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "Saved", into = "Saved")]
pub(crate) struct Image {
    pub(crate) id: String,
    pub(crate) mchids: Vec<String>,
    pub(crate) bytes: Bytes,
}

/// As it stands in the state file.
#[derive(Serialize, Deserialize)]
struct Saved {
    id: String,
    mchids: Vec<String>,
    base64: String,
}

/// So many bytes of images are kept.
const MOST: usize = 16 * 1024 * 1024;

/// The images that are kept, the oldest first.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Image>", into = "Vec<Image>")]
pub(crate) struct Images {
    kept: BTreeMap<u64, Image>,
    by_id: HashMap<String, u64>,
    added: u64,
    size: usize,
}

/// One white point, PNG.
pub(crate) const SAMPLE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU\0\0\0\nIDATx\xdac\xf8\x0f\0\x01\x01\x01\0\x1c\xb0\x8c\x99\0\0\0\0IEND\xaeB`\x82";

/// The media type of an image by its first bytes; `None` if it is none of those that complaints have.
pub(crate) fn media_type(bytes: &[u8]) -> Option<&'static str> {
    const KNOWN: [(&[u8], &str); 4] = [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"BM", "image/bmp"),
        (b"GIF8", "image/gif"),
    ];
    KNOWN.iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, media_type)| *media_type)
}

impl Images {
    pub(crate) fn by_id(&self, id: &str) -> Option<&Image> {
        self.by_id.get(id).and_then(|number| self.kept.get(number))
    }

    /// Keeps an image; one that is there already may be fetched by these merchants too.
    pub(crate) fn add(&mut self, image: Image) {
        if let Some(known) = self.by_id.get(&image.id).and_then(|number| self.kept.get_mut(number)) {
            let others = image.mchids.into_iter().filter(|mchid| !known.mchids.contains(mchid)).collect::<Vec<_>>();
            known.mchids.extend(others);
            return;
        }
        self.added += 1;
        self.size += image.bytes.len();
        self.by_id.insert(image.id.clone(), self.added);
        self.kept.insert(self.added, image);
        while self.size > MOST && self.kept.len() > 1 {
            let Some((_, oldest)) = self.kept.pop_first() else { break };
            self.size -= oldest.bytes.len();
            self.by_id.remove(&oldest.id);
        }
    }
}

impl From<Vec<Image>> for Images {
    fn from(list: Vec<Image>) -> Self {
        let mut images = Self::default();
        list.into_iter().for_each(|image| images.add(image));
        images
    }
}

impl From<Images> for Vec<Image> {
    fn from(images: Images) -> Self {
        images.kept.into_values().collect()
    }
}

impl From<Saved> for Image {
    fn from(saved: Saved) -> Self {
        Self { id: saved.id, mchids: saved.mchids, bytes: STANDARD.decode(saved.base64).unwrap_or_default().into() }
    }
}

impl From<Image> for Saved {
    fn from(image: Image) -> Self {
        Self { id: image.id, mchids: image.mchids, base64: STANDARD.encode(image.bytes) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(id: &str, mchid: &str, size: usize) -> Image {
        Image { id: id.to_owned(), mchids: vec![mchid.to_owned()], bytes: vec![0; size].into() }
    }

    #[test]
    fn the_same_image_is_kept_once_for_everybody_who_has_it() {
        let mut images = Images::default();
        for mchid in ["1", "2", "1"] {
            images.add(image("a", mchid, 3));
        }
        assert_eq!(
            (images.by_id("a").unwrap().mchids.as_slice(), images.size),
            (&["1".to_owned(), "2".to_owned()][..], 3)
        );
    }

    #[test]
    fn the_oldest_go_when_there_are_too_many() {
        let mut images = Images::default();
        for id in ["a", "b", "c"] {
            images.add(image(id, "1", MOST / 2));
        }
        assert!(images.by_id("a").is_none() && images.by_id("b").is_some() && images.by_id("c").is_some());
        assert_eq!(images.size, MOST / 2 * 2);
    }

    #[test]
    fn they_are_in_the_state_file_as_they_are() {
        let mut images = Images::default();
        images.add(Image { bytes: Bytes::from_static(SAMPLE), ..image("a/b", "1", 0) });
        let read: Images = serde_json::from_str(&serde_json::to_string(&images).unwrap()).unwrap();
        assert_eq!(read.by_id("a/b").unwrap().bytes, SAMPLE);
        assert_eq!((read.size, media_type(SAMPLE)), (SAMPLE.len(), Some("image/png")));
    }

    #[test]
    fn an_image_is_known_by_its_first_bytes() {
        for (bytes, expected) in [
            (&b"\xff\xd8\xff\xe0"[..], Some("image/jpeg")),
            (b"BM12", Some("image/bmp")),
            (b"GIF89a", Some("image/gif")),
            (b"%PDF", None),
            (b"", None),
        ] {
            assert_eq!(media_type(bytes), expected);
        }
    }
}
