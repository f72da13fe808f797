// A case that is raised without network is kept on this device, with its photographs, and sent when the network is back.
// IndexedDB, because it keeps files and is there without HTTPS; crypto.randomUUID is not.
const NAME = "mujun-drafts";
const AGAIN_MS = 20_000;
const english = () => document.documentElement.lang === "en";

function open() {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("drafts", { keyPath: "id" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
}

async function inStore(mode, act) {
  const database = await open();
  try {
    return await new Promise((done, failed) => {
      const run = database.transaction("drafts", mode);
      const asked = act(run.objectStore("drafts"));
      run.oncomplete = () => done(asked.result);
      run.onerror = run.onabort = () => failed(run.error);
    });
  } finally {
    database.close();
  }
}

const all = () => inStore("readonly", (store) => store.getAll());
const keep = (draft) => inStore("readwrite", (store) => store.put(draft));
const drop = (id) => inStore("readwrite", (store) => store.delete(id));

function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// A file that is only referred to is gone when the camera's folder is; its bytes are kept.
async function partsOf(form) {
  const parts = [];
  for (const [name, value] of new FormData(form)) {
    if (name === "csrfmiddlewaretoken") continue;
    if (typeof value === "string") parts.push({ name, value });
    else if (value.size) parts.push({ name, file: value.name, type: value.type, bytes: await value.arrayBuffer() });
  }
  return parts;
}

function bodyOf(draft) {
  const body = new FormData();
  for (const part of draft.parts) {
    if (part.bytes) body.append(part.name, new Blob([part.bytes], { type: part.type }), part.file);
    else body.append(part.name, part.value);
  }
  return body;
}

function token() {
  return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
}

// "sent" with where it is, "refused" with why, "later" where the network or the sign-in is missing.
async function send(draft) {
  let answer;
  try {
    answer = await fetch(draft.url, {
      method: "POST", body: bodyOf(draft), headers: { Accept: "application/json", "X-CSRFToken": token() },
    });
  } catch {
    return { what: "later" };
  }
  if (answer.redirected || !answer.headers.get("Content-Type")?.startsWith("application/json")) return { what: "later" };
  const said = await answer.json();
  if (answer.ok) return { what: "sent", ...said };
  return { what: "refused", ...said };
}

function words(count) {
  if (english()) return `${count} draft(s) kept on this device, sent as soon as the network is back.`;
  return `有 ${count} 件存在这台设备里，有网络时自动发出。`;
}

function place() {
  return document.querySelector("[data-drafts]");
}

function tell(count, sent, refused) {
  const notice = place();
  if (!notice) return;
  notice.hidden = !count && !sent.length && !refused.length;
  notice.className = `notice ${refused.length ? "bad" : count ? "warn" : "good"}`;
  const text = document.createElement("div");
  if (count) text.append(Object.assign(document.createElement("p"), { textContent: words(count) }));
  for (const one of sent) {
    const line = document.createElement("p");
    line.append(one.sentence, " ");
    line.append(Object.assign(document.createElement("a"), { href: one.url, textContent: english() ? "Open" : "打开" }));
    text.append(line);
  }
  for (const one of refused) {
    const line = document.createElement("p");
    line.textContent = (one.sentences ?? [english() ? "The server refused it." : "服务器没有接受。"]).join(" ");
    const again = Object.assign(document.createElement("button"), { type: "button", className: "button small danger" });
    again.textContent = english() ? "Delete the draft" : "删除这份草稿";
    again.addEventListener("click", async () => {
      await drop(one.id);
      sendAll();
    });
    text.append(line, again);
  }
  notice.replaceChildren(text);
}

let sending = null;
let timer = 0;

async function sendOnce() {
  const who = document.body.dataset.who;
  if (!who) return;
  const mine = (await all()).filter((draft) => draft.who === who);
  const [sent, refused] = [[], []];
  for (const draft of mine) {
    const said = await send(draft);
    if (said.what === "sent") {
      await drop(draft.id);
      sent.push(said);
    } else if (said.what === "refused") refused.push({ ...said, id: draft.id });
  }
  // Counted anew: while these went out, another may have been kept.
  const left = (await all()).filter((draft) => draft.who === who).length - refused.length;
  if (mine.length || place()?.hidden === false) tell(left, sent, refused);
  clearTimeout(timer);
  if (left) timer = setTimeout(sendAll, AGAIN_MS);
}

function sendAll() {
  sending ??= sendOnce()
    .catch((error) => console.warn("drafts", error))
    .finally(() => {
      sending = null;
    });
  return sending;
}

async function submit(form) {
  const draft = { id: newId(), who: form.dataset.who, url: form.getAttribute("action") || location.pathname, at: Date.now() };
  form.elements.draft.value ||= draft.id;
  draft.id = form.elements.draft.value;
  draft.parts = await partsOf(form);
  // Kept before it is sent: what happens to the page or the network afterwards costs nothing.
  await keep(draft);
  const said = await send(draft);
  if (said.what === "sent") {
    await drop(draft.id);
    window.location.assign(said.url);
    return;
  }
  if (said.what === "refused") {
    await drop(draft.id);
    showRefusal(form, said.sentences ?? []);
    return;
  }
  form.reset();
  form.elements.draft.value = "";
  const note = form.querySelector("[data-kept]");
  note.hidden = false;
  note.firstElementChild.textContent = english()
    ? "No network: kept on this device with its photographs. It is sent by itself when the network is back."
    : "现在没有网络：内容和照片已存在这台设备里，有网络时自动发出。";
  note.scrollIntoView({ block: "center" });
  tell((await all()).filter((one) => one.who === draft.who).length, [], []);
  clearTimeout(timer);
  timer = setTimeout(sendAll, AGAIN_MS);
}

function showRefusal(form, sentences) {
  form.querySelector(".notice.bad")?.remove();
  const notice = Object.assign(document.createElement("div"), { className: "notice bad" });
  notice.setAttribute("role", "alert");
  notice.append(...sentences.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
  const inner = document.createElement("div");
  inner.append(...notice.childNodes);
  notice.append(inner);
  form.prepend(notice);
  notice.scrollIntoView({ block: "center" });
  const more = form.querySelector("details.more");
  if (more) more.open = true;
}

export function watchDrafts() {
  if (!("indexedDB" in window) || !document.body.dataset.who) return;
  const form = document.querySelector("form[data-draft]");
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    const buttons = [...form.querySelectorAll("button")];
    for (const button of buttons) button.disabled = true;
    submit(form)
      // A device that keeps nothing sends the form as every browser does.
      .catch(() => form.submit())
      .finally(() => {
        for (const button of buttons) button.disabled = false;
      });
  });
  window.addEventListener("online", sendAll);
  sendAll();
}
