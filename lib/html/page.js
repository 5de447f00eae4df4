/* SPDX-License-Identifier: Apache-2.0 */
// A page is whole without this. What it adds: one search over all lists, a filter by
// status, sorting by a column, and an address (#q=text&status=failed) that leads to the result.
(function () {
  "use strict";

  var PART = 1000;
  var collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  var box = document.getElementById("q");
  var buttons = Array.from(document.querySelectorAll(".filters button"));
  var status = "";
  var lists = Array.from(document.querySelectorAll("[data-list]")).map(function (element) {
    var hasFilters = !!element.closest("section").querySelector(".filters");

    return { name: element.dataset.list, element: element, hasFilters: hasFilters, items: null, limit: PART, more: null };
  });

  if (!box)
    return;

  // The text of an item is read once, when it is first searched for.
  function itemsOf(list) {
    if (!list.items)
      list.items = Array.from(list.element.children).map(function (element, index) {
        return { element: element, index: index, text: null };
      });
    return list.items;
  }

  function holds(item, words) {
    if (item.text === null && words.length > 0)
      item.text = item.element.textContent.toLowerCase();
    return words.every(function (word) { return item.text.includes(word); });
  }

  function grouped(count) {
    return count.toLocaleString("en");
  }

  // Long lists are shown a part at a time: a browser lays out a thousand rows at once, not all.
  function show(list, words) {
    var byStatus = list.hasFilters ? status : "";
    var items = itemsOf(list);
    var found = 0;
    var text;

    items.forEach(function (item) {
      var fits = holds(item, words) && (!byStatus || item.element.dataset.s === byStatus);
      var hidden = !fits || found >= list.limit;

      found += fits ? 1 : 0;
      if (item.element.hidden !== hidden)
        item.element.hidden = hidden;
    });
    list.element.classList.remove("long");
    list.more.hidden = found <= list.limit;
    list.more.firstChild.textContent = "Show all " + grouped(found);
    text = found === items.length ? grouped(found) : grouped(found) + " of " + grouped(items.length);
    if (words.length > 0 && list.element.closest(".fold"))
      list.element.closest(".fold").open = true;
    document.querySelectorAll('[data-count="' + list.name + '"]').forEach(function (element) {
      element.textContent = text;
    });
    document.querySelectorAll('[data-nothing="' + list.name + '"]').forEach(function (element) {
      element.hidden = found > 0;
    });
    return list.name + ": " + text;
  }

  function wordsOf(text) {
    return text.toLowerCase().split(/\s+/).filter(Boolean);
  }

  function showAll(list) {
    list.limit = Infinity;
    show(list, wordsOf(box.value));
  }

  function update() {
    var words = wordsOf(box.value);
    var said = lists.map(function (list) { return show(list, words); });

    document.querySelector("search [role=status]").textContent = said.join(", ");
    buttons.forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.value === status));
    });
  }

  // The address changes without a step in the browser's history.
  function remember() {
    var parameters = new URLSearchParams();

    if (box.value)
      parameters.set("q", box.value);
    if (status)
      parameters.set("status", status);
    try {
      history.replaceState(null, "", "#" + parameters.toString());
    } catch (error) {
      // Where the page may not change its address, the search works all the same.
    }
  }

  function follow() {
    var fragment = location.hash.slice(1);
    var parameters = new URLSearchParams(fragment);
    var target = /^[a-z]+[0-9]*$/.test(fragment) ? document.getElementById(fragment) : null;
    var known = buttons.map(function (button) { return button.value; });

    if (!target) {
      box.value = parameters.get("q") || "";
      status = known.includes(parameters.get("status")) ? parameters.get("status") : "";
      update();
      return;
    }
    if (target.hidden) {
      box.value = status = "";
      update();
    }
    if (target.hidden)
      lists.forEach(showAll);
    if (target.matches("details"))
      target.open = true;
    target.scrollIntoView();
  }

  function valueOf(row, column, numeric) {
    var cell = row.children[column];
    var text;

    if (numeric) {
      text = cell.dataset.v || cell.textContent;
      return text === "" ? -1 : Number(text);
    }
    return (cell.querySelector("summary") || cell).textContent;
  }

  // Up, down, and back to the order of the run.
  function sort(table, heading) {
    var list = lists.find(function (candidate) { return candidate.element === table.tBodies[0]; });
    var before = heading.getAttribute("aria-sort");
    var order = before === "ascending" ? "descending" : before === "descending" ? "" : "ascending";
    var sign = order === "descending" ? -1 : 1;
    var numeric = heading.dataset.sort === "number";
    var rows = itemsOf(list).map(function (item) {
      return { item: item, value: order ? valueOf(item.element, heading.cellIndex, numeric) : 0 };
    });

    rows.sort(function (a, b) {
      var difference = order ? (numeric ? a.value - b.value : collator.compare(a.value, b.value)) : 0;

      return sign * difference || a.item.index - b.item.index;
    });
    Array.from(table.tHead.rows[0].cells).forEach(function (cell) { cell.removeAttribute("aria-sort"); });
    if (order)
      heading.setAttribute("aria-sort", order);
    list.items = rows.map(function (row) { return row.item; });
    list.items.forEach(function (item) { list.element.appendChild(item.element); });
    show(list, wordsOf(box.value));
  }

  document.querySelectorAll("th[data-sort]").forEach(function (heading) {
    var button = document.createElement("button");

    button.type = "button";
    button.append.apply(button, Array.from(heading.childNodes));
    heading.append(button);
    button.addEventListener("click", function () { sort(heading.closest("table"), heading); });
  });

  lists.forEach(function (list) {
    var button = document.createElement("button");

    button.type = "button";
    button.addEventListener("click", function () { showAll(list); });
    list.more = document.createElement("p");
    list.more.className = "more";
    list.more.append(button);
    (list.element.closest(".scroll") || list.element).after(list.more);
  });

  buttons.forEach(function (button) {
    button.addEventListener("click", function () {
      status = button.value;
      update();
      remember();
    });
  });

  var waiting = 0;
  box.addEventListener("input", function () {
    clearTimeout(waiting);
    waiting = setTimeout(function () {
      update();
      remember();
    }, 80);
  });

  document.querySelectorAll("svg.timeline").forEach(function (drawing) {
    drawing.addEventListener("click", function (event) {
      if (event.target.dataset.to)
        location.hash = event.target.dataset.to;
    });
  });

  document.querySelectorAll("search, .filters").forEach(function (element) { element.hidden = false; });
  document.documentElement.classList.add("enhanced");
  addEventListener("hashchange", follow);
  addEventListener("beforeprint", function () { lists.forEach(showAll); });
  update();
  follow();
})();
