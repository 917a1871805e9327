//! Settings from the environment, an env file and the flags.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::env_file::{self, Entry};
use super::flags::SettingFlags;
use super::names;
use super::settings::{Origin, Setting, Settings, Source};
use crate::base::failure::Failure;
use crate::base::files;
use crate::base::text::text;

impl Settings {
    /// What is given, and what of it cannot be read: the env file, or the file of a secret.
    ///
    /// `environment` is looked at only without `--env-file`, so that two merchants never mix.
    pub(crate) fn gather(
        flags: &SettingFlags,
        environment: impl Iterator<Item = (String, String)>,
    ) -> (Self, Vec<Failure>) {
        let mut failures = Vec::new();
        let mut settings = match &flags.env_file {
            None => Self::of(Source::Environment, environment),
            Some(file) => {
                let mut settings = Self::of(Source::File(file.clone()), []);
                match of_file(file) {
                    Ok(entries) => settings.take(entries),
                    Err(failure) => failures.push(failure),
                }
                settings
            }
        };
        settings.apply(flags, &mut failures);
        (settings, failures)
    }

    /// The lines of an env file; of a variable that stands there twice the last line counts, as for a shell.
    fn take(&mut self, entries: Vec<Entry>) {
        for Entry { name, value, line } in entries {
            let setting = Setting { value, origin: Origin::Line(line) };
            let differs = |before: &Setting| before.value != setting.value;
            if let Some(Setting { origin: Origin::Line(before), .. }) = self.values.get(&name).filter(|it| differs(it))
            {
                self.doubled.push((name.clone(), *before, line));
            }
            self.values.insert(name, setting);
        }
    }

    /// The flags, which are stronger.
    fn apply(&mut self, flags: &SettingFlags, failures: &mut Vec<Failure>) {
        let texts = [
            (names::MCHID, "--mchid", &flags.mchid),
            (names::SERIAL, "--serial", &flags.serial),
            (names::PUBLIC_KEY_ID, "--public-key-id", &flags.public_key_id),
            (names::BASE_URI, "--base-uri", &flags.base_uri),
        ];
        for (name, flag, value) in texts {
            if let Some(value) = value {
                self.put(name, value.clone(), Origin::Flag(flag));
            }
        }
        let paths = [
            (names::PRIVATE_KEY, "--private-key", &flags.private_key),
            (names::PUBLIC_KEY, "--public-key", &flags.public_key),
            (names::CERTIFICATE, "--certificate", &flags.certificate),
            (names::CA, "--ca", &flags.ca),
        ];
        for (name, flag, path) in paths {
            self.put_path(name, flag, path.as_ref(), failures);
        }
        let secrets = [
            (names::API_V3_KEY, "--api-v3-key-file", &flags.api_v3_key_file),
            (names::SECRET, "--secret-file", &flags.secret_file),
        ];
        for (name, flag, path) in secrets {
            self.put_secret(name, flag, path.as_ref(), failures);
        }
        self.platform_certificates = flags.platform_certificate.iter().map(|path| shown(path)).collect();
        if !self.platform_certificates.is_empty() {
            self.values.remove(names::PLATFORM_CERTIFICATE);
        }
        self.proxy = flags.proxy.clone().map(Zeroizing::new);
        self.timeout = flags.timeout;
    }

    fn put(&mut self, name: &str, value: String, origin: Origin) {
        self.values.insert(name.to_owned(), Setting { value: Zeroizing::new(value), origin });
    }

    /// A path stays one: the SDK reads it, and names it when it cannot. Of stdin the text is taken.
    fn put_path(&mut self, name: &str, flag: &'static str, path: Option<&PathBuf>, failures: &mut Vec<Failure>) {
        let Some(path) = path else { return };
        if !files::is_dash(path) {
            return self.put(name, shown(path), Origin::Flag(flag));
        }
        match files::read_text(path) {
            Ok(text) => self.put(name, text, Origin::FileOfFlag(flag)),
            Err(failure) => failures.push(named(flag, &failure)),
        }
    }

    /// A secret is never the value of a flag: process lists and the shell's history show those.
    fn put_secret(&mut self, name: &str, flag: &'static str, path: Option<&PathBuf>, failures: &mut Vec<Failure>) {
        let Some(path) = path else { return };
        match files::read_text(path) {
            // Editors end a file with a line break, which is no part of the key.
            Ok(text) => {
                let text = Zeroizing::new(text);
                let line = text.strip_suffix('\n').unwrap_or(&text);
                self.put(name, line.strip_suffix('\r').unwrap_or(line).to_owned(), Origin::FileOfFlag(flag));
            }
            Err(failure) => failures.push(named(flag, &failure)),
        }
    }
}

fn of_file(file: &Path) -> Result<Vec<Entry>, Failure> {
    let text = Zeroizing::new(files::read_text(file).map_err(|failure| named("--env-file", &failure))?);
    let entries = env_file::parse(&text).map_err(|bad| {
        let (shown, line, (en, zh)) = (file.display(), bad.line, bad.why);
        Failure::settings(text!("--env-file {shown}: line {line}: {en}", "--env-file {shown}：第 {line} 行：{zh}"))
            .with_remedy(text!("fix line {line}", "修正第 {line} 行"))
    })?;
    Ok(entries.into_iter().filter(|entry| entry.name.starts_with(names::PREFIX)).collect())
}

/// A file of settings that cannot be read is a matter of settings.
fn named(flag: &str, failure: &Failure) -> Failure {
    let (en, zh) = (failure.message().en(), failure.message().zh());
    Failure::settings(text!("{flag}: {en}", "{flag}：{zh}"))
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vars() -> impl Iterator<Item = (String, String)> {
        [("WECHATPAY_MCHID", "1900000109"), ("WECHATPAY_SECRET", "of the environment")]
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    }

    fn get(settings: &Settings, name: &str) -> Option<String> {
        settings.get(name).map(|value| value.to_string())
    }

    #[test]
    fn an_env_file_takes_the_place_of_the_environment_and_flags_of_both() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("prod.env");
        std::fs::write(&file, "WECHATPAY_MCHID=1900000200\nWECHATPAY_PRIVATE_KEY=key.pem\nOTHER=x\n").unwrap();
        let flags = SettingFlags { env_file: Some(file), serial: Some("AB".into()), ..SettingFlags::default() };
        let (settings, failures) = Settings::gather(&flags, vars());
        assert!(failures.is_empty() && !settings.has(names::SECRET));
        assert_eq!(get(&settings, names::MCHID).as_deref(), Some("1900000200"));
        let expected = folder.path().join("key.pem").to_str().unwrap().to_owned();
        assert_eq!(get(&settings, names::PRIVATE_KEY), Some(expected));
        assert_eq!(settings.given(names::SERIAL).unwrap().origin, Origin::Flag("--serial"));
        let flags =
            SettingFlags { mchid: Some("1".into()), private_key: Some("key.pem".into()), ..SettingFlags::default() };
        let (settings, _) = Settings::gather(&flags, vars());
        assert_eq!((get(&settings, names::MCHID).as_deref(), settings.has(names::SECRET)), (Some("1"), true));
        assert_eq!(get(&settings, names::PRIVATE_KEY).as_deref(), Some("key.pem"));
    }

    #[test]
    fn what_cannot_be_read_is_a_matter_of_settings() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("bad.env");
        std::fs::write(&file, "WECHATPAY_MCHID=1\nhush hush\n").unwrap();
        let key = folder.path().join("v3.key");
        std::fs::write(&key, "0123456789\r\n").unwrap();
        let flags = SettingFlags { env_file: Some(file), api_v3_key_file: Some(key), ..SettingFlags::default() };
        let (settings, failures) = Settings::gather(&flags, vars());
        assert_eq!((failures.len(), failures[0].exit()), (1, 3));
        let message = failures[0].message();
        assert!(message.en().ends_with("line 2: no `NAME=value`") && message.zh().contains("第 2 行"), "{message:?}");
        assert_eq!(settings.given(names::API_V3_KEY).unwrap().value.as_str(), "0123456789");
        let flags = SettingFlags {
            env_file: Some(folder.path().join("none.env")),
            secret_file: Some("/no/such".into()),
            ..SettingFlags::default()
        };
        let (_, failures) = Settings::gather(&flags, vars());
        assert!(
            failures[0].message().en().starts_with("--env-file: ")
                && failures[1].message().en().starts_with("--secret-file: ")
        );
    }
}
