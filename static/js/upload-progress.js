// While a worker has the upload, its part of the page is fetched again every two seconds; without this there is a link.
'use strict'

const shown = () => document.getElementById('upload-progress')

async function lookAgain () {
  const before = shown()
  if (!before || !('busy' in before.dataset)) return
  try {
    const response = await fetch(window.location.href, { credentials: 'same-origin' })
    if (response.ok) {
      const now = new DOMParser().parseFromString(await response.text(), 'text/html').getElementById('upload-progress')
      // Finished, or signed out meanwhile: the page itself says which.
      if (!now || !('busy' in now.dataset)) {
        window.location.reload()
        return
      }
      // The element stays, since a screen reader tells of changes inside one that it knows.
      if (now.textContent !== before.textContent) before.replaceChildren(...now.childNodes)
    }
  } catch (error) {
    // The server does not answer just now: ask again.
  }
  window.setTimeout(lookAgain, 2000)
}

window.setTimeout(lookAgain, 2000)
