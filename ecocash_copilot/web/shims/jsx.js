// Reflex calls Emotion's jsx like createElement; without style props the two are the same.
export { createElement as jsx } from "react";
