// Values as people read them.

import { isChinese, t } from "./lang.js";

/** Fen as yuan: `¥1.00`; another currency by its name. */
export function yuan(fen, currency = "CNY") {
  if (!Number.isInteger(fen)) return "–";
  const digits = String(Math.abs(fen)).padStart(3, "0");
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",");
  const sign = fen < 0 ? "−" : "";
  return `${sign}${currency === "CNY" ? "¥" : `${currency} `}${whole}.${digits.slice(-2)}`;
}

/** Yuan as somebody types them, in fen; null for what is none. */
export function fen(text) {
  const found = /^(-?)(\d{1,10})(?:\.(\d{1,2}))?$/.exec(text.trim());
  if (!found) return null;
  const [, sign, whole, part = ""] = found;
  return Number(`${sign}${whole}${part.padEnd(2, "0")}`);
}

/** A time of the interface (RFC 3339, +08:00) without what repeats: `11-25 10:00:00`. */
export function shortTime(time) {
  return time ? `${time.slice(5, 10)} ${time.slice(11, 19)}` : "–";
}

export function longTime(time) {
  return time ? `${time.slice(0, 10)} ${time.slice(11, 19)}` : "–";
}

/** Seconds as `1 h 30 min`: at most two units. */
export function span(seconds) {
  const sign = seconds < 0 ? "−" : "";
  let rest = Math.abs(Math.round(seconds));
  const parts = [];
  for (const [name, length] of [["span.d", 86_400], ["span.h", 3600], ["span.m", 60], ["span.s", 1]]) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) parts.push(`${count}${isChinese() ? "" : " "}${t(name)}`);
  }
  return sign + (parts.slice(0, 2).join(" ") || `0${isChinese() ? "" : " "}${t("span.s")}`);
}

/** JSON on lines of its own; a text that is JSON likewise, another as it is. */
export function pretty(value) {
  if (typeof value !== "string") return JSON.stringify(value, null, 2);
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value;
  }
}
