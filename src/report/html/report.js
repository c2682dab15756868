"use strict";
(() => {
  const scenarios = [...document.querySelectorAll(".scenario")];
  const text = document.getElementById("text");
  const boxes = [...document.querySelectorAll("fieldset input[value]")];
  const flaky = document.getElementById("flaky");
  const shown = document.getElementById("shown");
  const words = new Map();

  // All that a scenario says; read once, and only when somebody filters.
  const said = (scenario) => {
    if (!words.has(scenario)) words.set(scenario, scenario.textContent.toLowerCase());
    return words.get(scenario);
  };

  const filter = () => {
    const parts = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const verdicts = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    let count = 0;
    for (const scenario of scenarios) {
      const fits =
        (verdicts.has(scenario.dataset.verdict)) &&
        (!flaky || !flaky.checked || "flaky" in scenario.dataset) &&
        parts.every((part) => said(scenario).includes(part));
      scenario.hidden = !fits;
      if (fits) count += 1;
    }
    shown.textContent = `${count} of ${scenarios.length} shown`;
    document.getElementById("none").hidden = count > 0;
  };

  // From a scenario, or from within one, to the next that is shown.
  const move = (by) => {
    const open = scenarios.filter((scenario) => !scenario.hidden);
    if (open.length === 0) return;
    const here = open.findIndex((scenario) => scenario.contains(document.activeElement));
    const next = here < 0 ? (by > 0 ? 0 : open.length - 1) : Math.min(Math.max(here + by, 0), open.length - 1);
    const summary = open[next].querySelector("summary");
    summary.focus();
    summary.scrollIntoView({ block: "nearest" });
  };

  document.getElementById("filter").addEventListener("submit", (event) => {
    event.preventDefault();
    move(1);
  });
  text.addEventListener("input", filter);
  for (const box of [...boxes, flaky].filter(Boolean)) box.addEventListener("change", filter);

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") {
      text.value = "";
      filter();
      if (document.activeElement === text) text.blur();
    } else if (event.target !== text) {
      if (event.key === "/") {
        event.preventDefault();
        text.focus();
        text.select();
      } else if (event.key === "j") move(1);
      else if (event.key === "k") move(-1);
    }
  });

  filter();
})();
