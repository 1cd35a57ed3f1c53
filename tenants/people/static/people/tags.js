// Wagtail's tag box makes its input without a label: give it the field's own.
function name() {
  for (const input of document.querySelectorAll(".tagit-new input:not([aria-label])")) {
    const label = input.closest("[data-field-wrapper], .w-field__wrapper, li, form")?.querySelector("label");
    if (label) input.setAttribute("aria-label", label.textContent.trim());
  }
}
new MutationObserver(name).observe(document.documentElement, { childList: true, subtree: true });
