// The element that has the focus, and whether a person can see that it has: an outline, a shadow or another border.
() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const style = getComputedStyle(element);
  const ringed = (one) =>
    (one.outlineStyle !== "none" && parseFloat(one.outlineWidth) > 0) || one.boxShadow !== "none";
  const box = element.getBoundingClientRect();
  return {
    what: element.outerHTML.slice(0, 120),
    ring: ringed(style) || (element.parentElement && ringed(getComputedStyle(element.parentElement))),
    inside: box.width > 0 && box.height > 0 && box.right > 0 && box.left < innerWidth,
  };
}
