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
    else if (event.key === "u") press("undo");
    // On a button or link Enter already does what it says.
    else if (event.key === "Enter" && rows[at] && !/^(A|BUTTON|SUMMARY)$/.test(event.target.tagName)) {
      var door = rows[at].querySelector(".open");
      if (!door) return;
      door.click();
    } else return;
    event.preventDefault();
  });

  // A claim holds as long as somebody is at work: what they type or move is told every few minutes, and nothing else.
  var beat = document.getElementById("heartbeat");
  var busy = false;
  if (beat) {
    ["keydown", "pointermove", "scroll", "input"].forEach(function (kind) {
      addEventListener(kind, function () { busy = true; }, { passive: true });
    });
    setInterval(function () {
      if (!busy) return;
      busy = false;
      fetch(beat.action, { method: "POST", body: new URLSearchParams(new FormData(beat)) }).catch(function () {});
    }, 240000);
  }

  // Passkeys: shown where the browser knows them. The answer travels in the form it belongs to.
  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (c) { return c.charCodeAt(0); });
  }
  function text(buffer) {
    var plain = String.fromCharCode.apply(null, new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  function asked(options) {
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    ["excludeCredentials", "allowCredentials"].forEach(function (list) {
      (options[list] || []).forEach(function (one) { one.id = bytes(one.id); });
    });
    return options;
  }
  function answered(made) {
    var from = made.response, response = { clientDataJSON: text(from.clientDataJSON) };
    if (from.attestationObject) response.attestationObject = text(from.attestationObject);
    else {
      response.authenticatorData = text(from.authenticatorData);
      response.signature = text(from.signature);
      response.userHandle = from.userHandle ? text(from.userHandle) : null;
    }
    return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response: response,
      extensions: made.getClientExtensionResults() });
  }
  var way = document.getElementById("passkey-way");
  if (way && window.PublicKeyCredential && navigator.credentials) {
    var form = document.getElementById(way.dataset.form);
    var status = way.querySelector("[role=status]");
    way.hidden = false;
    way.querySelector("button").addEventListener("click", function () {
      if (!form.reportValidity()) return;
      var csrf = form.querySelector("[name=csrf]");
      status.textContent = "";
      fetch(way.dataset.ask, { method: "POST", body: new URLSearchParams({ csrf: csrf ? csrf.value : "" }) })
        .then(function (answer) { if (!answer.ok) throw answer.status; return answer.json(); })
        .then(function (options) {
          return navigator.credentials[way.dataset.act]({ publicKey: asked(options.publicKey) });
        })
        .then(function (made) {
          form.elements.passkey.value = answered(made);
          if (form.requestSubmit) form.requestSubmit(); else form.submit();
        })
        .catch(function () { status.textContent = status.dataset.failed; });
    });
  }

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
