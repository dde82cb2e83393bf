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
      if (!now) return
      if (!('busy' in now.dataset)) {
        window.location.reload()
        return
      }
      if (now.textContent !== before.textContent) before.replaceWith(now)
    }
  } catch (error) {
    // The server does not answer just now: ask again.
  }
  window.setTimeout(lookAgain, 2000)
}

window.setTimeout(lookAgain, 2000)
