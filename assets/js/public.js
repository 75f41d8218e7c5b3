// Leaving quickly, a form that Back does not refill, and a place by a button. Everything works without this file.
(function () {
  'use strict';
  var exit = document.getElementById('exit');
  var shifts = [];

  function leave(event) {
    if (event) event.preventDefault();
    var blank = document.createElement('div');
    blank.id = 'blank';
    document.body.appendChild(blank);
    document.title = '';
    // replace: this page is not one press of Back away.
    location.replace(exit.href);
  }

  // Three times Shift alone, within five seconds.
  function count(event) {
    if (event.key !== 'Shift' || event.ctrlKey || event.altKey || event.metaKey) {
      shifts = [];
      return;
    }
    if (event.repeat) return;
    var now = Date.now();
    shifts = shifts.filter(function (at) { return now - at < 5000; });
    shifts.push(now);
    if (shifts.length === 3) leave();
  }

  // A form is emptied only when it was received: after a lost answer the words must still be there.
  function empty() {
    var form = document.querySelector('form[data-mark]');
    var sent = /(?:^|; )(?:__Host-)?hw-sent=([0-9a-f]+)/.exec(document.cookie);
    if (!form || !sent || sent[1] !== form.getAttribute('data-mark')) return;
    var fields = form.querySelectorAll('textarea,select,input');
    for (var i = 0; i < fields.length; i++) {
      var kind = fields[i].type;
      if (kind === 'radio' || kind === 'checkbox') fields[i].checked = false;
      else if (kind !== 'hidden') fields[i].value = '';
    }
  }

  // Where the device is, about a hundred metres fine, and only when it is asked for.
  var here = document.getElementById('here');
  if (here && navigator.geolocation) {
    here.hidden = false;
    here.addEventListener('click', function () {
      navigator.geolocation.getCurrentPosition(function (at) {
        var field = document.getElementById('place_point');
        field.value = at.coords.latitude.toFixed(3) + ',' + at.coords.longitude.toFixed(3);
        field.focus();
      }, function () {
        here.textContent = here.getAttribute('data-no');
      }, { timeout: 15000 });
    });
  }

  if (exit) {
    exit.addEventListener('click', leave);
    document.addEventListener('keydown', count);
  }
  window.addEventListener('pageshow', function (event) {
    var blank = document.getElementById('blank');
    if (blank && event.persisted) blank.parentNode.removeChild(blank);
    if (event.persisted) empty();
  });
  var errors = document.getElementById('errors');
  if (errors) errors.focus();
})();
