set -a; . .wxpay-sim/wxpay-sim.env; set +a
cargo run
