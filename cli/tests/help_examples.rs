//! The examples in the help of `doctor`, `explain`, `version` and `completions`, run as they stand.
#![allow(missing_docs)]

#[path = "support/merchant.rs"]
mod merchant;
mod support;

use merchant::Merchant;
use support::run;

#[test]
fn each_example_runs() {
    // Nobody listens there, so the doctor finds that out and no more.
    let merchant = Merchant::new().set("BASE_URI", "http://127.0.0.1:1/");
    let settings = std::fs::read_to_string(merchant.env_file()).unwrap();
    merchant.write("prod.env", &settings);
    std::fs::create_dir(merchant.path(".wxpay-sim")).unwrap();
    merchant.write(".wxpay-sim/wxpay-sim.env", &settings);
    merchant.write("answer.txt", "HTTP/1.1 401 Unauthorized\n\n{\"code\":\"SIGN_ERROR\"}");
    merchant.write("signed.txt", "GET\n/v3/certificates\n1\nA\n\n");
    for (command, codes) in [("doctor", &[0, 1][..]), ("explain", &[0]), ("version", &[0]), ("completions", &[0])] {
        let help = run(merchant.folder.path(), &[command, "--help"], &[]).out;
        let examples: Vec<_> = help.lines().filter_map(|line| line.strip_prefix("  $ wxpay ")).collect();
        assert!(!examples.is_empty(), "{command}");
        for example in examples {
            let words: Vec<_> = example.split(" | ").next().unwrap().split_whitespace().collect();
            // What is offline is told of these settings as the environment has them.
            let vars = if words.contains(&"--offline") { merchant.vars() } else { Vec::new() };
            let run = run(merchant.folder.path(), &words, &vars);
            assert!(run.code.is_some_and(|code| codes.contains(&code)) && run.err.is_empty(), "{example}: {}", run.err);
            assert!(!run.out.is_empty(), "{example}");
        }
    }
}
