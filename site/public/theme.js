// Before the first paint: no flash of the other theme. A script of its own, since the page's policy forbids inline ones.
try {
  const theme = localStorage.getItem('theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Where nothing may be stored, the system's preference counts.
}
