wxpay doctor --env-file prod.env --offline
wxpay doctor --env-file prod.env
