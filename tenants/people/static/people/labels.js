// Wagtail's scripts make tag boxes and text editors without a name: give them that of their field.
const NAMELESS = '.tagit-new input:not([aria-label]), [role="textbox"][contenteditable]:not([aria-label], [aria-labelledby])';
function name() {
  for (const input of document.querySelectorAll(NAMELESS)) {
    const label = input.closest("[data-field-wrapper]")?.querySelector("label") ?? input.closest(".w-panel")?.querySelector(".w-panel__heading");
    const words = label?.textContent.replace("*", "").trim();
    if (words) input.setAttribute("aria-label", words);
  }
}
new MutationObserver(name).observe(document.documentElement, { childList: true, subtree: true });
name();
