curl -s "${WECHATPAY_SIM_API}clock/advance" \
  -H 'Content-Type: application/json' -d '{"by": "90s"}'
curl -s "${WECHATPAY_SIM_API}clock"
curl -s -X POST "${WECHATPAY_SIM_API}reset"
