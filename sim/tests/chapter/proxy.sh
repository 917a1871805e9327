curl -s --proxy "$WECHATPAY_SIM_PROXY" --cacert "$WECHATPAY_SIM_CA" \
  -A me https://api.mch.weixin.qq.com/v3/certificates
