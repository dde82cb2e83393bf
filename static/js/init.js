// The semicolon matters: without it Django leaves the name of the imported file unhashed.
import { initAll } from './govuk-frontend.min.js';

initAll();
