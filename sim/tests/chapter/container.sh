docker build -f sim/Dockerfile -t wxpay-sim .
docker run --rm --network host --user "$(id -u):$(id -g)" \
  -v "$PWD:$PWD" wxpay-sim --keys "$PWD/.wxpay-sim"
