"""Pictures as parts of a page: no prolog, ids of their own, a title for screen readers, nothing that runs or loads."""

import re
from collections import Counter
from xml.etree import ElementTree

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
HREF = f"{{{XLINK}}}href"
RUNS = {"script", "foreignObject", "iframe", "metadata"}
POINTS = re.compile(r"url\(#([^)]+)\)")
GLOBAL = "stroke-linejoin:round;stroke-linecap:butt"  # what Matplotlib says of every element
UNIVERSAL = re.compile(r"\s*\*\s*\{[^}]*\}\s*")
IDLE_TURN = re.compile(r"rotate\(-?0 [^)]*\)")
LONG = re.compile(r"-?\d+\.\d{3,}")


def inlined(svg: str, prefix: str, title: str, alt: str) -> str:
    """An SVG file as an element of a page.

    prefix  put before its ids, so that two pictures never share one
    title   what it shows, in a sentence
    alt     the same for those who cannot see it
    """
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    root = ElementTree.fromstring(svg)
    harmless(root)
    for element in root.iter():
        rename(element, prefix)
    box = root.get("viewBox") or f"0 0 {root.get('width', '800').rstrip('pt')} {root.get('height', '400').rstrip('pt')}"
    style = ";".join(one for one in (root.get("style"), GLOBAL) if one)
    root.attrib = {"viewBox": box, "role": "img", "aria-labelledby": f"{prefix}-title {prefix}-alt", "style": style}
    sheet = slimmed(root, prefix)
    for tag, text in (("style", sheet), ("desc", alt), ("title", title)):
        element = ElementTree.Element(f"{{{SVG}}}{tag}", {} if tag == "style" else {"id": f"{prefix}-{'alt' if tag == 'desc' else tag}"})
        element.text = text
        root.insert(0, element)
    return ElementTree.tostring(root, encoding="unicode")


def slimmed(root: ElementTree.Element, prefix: str) -> str:
    """Takes out what says nothing, and gives styles that come again and again a class; returns the style sheet of these."""
    for parent in list(root.iter()):
        for child in list(parent):
            idle = child.tag == f"{{{SVG}}}g" and not len(child) and not child.attrib
            if idle or (child.tag == f"{{{SVG}}}style" and UNIVERSAL.fullmatch(child.text or "")):
                parent.remove(child)
    often = Counter(element.get("style") for element in root.iter() if element is not root and element.get("style"))
    names = {style: f"{prefix}-{k}" for k, (style, times) in enumerate(often.items()) if times > 1}
    for element in root.iter():
        if element is not root and element.get("style") in names:
            element.set("class", names[element.attrib.pop("style")])
        if IDLE_TURN.fullmatch(element.get("transform", "")):
            del element.attrib["transform"]
    return "".join(f".{name}{{{style}}}" for style, name in names.items())


def harmless(element: ElementTree.Element) -> None:
    """Takes out whatever could run or load something, at any depth."""
    for name in [one for one in element.attrib if one.rpartition("}")[2].lower().startswith("on")]:
        del element.attrib[name]
    for name in (HREF, "href"):
        if not element.get(name, "#").startswith(("#", "data:image/png;")):
            del element.attrib[name]
    for child in list(element):
        if child.tag.rpartition("}")[2] in RUNS:
            element.remove(child)
        else:
            harmless(child)


def rename(element: ElementTree.Element, prefix: str) -> None:
    """Puts a prefix before an element's id and before the ids it points to, and cuts digits that nobody can see."""
    for name, value in element.attrib.items():
        if name == "id":
            value = f"{prefix}-{value}"
        elif name in (HREF, "href") and value.startswith("#"):
            value = f"#{prefix}-{value[1:]}"
        elif name in ("d", "points", "x", "y"):
            value = LONG.sub(lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), value)
        element.set(name, POINTS.sub(rf"url(#{prefix}-\1)", value))
    if element.tag == f"{{{SVG}}}style" and element.text:
        element.text = POINTS.sub(rf"url(#{prefix}-\1)", element.text)
