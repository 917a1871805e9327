curl -s "${WECHATPAY_SIM_API}env?format=node"
