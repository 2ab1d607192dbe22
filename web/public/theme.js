// Before the first paint, so that a dark page does not begin white.
const chosen = localStorage.getItem('fbads-theme')
if (chosen === 'dark' || chosen === 'light') document.documentElement.dataset.theme = chosen
