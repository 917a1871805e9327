// How often each word stands in a list.

/** Pairs of a word and its number, the most frequent first. */
export function numbered(words) {
  const counts = new Map();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one);
}
