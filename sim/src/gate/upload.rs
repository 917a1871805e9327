//! Uploads: the parts and their order, the members of meta, the file's hash, size and kind.

use serde_json::Value;
use wechatpay_catalog::{Kind, Part as CatalogPart, Required};
use wechatpay_chain::gateway::{Form, Part};

use super::digest;
use super::route::Found;
use super::stop::Stop;
use crate::engine::answer::{Refusal, Warning};

/// What is known of the files of an endpoint.
struct Files {
    template: &'static str,
    /// Endings of names; none: any.
    endings: &'static [&'static str],
    most: usize,
}

const MB: usize = 1024 * 1024;

const IMAGES: [&str; 4] = ["jpg", "jpeg", "png", "bmp"];

const FILES: &[Files] = &[
    Files { template: "v3/merchant/media/upload", endings: &["jpg", "jpeg", "png", "bmp", "pdf"], most: MB * 15 / 2 },
    Files {
        template: "v3/merchant/media/video_upload",
        endings: &["avi", "wmv", "mpeg", "mp4", "mov", "mkv", "flv", "f4v", "m4v", "rmvb"],
        most: 5 * MB,
    },
    Files { template: "v3/marketing/favor/media/image-upload", endings: &IMAGES, most: 2 * MB },
    Files { template: "v3/merchant-service/images/upload", endings: &IMAGES, most: 2 * MB },
    Files {
        template: "v3/new-tax-control-fapiao/fapiao-applications/upload-fapiao-file",
        endings: &["pdf", "ofd"],
        most: 2 * MB,
    },
];

/// Where nothing else is known.
const OTHERS: usize = 5 * MB;

/// An older page has this for all of `v3/merchant/media/upload`.
const OLD_LIMIT: usize = 2 * MB;

/// Members of meta that hold the file's hash.
const DIGESTS: [&str; 3] = ["sha256", "file_digest", "digest"];

/// Checks an upload; gives the file's SHA-256, and a warning.
pub(crate) fn check(found: Found, form: &Form, meta: &Value) -> Result<(String, Option<Warning>), Stop> {
    let names: Vec<&str> = form.parts().map(Part::name).collect();
    let parts = found.operation.fields(CatalogPart::Form);
    for field in parts.into_iter().filter(|field| field.required() == Required::Yes) {
        if form.part(field.name()).is_none() {
            return Err(refused("part_missing", field.name(), &format!("缺少表单字段{}", field.name())));
        }
    }
    if names.first() != Some(&"meta") {
        return Err(refused("part_order", "meta", "meta应为表单的第一个字段"));
    }
    let file = parts.into_iter().find(|field| field.name() != "meta").and_then(|field| form.part(field.name()));
    let file = file.ok_or_else(|| refused("part_missing", "file", "缺少表单字段file"))?;
    members(found, meta)?;
    hash(meta, file)?;
    Ok((digest::sha256(file.bytes()), kind(found, meta, file)?))
}

/// The members of meta that the page lists.
fn members(found: Found, meta: &Value) -> Result<(), Stop> {
    let Some(fields) = found.operation.fields(CatalogPart::Form).get("meta").map(wechatpay_catalog::Field::fields)
    else {
        return Ok(());
    };
    let known = meta.as_object().into_iter().flatten();
    if let Some((name, _)) = known.into_iter().find(|(name, _)| !fields.is_empty() && fields.get(name).is_none()) {
        let refusal = Refusal::new(400, "PARAM_ERROR", "请求中含有未在API文档中定义的参数").internal(270_924_358);
        return Err(Stop::new("11", "unknown_member", refusal).hint(format!("meta has no {name}")));
    }
    for field in fields {
        let (name, value) = (field.name(), meta.get(field.name()));
        let right = match (value, field.kind()) {
            (None, _) => field.required() != Required::Yes,
            (Some(Value::String(text)), Kind::String) => {
                field.values().len() == 0 || field.is_open() || field.values().any(|known| known == text)
            }
            (Some(value), Kind::Integer | Kind::Number) => value.is_number(),
            (Some(value), Kind::Object) => value.is_object(),
            (Some(value), Kind::Boolean) => value.is_boolean(),
            (Some(_), Kind::String) => false,
            (Some(_), _) => true,
        };
        if !right {
            let message = match value {
                None => format!("输入源“/body/{name}”映射到字段“{name}”必填性规则校验失败，此字段为必填项"),
                Some(_) => format!("输入源“/body/{name}”映射到字段“{name}”规则校验失败，类型或取值不符"),
            };
            return Err(Stop::new("11", "form", Refusal::param(&format!("/{name}"), "body", message)));
        }
    }
    Ok(())
}

/// The hash in meta is that of the file.
fn hash(meta: &Value, file: &Part) -> Result<(), Stop> {
    let Some((name, given)) = DIGESTS.iter().find_map(|name| Some((*name, meta.get(name)?.as_str()?))) else {
        return Ok(());
    };
    let algorithm = ["digest_alogrithm", "digest_algorithm"].iter().find_map(|name| meta.get(name)?.as_str());
    let right = match (algorithm, given.len()) {
        (Some(algorithm), _) if algorithm.ends_with("SM3") => digest::sm3(file.bytes()),
        (_, 32) if name != "sha256" => digest::md5(file.bytes()),
        _ => digest::sha256(file.bytes()),
    };
    match given.eq_ignore_ascii_case(&right) {
        true => Ok(()),
        false => Err(refused("digest", name, "文件摘要与文件内容不匹配").hint(format!("the file's {name} is {right}"))),
    }
}

/// Its size, and what its name says it is.
fn kind(found: Found, meta: &Value, file: &Part) -> Result<Option<Warning>, Stop> {
    let files = FILES.iter().find(|files| files.template == found.template);
    let (most, size) = (files.map_or(OTHERS, |files| files.most), file.bytes().len());
    if size == 0 || size > most {
        let hint = format!("the file has {size} bytes, from 1 to {most} are taken");
        return Err(refused("size", "file", "文件大小不符合要求").hint(hint));
    }
    let in_meta = ["filename", "file_name"].iter().find_map(|name| meta.get(name)?.as_str());
    let name = in_meta.or(file.file_name()).unwrap_or_default();
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    let endings = files.map_or(&[][..], |files| files.endings);
    if !endings.is_empty() && !endings.contains(&ending.as_str()) {
        let hint = format!("the name ends in {ending:?}, taken are {}", endings.join(", "));
        return Err(refused("kind", "file", "文件格式不支持").hint(hint));
    }
    let old = found.template == "v3/merchant/media/upload" && size > OLD_LIMIT;
    let text = "an older page takes files of at most 2 MB".to_owned();
    Ok(old.then(|| Warning { id: "upload.size".to_owned(), text }))
}

fn refused(why: &str, field: &str, message: &str) -> Stop {
    Stop::new("8", why, Refusal::param(field, "body", message))
}
