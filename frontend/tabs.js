// In-page tabs after the ARIA pattern: <div data-tabs> with role=tab buttons and role=tabpanel parts.
export function watchTabs(root) {
  const groups = [...root.querySelectorAll("[data-tabs]")];
  if (root.matches?.("[data-tabs]")) groups.push(root);
  for (const group of groups) {
    const tabs = [...group.querySelectorAll('[role="tab"]')];
    const show = (chosen) => {
      for (const tab of tabs) {
        const on = tab === chosen;
        tab.setAttribute("aria-selected", String(on));
        tab.tabIndex = on ? 0 : -1;
        const panel = document.getElementById(tab.getAttribute("aria-controls"));
        panel.hidden = !on;
        if (on) panel.dispatchEvent(new CustomEvent("mujun:shown", { bubbles: true }));
      }
    };
    for (const tab of tabs) tab.addEventListener("click", () => show(tab));
    group.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const at = tabs.indexOf(document.activeElement);
      if (!step || at < 0) return;
      const next = tabs[(at + step + tabs.length) % tabs.length];
      next.focus();
      show(next);
      event.preventDefault();
    });
    const wanted = tabs.find((tab) => `#${tab.getAttribute("aria-controls")}` === window.location.hash);
    show(wanted ?? tabs.find((tab) => tab.getAttribute("aria-selected") === "true") ?? tabs[0]);
  }
}
