// While a worker is at it, this part of the page is fetched again every two seconds; without this there is a link.
'use strict'

const shown = () => document.getElementById('work-progress')

// Read as a document: Trusted Types let no script make one from text.
function page () {
  return new Promise((resolve, reject) => {
    const asked = new XMLHttpRequest()
    asked.open('GET', window.location.href)
    asked.responseType = 'document'
    asked.onload = () => resolve(asked.status === 200 ? asked.response : null)
    asked.onerror = reject
    asked.send()
  })
}

async function lookAgain () {
  const before = shown()
  if (!before || !('busy' in before.dataset)) return
  try {
    const answer = await page()
    if (answer) {
      const now = answer.getElementById('work-progress')
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
