// The desk works without this: it only moves the focus to what went wrong, and starts the design system's own parts.
import { initAll } from "/static/vendor/nhsuk/nhsuk-frontend.min.js";

initAll();
document.querySelector("[data-focus]")?.focus();
