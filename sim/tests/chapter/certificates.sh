curl -s -X PATCH "${WECHATPAY_SIM_API}merchants/1900000001" \
  -H 'Content-Type: application/json' -d '{"key_mode": "certificate"}'
