// The ticket's page: Escape hides the reason beside a marked word.
document.addEventListener("keydown", (event) => {
  const words = document.querySelectorAll(".desk-words");
  for (const one of words) one.classList.toggle("desk-hush", event.key === "Escape");
});

// What is folded is printed, too.
addEventListener("beforeprint", () => {
  for (const one of document.querySelectorAll("main details:not(.nhsuk-expander)")) one.open = true;
});
