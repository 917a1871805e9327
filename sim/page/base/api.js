// The control interface.

const BASE = "/_/api/";

/** A refusal, in the words of the server. */
export class Refused extends Error {
  constructor(status, { code = "", message = "", hint = null } = {}) {
    super(message || `HTTP ${status}`);
    Object.assign(this, { status, code, hint });
  }
}

/** Sends a request, to the controls unless the address begins with a slash; the body as `read` gives it, null of 204. */
export async function ask(method, address, body, read = (response) => response.json()) {
  const options = { method, headers: {}, cache: "no-store" };
  if (method !== "GET") {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body ?? {});
  }
  const response = await fetch(address.startsWith("/") ? address : BASE + address, options);
  if (!response.ok) {
    const { error } = await response.json().catch(() => ({}));
    throw new Refused(response.status, error);
  }
  return response.status === 204 ? null : read(response);
}

export const get = (path) => ask("GET", path);
export const post = (path, body) => ask("POST", path, body);
export const patch = (path, body) => ask("PATCH", path, body);
export const remove = (path) => ask("DELETE", path);
export const text = (path) => ask("GET", path, null, (response) => response.text());
export const bytes = (path) => ask("GET", path, null, (response) => response.arrayBuffer());

/** The items of a list; `query` is an object of filters. */
export async function list(name, query = {}) {
  return get(`${name}${querystring(query)}`);
}

/** All of these that can be had; null for what is refused. */
export async function some(promises) {
  const settled = await Promise.allSettled(promises);
  return settled.map(({ status, value }) => (status === "fulfilled" ? value : null));
}

/** `?a=1&b=2` without what is empty. */
export function querystring(query) {
  const pairs = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return pairs.length ? `?${new URLSearchParams(pairs)}` : "";
}

/** A path out of parts that may hold anything. */
export function path(...parts) {
  return parts.map((part) => encodeURIComponent(part)).join("/");
}
