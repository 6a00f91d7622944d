// Light and dark are CSS (prefers-color-scheme, data-theme), not a React context.
export const ThemeProvider = ({ children }) => children;
