// Names of towns as buttons over the map, until one is near enough to see the parcels themselves.
const NEAR = 13;

export function labelTowns(maplibregl, map, table, words, zoomTo) {
  for (const town of table.towns) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "town-label";
    button.textContent = town.name;
    button.setAttribute("aria-label", words.town.replace("{town}", town.name));
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      zoomTo(town.bounds);
    });
    const place = [town.centre[0], town.bounds[3]];
    // Whoever walks by keyboard is taken to the town: the focus must not be out of sight.
    button.addEventListener("focus", () => {
      if (!map.getBounds().contains(place)) map.jumpTo({ center: place });
    });
    // Over the northern edge, so that the name hides none of the town's parcels.
    new maplibregl.Marker({ element: button, anchor: "bottom" }).setLngLat(place).addTo(map);
  }
  const update = () => map.getContainer().classList.toggle("near", map.getZoom() >= NEAR);
  map.on("zoom", update);
  update();
}
