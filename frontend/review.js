// A document beside its statements: j and k go on and back, Enter confirms, e mends, x refuses, u takes back.
// The keys act while nothing else has the focus, and can be switched off (the switch is remembered).
const SWITCH = "mujun-review-keys";

export function watchReview(review) {
  const list = review.querySelector(".statements");
  const paper = review.querySelector(".paper");
  const progress = review.querySelector("[data-progress]");
  const keys = review.querySelector("[data-keys]");
  const done = [];
  let current = null;

  const all = () => [...list.querySelectorAll(".statement")];
  const waits = (one) => one.dataset.state === "proposed";
  const find = (id) => (id ? document.getElementById(id) : null);

  function go(one, { focus = true } = {}) {
    if (!one) return;
    for (const other of all()) other.tabIndex = other === one ? 0 : -1;
    current = one.id;
    if (focus) one.focus({ preventScroll: true });
    one.scrollIntoView({ block: "nearest" });
    for (const quote of paper.querySelectorAll(".quote.current")) quote.classList.remove("current");
    const quote = document.getElementById(one.id.replace("s-", "q-"));
    if (!quote) return;
    quote.classList.add("current");
    paper.scrollTop += quote.getBoundingClientRect().top - paper.getBoundingClientRect().top - paper.clientHeight / 3;
  }

  function count() {
    const left = all().filter(waits).length;
    const words = document.documentElement.lang === "en" ? `${left} left in this part` : `这一部分还有 ${left} 条待确认`;
    progress.textContent = all().length ? words : "";
  }

  function step(by) {
    const rows = all();
    const at = rows.findIndex((one) => one.id === current);
    go(rows[at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1)]);
  }

  function onwards(from) {
    const rows = all();
    const at = rows.findIndex((one) => one.id === from);
    const next = rows.slice(at + 1).find(waits) ?? rows.find((one) => waits(one) && one.id !== from) ?? rows[at];
    if (next && next.id !== from) go(next);
    else review.querySelector("[data-onwards]")?.focus();
  }

  function press(one, name) {
    const button = one?.querySelector(`button[name="step"][value="${name}"]`);
    if (!button || one.matches(".htmx-added")) return false; // not htmx's yet: the browser would leave the page
    button.click(); // htmx sends along the button that was clicked
    return true;
  }

  function decide(name) {
    const one = find(current);
    if (!press(one, name)) return;
    one.dataset.state = "sent"; // until the answer brings the entry anew
    done.push(one.id);
    onwards(one.id);
    count();
  }

  const ACTS = {
    j: () => step(1),
    ArrowDown: () => step(1),
    k: () => step(-1),
    ArrowUp: () => step(-1),
    Enter: () => decide("confirm"),
    x: () => decide("refuse"),
    e: () => find(current)?.matches(":not(.htmx-added)") && find(current).querySelector("[data-mend-open]")?.click(),
    u: () => {
      const one = find(done.at(-1) ?? current);
      if (!one || one.dataset.state === "sent") return; // its answer is on the way
      done.pop();
      go(one);
      press(one, "undo");
    },
  };

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.closest?.("[data-mend]")) {
      event.target.closest("[data-mend]").querySelector("[data-cancel]").click();
      return;
    }
    const free = event.target === document.body || event.target.matches(".statement, .paper");
    if (!free || !keys?.checked || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.matches(".paper") && event.key.startsWith("Arrow")) return;
    const act = ACTS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  list.addEventListener("focusin", (event) => {
    const one = event.target.closest(".statement");
    if (one && one.id !== current) go(one, { focus: false });
  });
  paper.addEventListener("click", (event) => {
    const quote = event.target.closest(".quote");
    if (!quote || !window.getSelection().isCollapsed) return;
    event.preventDefault();
    go(find(quote.id.replace("q-", "s-")));
  });
  list.addEventListener("click", (event) => {
    const raw = event.target.closest("a.raw");
    if (!raw) return;
    event.preventDefault();
    go(raw.closest(".statement"));
  });

  // A mended statement that was kept leads on like a confirmed one.
  let saved = "";
  list.addEventListener("submit", (event) => {
    if (event.target.matches("[data-mend]")) saved = event.target.closest(".statement").id;
  });

  // What htmx brought in: the state shows on the original too, a refusal and a form get the focus.
  document.body.addEventListener("htmx:afterSettle", (event) => {
    const one = event.detail.elt.closest?.(".statement") ?? find(event.detail.target?.id);
    if (!one || !list.contains(one)) return;
    const quote = document.getElementById(one.id.replace("s-", "q-"));
    quote?.classList.remove("proposed", "confirmed", "mended", "added", "refused");
    quote?.classList.add(one.dataset.state);
    const field = one.querySelector("[data-mend] [name=metric]");
    const kept = saved === one.id && !field && !("refused" in one.dataset);
    if (saved === one.id) saved = "";
    if (kept) {
      done.push(one.id);
      onwards(one.id);
    } else if (field) {
      go(one, { focus: false });
      list.scrollTop += one.getBoundingClientRect().top - list.getBoundingClientRect().top;
      (one.querySelector(".invalid input") ?? field).focus({ preventScroll: window.innerWidth > 900 });
    } else if (one.id === current || "refused" in one.dataset) go(one);
    count();
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const unsent = event.detail.successful ? null : event.detail.elt.closest?.('[data-state="sent"]');
    if (unsent) {
      unsent.dataset.state = [...unsent.classList].find((name) => name !== "statement");
      go(unsent);
    }
  });

  // Words selected on the original: their place in the text, in code points, goes with the link.
  const add = review.querySelector("[data-add]");
  const bare = add?.getAttribute("href");
  document.addEventListener("selectionchange", () => {
    const range = window.getSelection().rangeCount ? window.getSelection().getRangeAt(0) : null;
    const inside = range && !range.collapsed && paper.contains(range.startContainer) && paper.contains(range.endContainer);
    if (!add || (!inside && document.activeElement === add)) return;
    const start = inside ? place(range.startContainer, range.startOffset) : null;
    const end = inside ? place(range.endContainer, range.endOffset) : null;
    const fits = start !== null && end !== null && end > start && end - start <= 500;
    add.setAttribute("href", fits ? `${bare}?start=${start}&end=${end}` : bare);
    add.classList.toggle("main", fits);
  });

  if (keys) {
    keys.checked = localStorage.getItem(SWITCH) !== "off";
    keys.addEventListener("change", () => localStorage.setItem(SWITCH, keys.checked ? "on" : "off"));
  }
  const rows = all();
  const asked = find(window.location.hash.slice(1).replace("q-", "s-"));
  go(asked && list.contains(asked) ? asked : (rows.find(waits) ?? rows[0]), { focus: Boolean(asked) });
  count();
}

function place(node, offset) {
  let [at, within] = [node, offset];
  if (at.nodeType !== Node.TEXT_NODE) {
    const next = at.childNodes[offset] ?? null;
    if (next === null) {
      const last = (at.matches?.("[data-start]") ? at : at.lastElementChild)?.closest?.("[data-start]");
      return last ? Number(last.dataset.start) + [...last.textContent].length : null;
    }
    [at, within] = [next, 0];
  }
  const piece = (at.nodeType === Node.TEXT_NODE ? at.parentElement : at).closest("[data-start]");
  if (!piece) return null;
  return Number(piece.dataset.start) + [...(at.nodeType === Node.TEXT_NODE ? at.data.slice(0, within) : "")].length;
}
