// The part of the address after `#`: `#/orders/ord_1?limit=100`.

/** `{ name: "orders", id: "ord_1", query: { limit: "100" } }`; the overview has no name in the address. */
export function route(hash = location.hash) {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [name, ...rest] = path.split("/");
  return {
    name: decoded(name) || "overview",
    id: rest.length ? decoded(rest.join("/")) : null,
    query: Object.fromEntries(new URLSearchParams(query)),
  };
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
