curl -s "${WECHATPAY_SIM_API}faults" \
  -H 'Content-Type: application/json' -d '{
    "match": {"method": "POST", "path": "v3/refund/domestic/refunds"},
    "fault": "RESET_AFTER", "times": 1
  }'
curl -s -X DELETE "${WECHATPAY_SIM_API}faults"
