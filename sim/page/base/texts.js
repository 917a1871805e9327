// All texts in one table.

import { faults } from "./texts/faults.js";
import { fields } from "./texts/fields.js";
import { states } from "./texts/states.js";
import { words } from "./texts/words.js";

export const texts = { ...words, ...states, ...fields, ...faults };
