curl -s -X PATCH "${WECHATPAY_SIM_API}settings" \
  -H 'Content-Type: application/json' -d '{"notify": {"map":
    {"https://shop.example.com/": "http://127.0.0.1:3000/"}}}'
curl -s "${WECHATPAY_SIM_API}notices?ref=A-00001"
curl -s "${WECHATPAY_SIM_API}findings"
