// Elements out of data. Text becomes text nodes and nothing else, whatever stands in it.

/** An element with attributes and children; what is null, undefined or false is left out. */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...nodes(children));
  return element;
}

/** A list of children, flat, as nodes or texts. */
export function nodes(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : String(child)));
}

/** The values of the named controls within an element. */
export function values(element) {
  const controls = [...element.querySelectorAll("[name]")];
  return Object.fromEntries(controls.map((control) => [control.name, control.value.trim()]));
}
