cargo install --path cli
wxpay sim
