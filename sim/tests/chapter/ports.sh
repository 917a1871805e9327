docker run --rm --user "$(id -u):$(id -g)" -v "$PWD/keys:/keys" \
  -p 127.0.0.1:8787:8787 -p 127.0.0.1:8788:8788 -p 127.0.0.1:8789:8789 wxpay-sim
