import { existsSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, it } from 'vitest'
import { markdownFiles, ROOT } from './markdown-files.ts'

const pages = markdownFiles()

/** `[text](target)` and `![text](target)` outside of fenced blocks. */
function linksOf(text: string): string[] {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, '')
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '')
}

/** The anchors that GitHub gives to the headings of a page. */
function anchorsOf(text: string): string[] {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, '')
  return [...prose.matchAll(/^#+ (.+)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_\- ]/gu, '')
      .replaceAll(' ', '-'),
  )
}

it('every relative link and image of a page leads somewhere', () => {
  let links = 0
  const broken: string[] = []
  for (const [path, text] of pages) {
    for (const link of linksOf(text).filter((each) => !/^[a-z]+:/.test(each))) {
      links += 1
      const [file = '', anchor] = link.split('#')
      const target = file === '' ? path : normalize(join(dirname(path), file))
      const there = existsSync(join(ROOT, target))
      const anchors = anchorsOf(pages.get(target) ?? '')
      if (!there || (anchor !== undefined && !anchors.includes(anchor))) broken.push(`${path}: ${link}`)
    }
  }
  expect(broken).toEqual([])
  expect(links).toBeGreaterThan(30)
})

it('every page of docs is linked from the README', () => {
  const linked = new Set(linksOf(pages.get('README.md') ?? '').map((link) => link.split('#')[0]))
  const unlinked = [...pages.keys()].filter((path) => path !== 'README.md' && !linked.has(path))
  expect(unlinked).toEqual([])
})

it('every file that a page names in code is there', () => {
  const named = [...pages].flatMap(([path, text]) =>
    [...text.matchAll(/`((?:src|test|scripts|sql|docs|bin)\/[\w./-]*)`/g)].map((match) => ({
      path,
      file: match[1] ?? '',
    })),
  )
  expect(named.filter(({ file }) => !existsSync(join(ROOT, file)))).toEqual([])
  expect(named.length).toBeGreaterThan(30)
})
