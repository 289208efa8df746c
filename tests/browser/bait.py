"""Text of the guest that would like to be markup, and what has become of it in a page."""

# ruff: noqa: E501 - markup and programs stand in one piece: a break would change or hide what they are.

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .lab import Notebook

# Each leaves something behind if it becomes what it wants to be: an element, a mark on the window, a request.
SCRIPTS = (
    '<img class=bait src="https://bait.invalid/a.png" onerror="window.bait=1">',
    '<img class=bait src="/files/bait.png" srcset="https://bait.invalid/set.png 2x" onload="window.bait=1">',
    "<script class=bait>window.bait=2</script>",
    "</script><script class=bait>window.bait=2</script>",
    "</style></textarea></title></noscript><img class=bait src=x onerror=window.bait=3>",
    "<svg class=bait onload=window.bait=4><script>window.bait=4</script></svg>",
    "<svg><foreignObject><iframe class=bait srcdoc='<script>parent.bait=5</script>'></iframe></foreignObject></svg>",
    '<svg><a class=bait xlink:href="javascript:window.bait=6"><text y=20>svg</text></a><use href="//bait.invalid/u#a"/></svg>',
    '<a class=bait href="javascript:window.bait=7">script</a>',
    '<a class=bait href=" jav&#x09;ascript&colon;window.bait=7">entity</a>',
    '<a class=bait href="data:text/html;base64,PHNjcmlwdD5vcGVuZXIuYmFpdD03PC9zY3JpcHQ+">data</a>',
    "<details open ontoggle=window.bait=8><summary>open</summary></details><input autofocus onfocus=window.bait=8>",
    '<math><mtext><table><mglyph><style><!--</style><img class=bait title="--&gt;&lt;img src=1 onerror=window.bait=9&gt;">',
    '<noscript><p title="</noscript><img class=bait src=x onerror=window.bait=9>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=window.bait=9>",
    '<iframe class=bait src="https://bait.invalid/frame"></iframe><iframe srcdoc="<script>parent.bait=10</script>"></iframe>',
    "<isindex type=image src=//bait.invalid/i><object data=//bait.invalid/o></object><embed src=//bait.invalid/e>",
    '<button class=bait data-commandlinker-command="notebook:trust" data-commandlinker-args="{}">command</button>',
)
REQUESTS = (
    '<meta http-equiv=refresh content="0;url=https://bait.invalid/refresh"><base href="https://bait.invalid/">',
    "<link rel=stylesheet href=https://bait.invalid/l.css><link rel=preload as=image href=https://bait.invalid/p.png>",
    "<style>@import 'https://bait.invalid/i.css';body{background:url(https://bait.invalid/body.png)}</style>",
    '<div style="background:url(https://bait.invalid/d.png)">style</div>',
    '<div style="background-image:\\75rl(https://bait.invalid/e.png);list-style:url(//bait.invalid/f.png)">escapes</div>',
    "<div style=\"background:image-set('https://bait.invalid/g.png' 1x);content:url(//bait.invalid/h.png)\">set</div>",
    '<div style="position:fixed;inset:0;z-index:99999;cursor:url(https://bait.invalid/c.cur),auto">cover</div>',
    '<video class=bait poster="https://bait.invalid/v.png" src=https://bait.invalid/v.mp4 autoplay></video>',
    "<audio src=https://bait.invalid/a.ogg autoplay></audio><picture><source srcset=//bait.invalid/s.png></picture>",
    '<table background="https://bait.invalid/t.png"><tr><td background="https://bait.invalid/td.png">cell</td></tr></table>',
    '<form action="https://bait.invalid/form"><input type=image src=https://bait.invalid/in.png><button>go</button></form>',
    '<body background="https://bait.invalid/b.png" onload="window.bait=11"><p ping="https://bait.invalid/ping">body</p>',
)
MARKUP = (*SCRIPTS, *REQUESTS)
MARKDOWN = (
    "![bait](https://bait.invalid/m.png) [bait](javascript:window.bait=12) ![bait](/files/bait.png)",
    "[bait]: javascript:window.bait=12\n\n[bait] <javascript:window.bait=12> [x](data:text/html,<script>)",
    '[x](https://example.org/"onmouseover="window.bait=12) ![a](x"onerror="window.bait=12)',
    "`<img src=x onerror=window.bait=12>`\n\n```mermaid\ngraph LR; a[<img src=x onerror=window.bait=12>]\n```",
    "| <img src=x onerror=window.bait=12> |\n| - |\n| ![t](https://bait.invalid/t.png) |",
)
# What a page with MathJax reads in texts and in HTML.
FORMULAS = (
    r"$\href{javascript:window.bait=13}{click}$",
    r"$$\style{background:url(https://bait.invalid/tex.png)}{x}\class{bait}{y}\cssId{bait}{z}$$",
    r"\[\require{html}\unicode[x;background:url(//bait.invalid/u)]{65}\includegraphics{https://bait.invalid/g.png}\]",
    r"\begin{equation}\href{javascript:window.bait=13}{\texttt{<img src=x onerror=window.bait=13>}}\end{equation}",
)
HTML_BAIT = "".join((SCRIPTS[0], SCRIPTS[2], SCRIPTS[5], REQUESTS[3], MARKDOWN[0]))
BAIT = HTML_BAIT + FORMULAS[0]

_LOADING_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="30" height="20" '
    'onload="window.bait=14"><script>window.bait=14</script><image href="https://bait.invalid/si.png" width="9" height="9"/>'
    '<style>@import "https://bait.invalid/ss.css"; rect{fill:url(https://bait.invalid/f.svg#a)}</style>'
    '<foreignObject width="9" height="9"><body xmlns="http://www.w3.org/1999/xhtml"><img src="https://bait.invalid/fo.png"/>'
    '<iframe src="https://bait.invalid/fi"></iframe></body></foreignObject>'
    '<a xlink:href="javascript:window.bait=14"><rect width="20" height="10"/></a>'
    '<animate attributeName="href" values="javascript:window.bait=14"/></svg>'
)
DRAWINGS = (
    _LOADING_SVG,
    f'<?xml version="1.0"?><?xml-stylesheet href="https://bait.invalid/x.css"?>{_LOADING_SVG}',
    f'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "https://bait.invalid/svg.dtd">{_LOADING_SVG}',
    f'<!DOCTYPE svg [<!ENTITY x SYSTEM "https://bait.invalid/e">]>{_LOADING_SVG}',
)
# The same drawing where a picture may stand.
DRAWN_IN_HTML = (
    f'<img class=drawn src="data:image/svg+xml;base64,{base64.b64encode(_LOADING_SVG.encode()).decode()}">'
)

# Forms of markup that no output here may have, whoever wrote them. Handlers are looked for on every element.
_AUDIT = r"""() => {
    const found = []
    for (const area of document.querySelectorAll('.jp-OutputArea, .jp-Stdin, .jp-Tooltip, .jp-Completer')) {
        for (const element of area.querySelectorAll('*')) {
            // What looks like an address in plain text JupyterLab makes a link of itself; tooltips are Markdown.
            const linked = element.localName === 'a' && element.closest('.jp-RenderedText, .jp-Tooltip') !== null
                && !/^\s*(javascript|vbscript)/i.test(element.href)
            const tag = element.localName.toLowerCase(), attributes = [...element.attributes]
            if (['script', 'object', 'embed', 'link', 'meta', 'base', 'form', 'frame', 'foreignobject', 'math',
                'noscript', 'audio', 'video', 'source', 'mjx-container'].includes(tag)) found.push(element.outerHTML)
            else if (element.classList.contains('bait') || element.id === 'bait') found.push(element.outerHTML)
            for (const { name, value } of attributes) {
                if (name.startsWith('on') || name.startsWith('data-commandlinker')) found.push(`${tag} ${name}=${value}`)
                const place = ['href', 'xlink:href', 'src', 'srcset', 'srcdoc', 'action', 'formaction', 'background',
                    'poster', 'ping', 'data'].includes(name)
                if (place && !linked && !(tag === 'a' && name === 'href' && /^(https?:|mailto:|#)/i.test(value))
                    && !(tag === 'a' && element.hasAttribute('download') && value.startsWith('data:application/octet-stream'))
                    && !(tag === 'img' && /^data:image\/(png|jpeg|svg\+xml);base64,/.test(value))
                    && !(value === '' || value.startsWith('#'))) found.push(`${tag} ${name}=${value.slice(0, 200)}`)
                if (name === 'style' && /url\(|image-set|expression|@import/i.test(value)) found.push(`${tag} style=${value}`)
                if (name === 'style' && /position:\s*(fixed|absolute)/i.test(value) && value.includes('99999')) found.push(value)
            }
        }
    }
    if (window.bait !== undefined) found.push(`ran: ${window.bait}`)
    if (/bait/i.test(document.title)) found.push(`title: ${document.title}`)
    for (const each of document.head.querySelectorAll('link, style, base, meta')) {
        if (/bait/.test(each.outerHTML)) found.push(each.outerHTML)
    }
    return found
}"""


def caught(notebook: Notebook) -> list[str]:
    """What has become of the bait in the whole page: elements, attributes and addresses of it, and what it has done."""
    found: list[str] = notebook.page.evaluate(_AUDIT)
    return found
