// What a demanding reader checks on a page, in one pass: title, headings, width, names, alternative texts.
() => {
  const faults = [];
  const seen = (element) => {
    if (element.closest("[hidden]") || element.closest("details:not([open]) > :not(summary)")) return false;
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    return box.width > 0 && box.height > 0 && style.visibility !== "hidden";
  };
  const byIds = (ids) => (ids ?? "").split(/\s+/).map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
  const nameOf = (element) =>
    [
      element.getAttribute("aria-label"),
      byIds(element.getAttribute("aria-labelledby")),
      [...(element.labels ?? [])].map((label) => label.textContent).join(" "),
      element.matches("input,select,textarea") ? "" : element.textContent,
      element.matches("fieldset") ? element.querySelector("legend")?.textContent : "",
      element.querySelector?.("img[alt]")?.alt,
      element.getAttribute("title"),
      element.matches("input[type=submit],input[type=button]") ? element.value : "",
    ].join("").trim();
  if (!document.title.trim()) faults.push("no title");
  const headings = [...document.querySelectorAll("h1")];
  if (headings.length !== 1) faults.push(`${headings.length} h1`);
  else if (!headings[0].textContent.trim()) faults.push("h1 is empty");
  if (!document.documentElement.lang) faults.push("no lang");
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  if (wide > 0) {
    const culprits = [...document.body.querySelectorAll("*")]
      .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
      .slice(0, 4)
      .map((one) => `${one.tagName.toLowerCase()}.${one.className}`);
    faults.push(`the body scrolls sideways by ${wide} px: ${culprits.join(", ")}`);
  }
  const kinds =
    "a[href],button,input:not([type=hidden]),select,textarea,summary,[role=button],[role=tab],[role=combobox],[tabindex='0']";
  for (const element of document.querySelectorAll(kinds)) {
    if (seen(element) && !nameOf(element)) faults.push(`no name: ${element.outerHTML.slice(0, 120)}`);
  }
  for (const image of document.querySelectorAll("img:not([alt])")) faults.push(`no alt: ${image.src}`);
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  const twice = [...new Set(ids.filter((id, place) => ids.indexOf(id) !== place))];
  if (twice.length) faults.push(`ids used twice: ${twice.join(", ")}`);
  return faults;
}
