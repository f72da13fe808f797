// The phone's menu and small panels that open under a button.
export function watchMenus() {
  document.addEventListener("click", (event) => {
    const toggle = event.target.closest("[data-toggle]");
    if (toggle) {
      const open = document.querySelector(toggle.dataset.toggle).classList.toggle("open");
      toggle.setAttribute("aria-expanded", String(open));
    }
    for (const panel of document.querySelectorAll("details[data-popover][open]")) {
      if (!panel.contains(event.target)) panel.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const panel of document.querySelectorAll("details[data-popover][open]")) {
      panel.open = false;
      panel.querySelector("summary").focus();
    }
    for (const toggle of document.querySelectorAll('[data-toggle][aria-expanded="true"]')) toggle.click();
  });
  // A filter that acts as soon as it is changed.
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
}
