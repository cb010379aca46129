"""What a page shows to a reader, and what leaves the screen."""

import json
from html.parser import HTMLParser

OUTSIDE = """[...document.querySelectorAll("main *, header *")].filter(element => {
  const box = element.getBoundingClientRect();
  return box.width && !element.closest(".scroll, svg") && (box.right > innerWidth + 1 || box.left < -1);
}).map(element => element.outerHTML.slice(0, 120))"""


class Text(HTMLParser):
    """Reads what a page shows, and the data of its charts."""

    def __init__(self, page):
        super().__init__()
        self.words, self.data, self.tag = [], None, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tag = "data" if ("id", "report-data") in attrs else tag

    def handle_endtag(self, tag):
        self.tag = None

    def handle_data(self, data):
        if self.tag == "data":
            self.data = json.loads(data)
        elif self.tag not in ("script", "style"):
            self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())
