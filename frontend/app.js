// Everything that every page needs. The map and the charts are loaded only where they are.
import htmx from "htmx.org";
import { watchDialogs } from "./dialogs.js";
import { watchDrafts } from "./drafts.js";
import { watchMenus } from "./menus.js";
import { watchPaste } from "./paste.js";
import { watchSearch } from "./search.js";
import { watchTabs } from "./tabs.js";
import { watchTheme } from "./theme.js";

window.htmx = htmx;

// Whatever htmx brings in later gets the same behaviour as what came with the page.
function enliven(root) {
  watchTabs(root);
  watchPaste(root);
  if (root.querySelector("[data-chart]")) {
    import("./charts/index.js").then((charts) => charts.drawAll(root));
  }
  // Only a job that ended before somebody's eyes leads on: a page about an old job stays where it is.
  if (root !== document.body) {
    for (const link of root.querySelectorAll("[data-job-done]")) window.location.assign(link.href);
  }
}

watchTheme();
watchMenus();
watchDialogs();
watchSearch();
watchDrafts();
const review = document.querySelector("[data-review]");
if (review) import("./review.js").then((module) => module.watchReview(review));
document.addEventListener("htmx:load", (event) => enliven(event.detail.elt));
document.addEventListener("htmx:responseError", (event) => {
  const text = event.detail.xhr.getResponseHeader("X-Message");
  const notice = document.createElement("p");
  notice.className = "notice bad";
  notice.setAttribute("role", "alert");
  notice.textContent = text ? decodeURIComponent(text) : `${document.documentElement.lang === "en" ? "The server answered with an error. Reload the page and try again." : "服务器没有正常答复，请刷新页面后再试。"} (${event.detail.xhr.status})`;
  document.getElementById("main").prepend(notice);
});
