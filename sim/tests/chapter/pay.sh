set -a; . .wxpay-sim/wxpay-sim.env; set +a
wxpay call v3/pay/transactions/native -d '{
  "appid": "wx0000000000000001", "mchid": "1900000001",
  "description": "a book", "out_trade_no": "A-00001",
  "notify_url": "http://127.0.0.1:3000/paid",
  "amount": {"total": 100, "currency": "CNY"}
}'
curl -s -X POST "${WECHATPAY_SIM_API}orders/A-00001/pay"
