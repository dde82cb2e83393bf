// The semicolon matters: without it Django leaves the name of the imported file unhashed.
import { initAll } from './govuk-frontend.min.js';

initAll();

// A page with a mistake on it answered a form. Whoever comes back to it by the browser's button, or loads it again,
// gets the question anew with what is saved, and not the browser's own "Confirm form resubmission".
if (document.querySelector('.govuk-error-summary')) {
  window.history.replaceState(window.history.state, '', window.location.href);
}
