//! The file itself: when it is written, and that it is always whole.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use wechatpay_chain::{Value, json, serde_json};
use wechatpay_sim::Simulator;

use super::{Done, place, start};

/// How many orders the file has; it is read as a whole each time.
fn orders(file: &Path) -> usize {
    let state: Value = serde_json::from_slice(&fs::read(file).unwrap()).expect("the file is always whole");
    state["orders"].to_string().matches("\"out_trade_no\":").count()
}

#[test]
fn it_is_written_a_moment_after_the_last_change() -> Done {
    let folder = tempfile::tempdir()?;
    let sim = start(folder.path());
    let file = folder.path().join("state.json");
    assert_eq!(orders(&file), 0, "it is there from the start");
    place(&sim, "A-00001")?;
    let placed = Instant::now();
    while orders(&file) == 0 {
        assert!(placed.elapsed() < Duration::from_secs(60), "it was not written");
        std::thread::sleep(Duration::from_millis(5));
    }
    Ok(())
}

#[test]
fn it_is_written_at_the_end_with_the_last_change() -> Done {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("state.json");
    for round in 1..=5 {
        let sim = start(folder.path());
        place(&sim, &format!("A-{round:05}"))?;
        drop(sim);
        assert_eq!(orders(&file), round);
    }
    assert_eq!(fs::metadata(&file)?.permissions().mode() & 0o777, 0o600);
    let mut names: Vec<_> = fs::read_dir(folder.path())?.map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["keys", "state.json"], "nothing else is left");
    Ok(())
}

#[test]
fn it_may_end_within_a_runtime() -> Done {
    let folder = tempfile::tempdir()?;
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(async {
        let sim = start(folder.path());
        place(&sim, "A-00001").unwrap();
        drop(sim);
    });
    assert_eq!(orders(&folder.path().join("state.json")), 1);
    Ok(())
}

#[test]
fn who_reads_it_meanwhile_reads_a_whole_one() -> Done {
    let folder = tempfile::tempdir()?;
    let sim = start(folder.path());
    let file = folder.path().join("state.json");
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut most = 0;
            while !over.load(Ordering::Relaxed) {
                let now = orders(&file);
                assert!(now >= most, "an older one does not come back");
                most = now;
            }
        });
        for number in 0..150 {
            place(&sim, &format!("A-{number:05}")).unwrap();
        }
        // Changes of another kind, so that it is written several times.
        let begun = fs::metadata(&file).unwrap().modified().unwrap();
        while fs::metadata(&file).unwrap().modified().unwrap() == begun {
            sim.patch("settings", json!({"lang": "en"})).unwrap();
        }
        over.store(true, Ordering::Relaxed);
        reader.join().unwrap();
    });
    drop(sim);
    assert_eq!(orders(&file), 150);
    Ok(())
}

#[test]
fn what_is_no_state_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    for (text, why) in [("{}", "version"), ("no JSON", "JSON"), (r#"{"version":2}"#, "version 2")] {
        fs::write(&file, text).unwrap();
        let error = Simulator::builder().state(&file).start().unwrap_err();
        assert!(error.code() == "STATE_FILE" && error.to_string().contains(why), "{error}");
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
    }
    let error = Simulator::builder().state(folder.path().join("none/state.json")).start().unwrap_err();
    assert_eq!(error.code(), "STATE_FILE");
}
