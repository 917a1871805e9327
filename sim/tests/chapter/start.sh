wxpay sim
