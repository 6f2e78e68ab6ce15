// Tailwind is the only PostCSS step.
export default { plugins: { '@tailwindcss/postcss': {} } };
