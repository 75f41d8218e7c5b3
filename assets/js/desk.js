// Quick keys for the queue and the tip. Everything here also works without them.
(function () {
  "use strict";
  var rows = Array.prototype.slice.call(document.querySelectorAll("#queue tbody tr"));
  var at = -1;

  // While somebody types or an input method composes, keys are letters.
  function typing(event) {
    var element = event.target;
    return event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey ||
      /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName) || element.isContentEditable;
  }

  function go(to) {
    if (!rows.length) return;
    if (rows[at]) rows[at].removeAttribute("data-here");
    at = Math.max(0, Math.min(rows.length - 1, to));
    rows[at].setAttribute("data-here", "");
    var door = rows[at].querySelector(".open");
    if (door) door.focus();
    rows[at].scrollIntoView({ block: "nearest" });
  }

  function press(id) {
    var button = document.querySelector("#" + id + " button[type=submit]");
    if (button) button.click();
  }

  rows.forEach(function (row, index) {
    row.addEventListener("focusin", function () {
      if (rows[at]) rows[at].removeAttribute("data-here");
      at = index;
      row.setAttribute("data-here", "");
    });
  });

  // A code that came behind the # of an address goes into its field, and out of the address.
  var field = document.querySelector("#join #invitation, #setup #code");
  if (field && location.hash.length > 1 && !field.value) {
    field.value = decodeURIComponent(location.hash.slice(1));
    history.replaceState(null, "", location.pathname + location.search);
  }

  document.addEventListener("keydown", function (event) {
    if (typing(event)) return;
    if (event.key === "j") go(at + 1);
    else if (event.key === "k") go(at < 0 ? 0 : at - 1);
    else if (event.key === "n") press("next");
    else if (event.key === "c") press("claim");
    else if (event.key === "a") press("accept");
    // On a button or link Enter already does what it says.
    else if (event.key === "Enter" && rows[at] && !/^(A|BUTTON|SUMMARY)$/.test(event.target.tagName)) {
      var door = rows[at].querySelector(".open");
      if (!door) return;
      door.click();
    } else return;
    event.preventDefault();
  });

  // One press, one act: the second click of a double click must not find the button.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.hasAttribute("data-sent")) event.preventDefault();
    form.setAttribute("data-sent", "");
  });
  window.addEventListener("pageshow", function () {
    Array.prototype.forEach.call(document.forms, function (form) { form.removeAttribute("data-sent"); });
  });
})();
