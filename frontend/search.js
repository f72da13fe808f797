// The one search box: "/" goes there, arrows choose, Enter opens. Results come from the server as JSON.
const WAIT_MS = 120;

function row(result, index) {
  const item = document.createElement("li");
  item.setAttribute("role", "option");
  item.id = `search-result-${index}`;
  const link = document.createElement("a");
  link.href = result.url;
  link.tabIndex = -1;
  if (result.fly) link.dataset.fly = JSON.stringify(result.fly);
  const kind = document.createElement("span");
  kind.className = "badge";
  kind.textContent = result.kind_label;
  const name = document.createElement("span");
  name.textContent = result.label;
  const grade = document.createElement("span");
  if (result.grade) {
    grade.className = `grade ${result.grade_class}`;
    grade.textContent = result.grade;
  }
  const about = document.createElement("span");
  about.className = "about";
  about.textContent = result.about;
  link.append(kind, name, grade, about);
  item.append(link);
  return item;
}

function watchBox(form) {
  const input = form.querySelector("input[type=search]");
  const list = form.querySelector('[role="listbox"]');
  let timer = 0;
  let asked = 0;
  let chosen = -1;

  const choose = (index) => {
    const items = [...list.querySelectorAll('[role="option"]')];
    items.forEach((item, i) => item.setAttribute("aria-selected", String(i === index)));
    chosen = index;
    if (items[index]) {
      input.setAttribute("aria-activedescendant", items[index].id);
      items[index].scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };
  const close = () => {
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    choose(-1);
  };
  const ask = async () => {
    const text = input.value.trim();
    if (!text) return close();
    const number = ++asked;
    const answer = await fetch(`${form.action}?format=json&q=${encodeURIComponent(text)}`);
    if (!answer.ok || number !== asked) return;
    const found = await answer.json();
    list.replaceChildren(...found.results.map(row));
    if (!found.results.length) {
      const none = document.createElement("li");
      none.className = "none";
      none.textContent = found.none;
      list.append(none);
    }
    input.setAttribute("aria-expanded", "true");
    choose(-1);
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => ask().catch((error) => console.warn("search", error)), WAIT_MS);
  });
  input.addEventListener("keydown", (event) => {
    const count = list.querySelectorAll('[role="option"]').length;
    if (event.key === "Escape") close();
    else if (event.key === "ArrowDown" && count) choose((chosen + 1) % count);
    else if (event.key === "ArrowUp" && count) choose((chosen - 1 + count) % count);
    else if (event.key === "Enter" && chosen >= 0) list.querySelectorAll("a")[chosen].click();
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link?.dataset.fly || !document.getElementById("map")) return;
    const fly = new CustomEvent("mujun:fly", { cancelable: true, detail: { ...JSON.parse(link.dataset.fly), url: link.href } });
    if (!document.dispatchEvent(fly)) {
      event.preventDefault();
      close();
      input.blur();
    }
  });
  document.addEventListener("click", (event) => {
    if (!form.contains(event.target)) close();
  });
}

export function watchSearch() {
  for (const form of document.querySelectorAll("[data-search]")) watchBox(form);
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const box = document.getElementById("search-box");
    if (box) {
      event.preventDefault();
      box.focus();
      box.select();
    }
  });
}
