// Small comforts; every page works without them.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault(); // a double click sends once
    return;
  }
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 8000);
});

// The first wrong field is where the eye and the keyboard should be.
document.querySelector('[aria-invalid="true"]')?.focus();

// The chosen chip stays in sight on a phone.
document.querySelectorAll(".chips [aria-current], .site-nav [aria-current], .my-nav [aria-current]").forEach((here) => {
  const line = here.closest(".chips, .site-nav, .my-nav");
  if (line && line.scrollWidth > line.clientWidth) line.scrollLeft = here.offsetLeft - line.offsetLeft - 24;
});
