curl -s "http://127.0.0.1:8787/_/api/env?format=node"
